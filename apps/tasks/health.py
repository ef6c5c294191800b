"""The health of a task, the second axis beside its state: its class of timeliness, and within «open in time» two more.

The one place that says the rule. A task is «Chưa đến kỳ» before the day it starts (1 January of its year where no day
is given). Approved or in progress it is «Nguy cơ chậm» once its progress lies TASK_LAG_POINTS or more percentage points
behind the share of its time that has passed; where nothing was told progress is 0 %. Statistics know five classes only.
"""

import datetime
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Case, CharField, DateField, F, Func, Q, TextChoices, Value, When
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Exact, GreaterThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.tasks.moving import State
from apps.tasks.rollup import percent
from apps.tasks.timeliness import Timeliness, timeliness_on

PURSUED = (State.APPROVED, State.IN_PROGRESS)  # where progress is told


class Health(TextChoices):
    NOT_YET = "not_yet", _("Chưa đến kỳ")
    OPEN_IN_TIME = Timeliness.OPEN_IN_TIME.value, Timeliness.OPEN_IN_TIME.label
    AT_RISK = "at_risk", _("Nguy cơ chậm")
    DUE_SOON = Timeliness.DUE_SOON.value, Timeliness.DUE_SOON.label
    OPEN_OVERDUE = Timeliness.OPEN_OVERDUE.value, Timeliness.OPEN_OVERDUE.label
    DONE_IN_TIME = Timeliness.DONE_IN_TIME.value, Timeliness.DONE_IN_TIME.label
    DONE_LATE = Timeliness.DONE_LATE.value, Timeliness.DONE_LATE.label


_DIVIDED = {Health.NOT_YET, Health.OPEN_IN_TIME, Health.AT_RISK}  # what timeliness calls open in time


def lags(**places: str) -> str:
    """The condition of «Nguy cơ chậm» within «open in time», as SQL over what stands in these places of a statement.

    percent / 100 + lag <= days passed / all days, without a division.
    """
    pursued = ", ".join(f"'{state}'" for state in PURSUED)
    return _LAGS.format(pursued=pursued, points=int(settings.TASK_LAG_POINTS), **places)


_LAGS = """(
    {state} IN ({pursued}) AND {begins} <= {on}
    AND (coalesce({percent}, 0) + {points}) * ({due} - {begins}) <= 100 * ({on} - {begins})
)"""
_ORDER = ("state", "begins", "on", "percent", "due", "begins", "on", "begins")  # of the places in it


class _Lags(Func):
    """`lags` of expressions: state, begins, due, on, percent."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        names = ("state", "begins", "due", "on", "percent")
        told = dict(zip(names, map(compiler.compile, self.get_source_expressions()), strict=True))
        sent = [value for name in _ORDER for value in told[name][1]]
        return lags(**{name: sql for name, (sql, _sent) in told.items()}), sent


def first_day() -> Coalesce:
    """On which the time of a task begins."""
    new_year = Func("year", Value(1), Value(1), function="make_date", output_field=DateField())
    return Coalesce("starts_on", new_year)


def with_health(rows: Any, on: datetime.date | None = None) -> Any:
    """Annotate `health` as on that day; empty where there is none (drafts, rejected and terminated tasks)."""
    return rows.annotate(health=health_on(on or timezone.localdate()))


def health_on(on: datetime.date) -> Case:
    """Progress is looked up only of tasks that are pursued and in time: what stands before it decides."""
    day, timeliness = Cast(Value(on), DateField()), timeliness_on(on)
    begins = first_day()
    in_time = Q(Exact(timeliness, Value(Timeliness.OPEN_IN_TIME)))
    return Case(
        When(in_time & Q(GreaterThan(begins, day)), then=Value(Health.NOT_YET)),
        When(in_time & Q(_Lags(F("state"), begins, F("due_on"), day, percent())), then=Value(Health.AT_RISK)),
        default=timeliness,
        output_field=CharField(),
    )


def narrowed_to(rows: Any, classes: Collection[str]) -> Any:
    """The rows of these classes today. What a class always means narrows them before progress is looked up."""
    today = timezone.localdate()
    soon = today + datetime.timedelta(days=settings.TASK_DUE_SOON_DAYS)
    is_open = Q(accepted_on__isnull=True)
    means = {
        Health.AT_RISK: is_open & Q(state__in=PURSUED, due_on__gt=soon),
        Health.DUE_SOON: is_open & Q(due_on__range=(today, soon)),
        Health.OPEN_OVERDUE: is_open & Q(due_on__lt=today),
        Health.DONE_IN_TIME: ~is_open,
        Health.DONE_LATE: ~is_open,
    }
    wanted = Q()
    for one in classes:
        wanted |= means.get(Health(one), is_open)
    # Classes that health and timeliness have in common are told without beginning and progress.
    health = health_on(today) if _DIVIDED.intersection(classes) else timeliness_on(today)
    return rows.filter(wanted).alias(of_health=health).filter(of_health__in=list(classes))
