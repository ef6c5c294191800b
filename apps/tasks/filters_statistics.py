"""The tasks behind a figure of timeliness: those it counts, in the class they had on that day."""

from datetime import date
from typing import Any

import django_filters as filters
from django.db.models import DateField, F, Func, IntegerField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.filters import ChoicesFilter, DayFilter
from apps.framework.models import FrameworkItem, SolutionGroup
from apps.organisations.asked import UnitView
from apps.organisations.fields import unit_names
from apps.tasks.models import PlanTask
from apps.tasks.rollup import latest
from apps.tasks.statistics import Asked, counted
from apps.tasks.timeliness import Timeliness, timeliness_on
from apps.tasks.whose import whose
from apps.tasks.years import CHOICES

NO_GROUP = "none"


def groups() -> list[tuple[str, str]]:
    return [*SolutionGroup.objects.values_list("code", "title"), (NO_GROUP, str(_("Các nội dung khác")))]


def with_reasons(rows: Any, on: date, due: str) -> Any:
    """By how many days each is overdue, whose turn it is, and what was told last of obstacles."""
    days = Func(
        Cast(Value(on), DateField()), F(due), template="(%(expressions)s)", arg_joiner=" - ",
        output_field=IntegerField(),
    )  # fmt: skip
    return rows.annotate(days_overdue=days, whose=whose(), risk=latest("risk"), obstacle=latest("text"))


class CountedTaskFilter(filters.FilterSet):
    """`was`, `before`: the class that a task had on an earlier day."""

    timeliness = ChoicesFilter(label=_("Tiến độ"), choices=Timeliness.choices, method="keep")
    on = DayFilter(label=_("Đến ngày"), method="keep")
    due = filters.ChoiceFilter(
        label=_("Tính theo"), choices=[("first", _("Hạn đặt ban đầu"))], empty_label=_("Hạn hiện tại"), method="keep"
    )
    year = filters.ChoiceFilter(label=_("Năm kế hoạch"), choices=CHOICES, empty_label=_("Mọi năm"), method="keep")
    unit = filters.ChoiceFilter(
        label=_("Đơn vị chủ trì"),
        choices=lambda: list(unit_names().items()),
        empty_label=_("Mọi đơn vị"),
        method="keep",
    )
    units = filters.ChoiceFilter(
        label=_("Số liệu theo"),
        choices=[(UnitView.AS_REPORTED.value, UnitView.AS_REPORTED.label)],
        empty_label=UnitView.CURRENT.label,
        method="keep",
    )
    group = filters.ChoiceFilter(
        label=_("Nhóm giải pháp"), choices=groups, empty_label=_("Mọi nhóm"), method="of_group"
    )
    list = filters.ChoiceFilter(
        label=_("Danh mục"), choices=FrameworkItem.PlanList.choices, field_name="framework_item__list",
        empty_label=_("Mọi danh mục"),
    )  # fmt: skip
    route = filters.ChoiceFilter(label=_("Cấp phê duyệt"), choices=PlanTask.Route.choices, empty_label=_("Mọi cấp"))
    was = ChoicesFilter(label=_("Trước đó"), choices=Timeliness.choices, method="keep")
    before = DayFilter(label=_("Vào ngày"), method="keep")

    class Meta:
        model = PlanTask
        fields: tuple[str, ...] = ()

    @property
    def is_of_overdue(self) -> bool:
        """Whether only what is open and overdue is asked for."""
        return self.form.is_valid() and self.form.cleaned_data.get("timeliness") == [Timeliness.OPEN_OVERDUE]

    def keep(self, rows: Any, name: str, value: Any) -> Any:
        return rows

    def of_group(self, rows: Any, name: str, code: str) -> Any:
        return rows.filter(framework_item__group=None if code == NO_GROUP else code)

    def filter_queryset(self, rows: Any) -> Any:
        """The day first: the classes hang on it."""
        told = self.form.cleaned_data
        first, on = told.get("due") == "first", told.get("on") or timezone.localdate()
        year = int(told["year"]) if told.get("year") else None
        asked = Asked(on, year, told.get("unit") or "", first, UnitView.asked(told.get("units") or ""))
        rows = counted(super().filter_queryset(rows), asked)
        if told.get("timeliness"):
            rows = rows.filter(timeliness__in=told["timeliness"])
        if self.is_of_overdue:
            rows = with_reasons(rows, on, "first_due_on" if first else "due_on")
        if told.get("was") and told.get("before"):
            rows = rows.annotate(was=timeliness_on(told["before"], first=first)).filter(was__in=told["was"])
        return rows
