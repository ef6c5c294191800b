"""The list of cells. Its file has the columns of the register's own, so that it can be loaded again."""

from collections.abc import Iterable, Iterator
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core.ordering import UniquelyOrderedData
from apps.core.templatetags.ui import NO_DATA, millions, signed
from apps.funding.importing import CODE, HEADERS
from apps.organisations.fields import unit_names
from apps.registers.tables import NOWRAP, NUMBERS, YearColumn
from apps.tasks.amounts import in_millions
from apps.tasks.models import BudgetLine
from apps.tasks.models.money import Stage

BESIDE = ["Tên nhiệm vụ", "Hạng mục", "Đơn vị chủ trì"]


class CellData(UniquelyOrderedData):
    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.data = self.data.select_related("task")


class MoneyColumn(tables.Column):
    def render(self, value: Any) -> str:
        return millions(value)


class CellTable(tables.Table):
    caption = _("Kinh phí theo nhiệm vụ, nguồn và năm, triệu đồng")

    task = tables.Column(verbose_name=_("Nhiệm vụ"), accessor="task__title", order_by=("task__title_sort", "pk"))
    code = tables.Column(verbose_name=_("Mã"), accessor="task__code", attrs=NOWRAP)
    lead_unit = tables.Column(verbose_name=_("Chủ trì"), accessor="task__lead_unit_id", orderable=False)
    source = tables.Column(verbose_name=_("Nguồn"))
    year = YearColumn(verbose_name=_("Năm"), attrs=NUMBERS)
    planned = MoneyColumn(verbose_name=_("Kế hoạch"), attrs=NUMBERS)
    allocated = MoneyColumn(verbose_name=_("Được giao"), attrs=NUMBERS)
    disbursed = MoneyColumn(verbose_name=_("Giải ngân"), attrs=NUMBERS)
    settled = MoneyColumn(verbose_name=_("Quyết toán"), attrs=NUMBERS)
    gap = MoneyColumn(verbose_name=_("Thiếu"), attrs=NUMBERS)
    difference = tables.Column(verbose_name=_("Chênh lệch"), attrs=NUMBERS)

    class Meta:
        default = NO_DATA

    def render_task(self, record: BudgetLine, value: str) -> str:
        return format_html('<a href="{}">{}</a>', task_url(record), value)

    def render_lead_unit(self, value: str) -> str:
        return unit_names().get(value, value)

    def render_difference(self, record: Any) -> str:
        return difference_words(record)

    def as_values(self, exclude_columns: Iterable[str] | None = None) -> Iterator[list[Any]]:
        """For export: the register's columns, in triệu đồng with every digit, then what people know the task by."""
        yield [CODE, "Nguồn", "Năm", *HEADERS.values(), *BESIDE, "Thiếu so với kế hoạch (triệu đồng)"]
        for record in self.data.data.iterator(chunk_size=2000):
            task = record.task
            yield [
                task.code, str(record.get_source_display()), record.year,
                *(in_millions(getattr(record, stage.value)) for stage in Stage),
                task.title, task.framework_item_id, unit_names().get(task.lead_unit_id, task.lead_unit_id),
                in_millions(record.gap) if record.gap else None,
            ]  # fmt: skip


def task_url(cell: BudgetLine) -> str:
    return reverse("funding:task", args=[cell.task.code])


def difference_words(cell: Any) -> str:
    """Spent beside planned, in per cent: «−78,6%»; what was planned nowhere has no share."""
    if cell.difference is None:
        return NO_DATA
    if not cell.planned:
        return str(_("ngoài kế hoạch")) if cell.disbursed else NO_DATA
    return f"{signed(cell.difference * 100 / cell.planned, 1)}%"
