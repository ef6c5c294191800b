"""Cells as rows of a list: one source in one year of one task, with its four amounts, what is missing, what differs.

A cell is shown by the first of its lines, so that it is a row of the database with everything a list does with one.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from apps.accounts.models import User
from apps.funding.models import VarianceExplanation, VarianceState
from apps.funding.rows import own_tasks
from apps.organisations.asked import UnitQuery
from apps.organisations.selectors import successor_shares
from apps.tasks.models import BudgetLine
from apps.tasks.models.money import Stage
from apps.tasks.moving import State

SAME = {"task": OuterRef("task"), "year": OuterRef("year"), "source": OuterRef("source")}


def cells(lines: Any) -> Any:
    """The cells of these lines. `gap`: planned and not allocated, as far as both are known."""
    rows = lines.filter(~Exists(BudgetLine.objects.filter(**SAME, id__lt=OuterRef("id"))))
    rows = rows.annotate(**{str(stage): _amount(stage) for stage in Stage})
    return rows.annotate(
        most=Greatest(*(Coalesce(F(str(stage)), 0) for stage in Stage)),
        gap=Greatest(F("planned") - F("allocated"), 0, output_field=BigIntegerField()),
        difference=F("disbursed") - Coalesce(F("planned"), 0),
    )


def own_cells(user: User) -> Any:
    """Of the approved tasks of the person's own units: what the sums are made of."""
    return cells(BudgetLine.objects.filter(task__in=own_tasks(user)))


def _amount(stage: str) -> Any:
    found = BudgetLine.objects.filter(**SAME, stage=stage).values("amount")[:1]
    return Subquery(found, output_field=BigIntegerField())


def of_unit(rows: Any, units: Collection[str], asked: UnitQuery) -> Any:
    """Those that the view shows at the units: their own, and in today's view their predecessors'."""
    origins = sorted(units)
    if asked.is_current:
        shares = successor_shares(asked.day or timezone.localdate())
        origins = [origin for origin, heirs in shares.items() if any(heir in units for heir, _share in heirs)]
    central = Q(task__route="central", task__lead_unit__in=origins)
    return rows.filter(central | (~Q(task__route="central") & Q(task__approving_unit__in=origins)))


def short(rows: Any) -> Any:
    """Approved and not wholly allocated. What ended early wants no more."""
    return rows.filter(gap__gt=0).exclude(task__state=State.TERMINATED)


def lacking(rows: Any, stage: str) -> Any:
    """Where a figure is expected and there is none."""
    found = rows.filter(**{f"{stage}__isnull": True, "most__gt": 0})
    return found.filter(year__lt=timezone.localdate().year) if stage == Stage.SETTLED else found


def variant(rows: Any) -> Any:
    """Spent otherwise than planned by more than the threshold; in the running year too little only when it ends."""
    today, beyond = timezone.localdate(), settings.FUNDING_VARIANCE_PERCENT
    planned = Coalesce(F("planned"), 0)
    rows = rows.annotate(spent=F("disbursed") * 100, upper=planned * (100 + beyond), lower=planned * (100 - beyond))
    told_until = today.year if today.month >= settings.FUNDING_SHORTFALL_FROM_MONTH else today.year - 1
    too_little = Q(spent__lt=F("lower"), year__lte=told_until)
    return rows.filter(Q(spent__gt=F("upper"), year__lte=today.year) | too_little)


def with_explanations(rows: Any) -> Any:
    """Annotate `explanation`, its text, and the state: an explanation of other amounts is none."""
    of_these = VarianceExplanation.objects.filter(
        **SAME, disbursed=OuterRef("disbursed"), planned=Coalesce(OuterRef("planned"), 0)
    )
    return rows.annotate(
        explanation=Subquery(of_these.values("pk")[:1]),
        explanation_text=Subquery(of_these.values("text")[:1]),
        explanation_accepted=Subquery(of_these.values("accepted_at")[:1]),
    ).annotate(
        variance_state=Case(
            When(explanation__isnull=True, then=Value(VarianceState.UNEXPLAINED)),
            When(explanation_accepted__isnull=True, then=Value(VarianceState.EXPLAINED)),
            default=Value(VarianceState.ACCEPTED),
            output_field=CharField(),
        )
    )


class Gap(NamedTuple):
    """What is still to be allocated: đồng, of how many tasks and cells."""

    amount: int
    tasks: int
    cells: int


def gap_of(rows: Any) -> Gap:
    found = short(rows).aggregate(amount=Sum("gap"), cells=Count("pk"), tasks=Count("task", distinct=True))
    return Gap(found["amount"] or 0, found["tasks"], found["cells"])
