"""Changes of periods, closings, targets and figures. None of them is ever taken away, and who sees one sees all.

The codes of indicators and periods by which figures name them are what the files of facts know them by: they stay.
"""

from typing import Any

from django.db.models import Q

from apps.accounts.models import User
from apps.core.feeds import Feed, Since, own_rows, whole_list
from apps.documents.models import LegalDocument
from apps.targets.models import Indicator, Period, PeriodClosing, Target


def _targets(rows: Any, since: Since) -> list[Any]:
    """Which version is in force another one says, of the same indicator."""
    beside = since.of(Target.objects.all()).values("indicator")
    named = Q(indicator__in=since.keys(Indicator)) | Q(legal_basis__in=since.keys(LegalDocument))
    return [rows.filter(since.written | Q(indicator__in=beside) | named).values_list("pk")]


def _closings(rows: Any, since: Since) -> list[Any]:
    acts, people = since.keys(LegalDocument), since.keys(User)
    named = Q(document__in=acts) | Q(prepared_by__in=people) | Q(closed_by__in=people)
    return [rows.filter(since.written | Q(period__in=since.keys(Period)) | named).values_list("pk")]


PERIODS = Feed(whole_list("code"), key="code", column="code", made_of=(Period, PeriodClosing))
CLOSINGS, TARGETS, FIGURES = Feed(_closings), Feed(_targets), Feed(own_rows)
