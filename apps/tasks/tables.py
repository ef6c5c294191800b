"""The list of tasks: what a page shows, what can be chosen beside it, and the whole of it for files."""

from collections.abc import Iterable, Iterator
from typing import Any

import django_tables2 as tables
from django.db.models import F, OuterRef, Subquery, Sum
from django.utils.html import format_html
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from apps.core.markup import markup
from apps.core.ordering import UniquelyOrderedData
from apps.core.templatetags.ui import millions, vn_date
from apps.core.templatetags.ui import percent as percent_words
from apps.registers.tables import NOWRAP, NUMBERS, DayColumn, UnitColumn, YearColumn
from apps.tasks.chips import health_chip, state_chip
from apps.tasks.exported import exported_rows
from apps.tasks.health import latest, percent, with_health
from apps.tasks.models import BudgetLine, PlanTask, TaskProgress
from apps.tasks.models.money import Stage

FULL = {"td": {"class": "full name"}}


def budget_of_year() -> Subquery:
    """Đồng planned for the task's own year, of all sources."""
    lines = BudgetLine.objects.filter(task=OuterRef("pk"), year=OuterRef("year"), stage=Stage.PLANNED).order_by()
    return Subquery(lines.values("task").annotate(sum=Sum("amount")).values("sum"))


class PlanTaskData(UniquelyOrderedData):
    """Money, progress and health are worked out for the rows of a page only, not for those before it."""

    data: Any

    def __getitem__(self, key: Any) -> Any:
        keys = self.data.values("pk")[key]
        return _with_details(PlanTask.objects.filter(pk__in=keys)).order_by(*self.data.query.order_by)

    def __iter__(self) -> Iterator[PlanTask]:
        return _with_details(self.data).iterator(chunk_size=2000)


def _with_details(rows: Any) -> Any:
    told = {"budget_sum": budget_of_year(), "percent": percent(), "risk": latest("risk")}
    return with_health(rows.select_related("framework_item__group", "holder").annotate(**told))


class PlanTaskTable(tables.Table):
    """`ticks`: whether the person can do something with several tasks at once."""

    caption = _("Nhiệm vụ")
    # Not shown unless they are chosen.
    optional = ("group", "kind", "term", "year", "route", "approving_unit", "starts_on", "holder", "risk")

    code = tables.Column(verbose_name=_("Mã"), attrs=NOWRAP)
    title = tables.Column(verbose_name=_("Tên nhiệm vụ"), order_by=("title_sort", "pk"), attrs=FULL)
    lead_unit = UnitColumn(verbose_name=_("Chủ trì"), accessor="lead_unit_id")
    framework_item = tables.Column(verbose_name=_("Hạng mục"), accessor="framework_item_id", attrs=NOWRAP)
    group = tables.Column(verbose_name=_("Nhóm giải pháp"), accessor="framework_item__group__title", orderable=False)
    state = tables.Column(verbose_name=_("Trạng thái"), orderable=False)
    health = tables.Column(verbose_name=_("Tiến độ"), orderable=False)
    due_on = DayColumn(verbose_name=_("Hạn"), order_by=("due_on", "title_sort", "pk"), attrs=NOWRAP)
    budget_sum = tables.Column(verbose_name=_("Kinh phí năm (triệu đồng)"), attrs=NUMBERS)
    percent = tables.Column(verbose_name=_("Hoàn thành"), attrs=NUMBERS)
    year = YearColumn(verbose_name=_("Năm"), attrs=NUMBERS)
    kind = tables.Column(verbose_name=_("Loại nhiệm vụ"), orderable=False)
    term = tables.Column(verbose_name=_("Thời hạn"), orderable=False)
    route = tables.Column(verbose_name=_("Cấp phê duyệt"), orderable=False)
    approving_unit = UnitColumn(verbose_name=_("Cơ quan phê duyệt"), accessor="approving_unit_id")
    starts_on = DayColumn(verbose_name=_("Bắt đầu"), attrs=NOWRAP)
    holder = tables.Column(verbose_name=_("Người giữ việc"), accessor="holder__full_name", orderable=False)
    risk = tables.Column(verbose_name=_("Vướng mắc"), orderable=False)

    class Meta:
        default = "–"
        order_by = ("due_on",)

    def __init__(self, data: Any, *, ticks: bool = False, **kwargs: Any) -> None:
        self.ticks = ticks
        super().__init__(data=data, **kwargs)

    def order_budget_sum(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        return _by(rows, budget_of_year(), is_descending)

    def order_percent(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        return _by(rows, percent(), is_descending)

    def order_starts_on(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        return _by(rows, F("starts_on"), is_descending)

    def render_code(self, record: PlanTask) -> str:
        if not self.ticks:
            return markup('<a href="%s">%s</a>', [(record.get_absolute_url(), record.code)])
        return markup(
            '<span class="tick nowrap"><input class="cbx" type="checkbox" name="task" value="%s" form="chosen"'
            ' aria-label="%s"> <a href="%s">%s</a></span>',
            [(record.pk, now("Chọn %(code)s") % {"code": record.code}, record.get_absolute_url(), record.code)],
        )

    def render_title(self, record: PlanTask) -> str:
        return markup('<a class="ink" href="%s">%s</a>', [(record.get_absolute_url(), record.title)])

    def render_framework_item(self, record: PlanTask, value: str) -> str:
        return format_html('<a class="lk" href="{}">{}</a>', record.framework_item.get_absolute_url(), value)

    def render_state(self, record: PlanTask) -> str:
        return state_chip(record.state)

    def render_health(self, value: str) -> str:
        return health_chip(value)

    def render_due_on(self, record: PlanTask) -> str:
        if not record.extended:
            return vn_date(record.due_on)
        told = (vn_date(record.due_on), now("Hạn đặt ban đầu"), vn_date(record.first_due_on))
        return markup('%s<div class="sub"><span class="vh">%s </span><s>%s</s></div>', [told])

    def render_budget_sum(self, value: int) -> str:
        return millions(value)

    def render_percent(self, value: int) -> str:
        return percent_words(value, 0)

    def render_risk(self, value: str) -> str:
        return str(TaskProgress.Risk(value).label)

    def as_values(self, exclude_columns: Iterable[str] | None = None) -> Iterator[list[Any]]:
        """For export: the whole of it, also what the page leaves out."""
        return exported_rows(self.data)


def _by(rows: Any, expression: Any, is_descending: bool) -> tuple[Any, bool]:
    """What has nothing stands last, whichever way."""
    order = expression.desc(nulls_last=True) if is_descending else expression.asc(nulls_last=True)
    return rows.order_by(order, "due_on", "pk"), True
