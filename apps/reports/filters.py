"""The filters of the list of reports."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.scope import UnitScope
from apps.core.filters import ChoicesFilter
from apps.organisations.chosen import unit_choices
from apps.reports.models import AnnualReport, ReportingRound


class AnnualReportFilter(filters.FilterSet):
    round = ChoicesFilter(label=_("Kỳ báo cáo"), field_name="round__code")
    kind = ChoicesFilter(label=_("Loại kỳ"), field_name="round__kind", choices=ReportingRound.Kind.choices)
    unit = ChoicesFilter(label=_("Đơn vị"))
    state = ChoicesFilter(label=_("Trạng thái"), choices=AnnualReport.State.choices)

    class Meta:
        model = AnnualReport
        fields = ["round", "kind", "unit", "state"]

    def __init__(self, *args: Any, scope: UnitScope, rounds: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["round"].extra["choices"] = list(rounds.values_list("code", "title"))
        self.filters["unit"].extra["choices"] = unit_choices(scope)


def running(rows: Any) -> Any:
    """What a unit still has to do something about, or has just sent: of rounds that are open, and what it corrects."""
    corrected = Q(round__state=ReportingRound.State.LOCKED, revision__gt=1) & ~Q(state__in=["accepted", "locked"])
    return rows.filter(Q(round__state=ReportingRound.State.OPEN) | corrected).order_by("due_on", "pk")
