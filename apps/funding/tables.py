"""The list of cells. Its file has the columns of the register's own, so that it can be loaded again."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core.cells import Cell, Told, text, whole, worded
from apps.core.ordering import UniquelyOrderedData
from apps.core.templatetags.ui import NO_DATA, millions, signed
from apps.funding.importing import CODE, HEADERS
from apps.organisations.fields import unit_names
from apps.registers.tables import NOWRAP, NUMBERS, YearColumn
from apps.tasks.amounts import millions_cell
from apps.tasks.models import BudgetLine
from apps.tasks.models.money import Source, Stage


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

    def in_file(self) -> Told:
        """The register's columns, in triệu đồng with every digit, then what people know the task by."""
        sources = {key: str(label) for key, label in Source.choices}
        amounts = [millions_cell(stage.value) for stage in Stage]
        columns = [
            (CODE, text("task__code")),
            ("Nguồn", worded("source", sources)),
            ("Năm", whole("year")),
            *zip(HEADERS.values(), amounts, strict=True),
            ("Tên nhiệm vụ", text("task__title")),
            ("Hạng mục", text("task__framework_item_id")),
            ("Đơn vị chủ trì", worded("task__lead_unit_id", unit_names())),
            ("Thiếu so với kế hoạch (triệu đồng)", _gap_cell()),
        ]
        return Told(self.data.data, columns)


def _gap_cell() -> Cell:
    """Nothing where nothing lacks."""
    told = millions_cell("gap")
    return Cell(
        told.reads,
        lambda gap: told.said(gap or None),
        lambda writing, gap: told.written(writing, f"nullif({gap}, 0)"),
    )


def task_url(cell: BudgetLine) -> str:
    return reverse("funding:task", args=[cell.task.code])


def difference_words(cell: Any) -> str:
    """Spent beside planned, in per cent: «−78,6%»; what was planned nowhere has no share."""
    if cell.difference is None:
        return NO_DATA
    if not cell.planned:
        return str(_("ngoài kế hoạch")) if cell.disbursed else NO_DATA
    return f"{signed(cell.difference * 100 / cell.planned, 1)}%"
