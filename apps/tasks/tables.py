"""The list of tasks: what a page shows, what can be chosen beside it, and the whole of it for files."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

import django_tables2 as tables
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from apps.core.cells import Told
from apps.core.markup import markup
from apps.core.ordering import UniquelyOrderedData
from apps.core.statements import Statement, objects_of, statement
from apps.core.templatetags.ui import millions, vn_date
from apps.core.templatetags.ui import percent as percent_words
from apps.registers.tables import NOWRAP, NUMBERS, DayColumn, UnitColumn, YearColumn
from apps.tasks.chips import health_chip, late_chip, state_chip
from apps.tasks.exported import exported_columns
from apps.tasks.health import Health, with_health
from apps.tasks.models import BudgetLine, PlanTask, TaskProgress
from apps.tasks.models.money import Stage
from apps.tasks.rollup import latest, percent

FULL = {"td": {"class": "full name"}}


def budget_of_year() -> Subquery:
    """Đồng planned for the task's own year, of all sources."""
    lines = BudgetLine.objects.filter(task=OuterRef("pk"), year=OuterRef("year"), stage=Stage.PLANNED).order_by()
    return Subquery(lines.values("task").annotate(sum=Sum("amount")).values("sum"))


class PlanTaskData(UniquelyOrderedData):
    """Money, progress and health are worked out for the rows of a page only, not for those before it."""

    data: Any

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.unsorted, self.size = self.data, -1

    def __len__(self) -> int:
        """Of the rows as they were before a sort brought what they are sorted by."""
        if self.size < 0:
            self.size = self.unsorted.count()
        return self.size

    def __getitem__(self, key: Any) -> Any:
        """The keys first: what a list is sorted by is worked out once, and the page needs no order of its own."""
        keys = list(self.data.values_list("pk", flat=True)[key])
        found = {task.pk: task for task in _page_of(keys)}
        return [found[pk] for pk in keys if pk in found]

    def in_full(self) -> Any:
        return _told(self.data, timezone.localdate())


TOLD = (
    "budget_sum", "percent", "risk", "health", "framework_item__list", "framework_item__number",
    "framework_item__group__title", "holder__full_name",
)  # fmt: skip


def _told(rows: Any, day: date) -> Any:
    return with_health(rows.annotate(budget_sum=budget_of_year(), percent=percent(), risk=latest("risk")), day)


@lru_cache(maxsize=2)
def _statement_of(day: date) -> Statement:
    """Putting it together takes longer than its answer."""
    return statement(_told(PlanTask.objects.filter(pk__in=[-1]).order_by(), day), *TOLD)


def _page_of(keys: list[int]) -> Iterator[Any]:
    """These tasks, each with what `TOLD` names (`__` becomes `_`)."""
    sql, params = _statement_of(timezone.localdate())
    sent = tuple(keys if one == -1 else one for one in params)
    for task, *values in objects_of((sql.replace("IN (%s)", "= ANY(%s)", 1), sent), PlanTask, *[None] * len(TOLD)):
        for name, value in zip(TOLD, values, strict=True):
            setattr(task, name.replace("__", "_"), value)
        task.address = task.get_absolute_url()  # which two columns lead to
        yield task


class PlanTaskTable(tables.Table):
    """`ticks`: whether the person can do something with several tasks at once."""

    caption = _("Nhiệm vụ")
    # Not shown unless they are chosen.
    optional = ("group", "kind", "term", "year", "route", "approving_unit", "starts_on", "holder", "risk")

    code = tables.Column(verbose_name=_("Mã"), attrs=NOWRAP)
    title = tables.Column(verbose_name=_("Tên nhiệm vụ"), order_by=("title_sort", "pk"), attrs=FULL)
    lead_unit = UnitColumn(verbose_name=_("Chủ trì"), accessor="lead_unit_id")
    framework_item = tables.Column(verbose_name=_("Hạng mục"), accessor="framework_item_id", attrs=NOWRAP)
    group = tables.Column(verbose_name=_("Nhóm giải pháp"), accessor="framework_item_group_title", orderable=False)
    state = tables.Column(verbose_name=_("Trạng thái"), orderable=False)
    health = tables.Column(verbose_name=_("Tiến độ"), orderable=False)
    due_on = DayColumn(verbose_name=_("Hạn"), order_by=("due_on", "title_sort", "pk"), attrs=NOWRAP)
    budget_sum = tables.Column(verbose_name=_("Kinh phí năm (triệu đồng)"), attrs=NUMBERS)
    percent = tables.Column(verbose_name=_("Hoàn thành"), orderable=False, attrs=NUMBERS)
    year = YearColumn(verbose_name=_("Năm"), attrs=NUMBERS)
    kind = tables.Column(verbose_name=_("Loại nhiệm vụ"), orderable=False)
    term = tables.Column(verbose_name=_("Thời hạn"), orderable=False)
    route = tables.Column(verbose_name=_("Cấp phê duyệt"), orderable=False)
    approving_unit = UnitColumn(verbose_name=_("Cơ quan phê duyệt"), accessor="approving_unit_id")
    starts_on = DayColumn(verbose_name=_("Bắt đầu"), attrs=NOWRAP)
    holder = tables.Column(verbose_name=_("Người giữ việc"), accessor="holder_full_name", orderable=False)
    risk = tables.Column(verbose_name=_("Vướng mắc"), orderable=False)

    class Meta:
        default = "–"
        order_by = ("due_on",)

    def __init__(self, data: Any, *, ticks: bool = False, **kwargs: Any) -> None:
        self.ticks = ticks
        super().__init__(data=data, **kwargs)

    def order_budget_sum(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        """One pass over the money, where the subquery of the page would be asked for every row."""
        of_year = Q(budget__year=F("year"), budget__stage=Stage.PLANNED)
        return _by(rows.alias(sorted_by=Sum("budget__amount", filter=of_year)), F("sorted_by"), is_descending)

    def order_starts_on(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        return _by(rows, F("starts_on"), is_descending)

    def render_code(self, record: Any) -> str:
        if not self.ticks:
            return markup('<a href="%s">%s</a>', [(record.address, record.code)])
        return markup(
            '<span class="tick nowrap"><input class="cbx" type="checkbox" name="task" value="%s" form="chosen"'
            ' aria-label="%s"> <a href="%s">%s</a></span>',
            [(record.pk, now("Chọn %(code)s") % {"code": record.code}, record.address, record.code)],
        )

    def render_title(self, record: Any) -> str:
        return markup('<a class="ink" href="%s">%s</a>', [(record.address, record.title)])

    def render_framework_item(self, record: Any, value: str) -> str:
        return _link_to_item(record.framework_item_list, record.framework_item_number, value)

    def render_state(self, record: PlanTask) -> str:
        return state_chip(record.state)

    def render_health(self, record: Any, value: str) -> str:
        late = value == Health.OPEN_OVERDUE
        return late_chip((timezone.localdate() - record.due_on).days) if late else health_chip(value)

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

    def in_file(self) -> Told:
        """The whole of it, also what the page leaves out."""
        return Told(self.data.in_full(), exported_columns())


@lru_cache(maxsize=200)
def _link_to_item(plan_list: str, item: str, code: str) -> str:
    return markup(
        '<a class="lk" href="%s">%s</a>', [(reverse("tasks:frameworkitem_detail", args=[plan_list, item]), code)]
    )


def _by(rows: Any, expression: Any, is_descending: bool) -> tuple[Any, bool]:
    """What has nothing stands last, whichever way."""
    order = expression.desc(nulls_last=True) if is_descending else expression.asc(nulls_last=True)
    return rows.order_by(order, "due_on", "pk"), True
