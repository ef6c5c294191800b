"""The filters of the list of tasks. Choices of units are of the person's scope; a unit of today stands for its past."""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.filters import ChoicesFilter, TextFilter
from apps.exchange.origins import ImportFilter, offer_import, overwritten_in
from apps.framework.models import FrameworkItem, SolutionGroup
from apps.organisations.chosen import unit_choices
from apps.organisations.selectors import unit_labels
from apps.targets.models import Indicator
from apps.tasks.health import Health, narrowed_to
from apps.tasks.models import Contribution, Participation, PlanTask, TaskProgress
from apps.tasks.registers import TASKS
from apps.tasks.told_under import under
from apps.tasks.waiting import waiting_for
from apps.tasks.years import CHOICES

ME = "me"
ROLES = [("lead", _("Chủ trì")), ("coordinating", _("Phối hợp")), ("approving", _("Phê duyệt"))]
AHEAD = 30  # days that one looks forward
DUE = [
    ("ahead", _("30 ngày tới")),
    ("month", _("Tháng này")),
    ("quarter", _("Quý này")),
    ("next_quarter", _("Quý sau")),
    ("year", _("Năm nay")),
]


class PlanTaskFilter(filters.FilterSet):
    """`mine`: the units that «đơn vị của tôi» means. `RARE` stand behind «Bộ lọc» on the page."""

    RARE = ("role", "group", "indicator", "kind", "term", "route", "risk", "holder", "waiting")

    q = TextFilter(label=_("Mã hoặc tên nhiệm vụ"), method="search", max_length=100)
    state = ChoicesFilter(label=_("Trạng thái"), choices=PlanTask.State.choices)
    timeliness = ChoicesFilter(label=_("Tiến độ"), choices=Health.choices, method="of_health")
    unit = ChoicesFilter(label=_("Đơn vị"), method="of_units")
    due = ChoicesFilter(label=_("Đến hạn"), choices=DUE, method="due_in")
    year = ChoicesFilter(label=_("Năm kế hoạch"), choices=CHOICES)
    framework_item = ChoicesFilter(label=_("Hạng mục"), method="of_items")
    role = ChoicesFilter(label=_("Vai trò của đơn vị"), choices=ROLES, method="in_role")
    group = ChoicesFilter(label=_("Nhóm giải pháp"), field_name="framework_item__group")
    indicator = ChoicesFilter(label=_("Mục tiêu"), method="of_indicators")
    kind = ChoicesFilter(label=_("Loại nhiệm vụ"), choices=PlanTask.Kind.choices)
    term = ChoicesFilter(label=_("Thời hạn"), choices=PlanTask.Term.choices)
    route = ChoicesFilter(label=_("Cấp phê duyệt"), choices=PlanTask.Route.choices)
    risk = ChoicesFilter(label=_("Vướng mắc"), choices=TaskProgress.Risk.choices, method="of_risk")
    holder = ChoicesFilter(label=_("Người giữ việc"), choices=[(ME, _("Tôi giữ việc"))], method="held_by")
    waiting = ChoicesFilter(label=_("Chờ xử lý"), choices=[(ME, _("Chờ tôi xử lý"))], method="waits_for")
    batch = ImportFilter(method="of_import")

    class Meta:
        model = PlanTask
        fields = ["q", "state", "timeliness", "unit", "due", "year", "framework_item"]

    def __init__(self, *args: Any, user: User, scope: UnitScope, mine: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.mine = user, mine
        offer_import(self, TASKS.slug)
        self.items = list(FrameworkItem.objects.values_list("code", "list", "title"))
        self.filters["unit"].extra["choices"] = unit_choices(scope)
        self.filters["framework_item"].extra["choices"] = self._items()
        self.filters["group"].extra["choices"] = list(SolutionGroup.objects.values_list("code", "title"))
        told = Indicator.objects.filter(parent=None).values_list("code", "short_name")
        self.filters["indicator"].extra["choices"] = [(code, f"{code} – {name}") for code, name in told]

    def of_import(self, queryset: Any, name: str, imports: list[str]) -> Any:
        """Brought by it, put right by it, or told by it how far they are."""
        told = queryset.filter(progress__in=overwritten_in(TaskProgress, imports)).values("pk")
        written = Q(batch__in=imports) | Q(pk__in=overwritten_in(PlanTask, imports)) | Q(pk__in=told)
        return queryset.filter(written)

    def _items(self) -> list[tuple[Any, list[tuple[str, Any]]]]:
        return [
            (name, [(plan_list, _("Cả danh mục")), *self._of_list(plan_list)])
            for plan_list, name in FrameworkItem.PlanList.choices
        ]

    def _of_list(self, plan_list: str) -> list[tuple[str, str]]:
        return [(code, _shortened(f"{code}. {title}")) for code, of, title in self.items if of == plan_list]

    def search(self, rows: Any, name: str, text: str) -> Any:
        return rows.search(text)

    def of_health(self, rows: Any, name: str, classes: list[str]) -> Any:
        return narrowed_to(rows, classes) if classes else rows

    def of_units(self, rows: Any, name: str, units: list[str]) -> Any:
        """In any role; which one says the filter beside it."""
        if not units or self.form.cleaned_data.get("role"):
            return rows
        return rows.filter(in_any_role(units))

    def in_role(self, rows: Any, name: str, roles: list[str]) -> Any:
        """Of the units that are chosen; of one's own where none is."""
        units = self.form.cleaned_data.get("unit")
        wanted = under(units) if units else self.mine
        return rows.filter(_any_role(wanted, roles)) if roles else rows

    def due_in(self, rows: Any, name: str, spans: list[str]) -> Any:
        wanted, today = Q(), timezone.localdate()
        for span in spans:
            wanted |= Q(due_on__range=span_of(span, today))
        return rows.filter(wanted)

    def of_items(self, rows: Any, name: str, asked: list[str]) -> Any:
        """A heading stands for all that is below it."""
        wanted = [code for code, *_rest in self.items if any(f"{code}.".startswith(f"{one}.") for one in asked)]
        return rows.filter(framework_item__in=wanted) if asked else rows

    def of_indicators(self, rows: Any, name: str, codes: list[str]) -> Any:
        """What the task itself is to add to, or what its item of the plan serves."""
        own = Contribution.objects.filter(task=OuterRef("pk"), indicator__code__in=codes)
        serving = FrameworkItem.objects.filter(indicators__code__in=codes).values("pk")
        return rows.filter(Exists(own) | Q(framework_item__in=serving)) if codes else rows

    def of_risk(self, rows: Any, name: str, risks: list[str]) -> Any:
        """As told last, of tasks that are not done: what is over is no risk."""
        if not risks:
            return rows
        told = TaskProgress.objects.filter(task__accepted_on=None)
        last = told.order_by("task_id", "-told_on", "-id").distinct("task_id").values("pk")
        return rows.filter(pk__in=TaskProgress.objects.filter(pk__in=last, risk__in=risks).values("task"))

    def held_by(self, rows: Any, name: str, who: list[str]) -> Any:
        return rows.filter(holder=self.user.pk) if who else rows

    def waits_for(self, rows: Any, name: str, who: list[str]) -> Any:
        return waiting_for(rows, self.user) if who else rows


@lru_cache(maxsize=200)
def _shortened(text: str) -> str:
    return Truncator(text).chars(90)


def in_any_role(units: list[str]) -> Q:
    """What concerns these units, however it does."""
    return concerning(under(units))


def concerning(ids: Iterable[str]) -> Q:
    """The same of the units by these ids, and of no others."""
    return _any_role(ids, [role for role, _label in ROLES])


def _any_role(units: Any, roles: list[str]) -> Q:
    ids = sorted(units)
    taking_part = Participation.objects.filter(task=OuterRef("pk"), unit__in=ids)
    conditions = {"lead": Q(lead_unit__in=ids), "approving": Q(approving_unit__in=ids)}
    conditions["coordinating"] = Q(Exists(taking_part))
    wanted = Q()
    for role in roles:
        wanted |= conditions[role]
    return wanted


def span_of(span: str, today: date) -> tuple[date, date]:
    """First and last day of the days ahead, the month, the quarter, the next one, or the year."""
    if span == "ahead":
        return today, today + timedelta(days=AHEAD)
    if span == "year":
        return date(today.year, 1, 1), date(today.year, 12, 31)
    if span == "month":
        return _months(today.year, today.month, 1)
    begins = 3 * ((today.month - 1) // 3) + 1
    year, month = (today.year, begins) if span == "quarter" else divmod(today.year * 12 + begins + 2, 12)
    return _months(year, month if span == "quarter" else month + 1, 3)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    last = month + count - 1
    return date(year, month, 1), date(year, last, calendar.monthrange(year, last)[1])


def own_units(scope: UnitScope, working: str | None) -> list[str]:
    """What «đơn vị của tôi» means: the units one acts for; of whoever sees all the one worked for, and its own."""
    if not scope.everything:
        return sorted(scope.ids)
    return sorted(label.id for label in unit_labels().values() if working and working in (label.id, label.parent))
