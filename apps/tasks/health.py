"""The health of a task, the second axis beside its state: its class of timeliness, and within «open in time» two more.

The one place that says the rule. A task is «Chưa đến kỳ» before the day it starts (1 January of its year where no day
is given). Approved or in progress it is «Nguy cơ chậm» once its progress lies TASK_LAG_POINTS or more percentage points
behind the share of its time that has passed; where nothing was told progress is 0 %. Statistics know five classes only.
"""

import datetime
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import (
    Avg,
    Case,
    CharField,
    DateField,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextChoices,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Cast, Coalesce, Round
from django.db.models.lookups import Exact, GreaterThan, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.tasks.models import PlanTask, TaskProgress
from apps.tasks.moving import DONE, State
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


class _Days(Func):
    template, arg_joiner, output_field = "(%(expressions)s)", " - ", IntegerField()


def with_health(rows: Any, on: datetime.date | None = None) -> Any:
    """Annotate `health` as on that day; empty where there is none (drafts, rejected and terminated tasks)."""
    return rows.annotate(health=health_on(on or timezone.localdate()))


def health_on(on: datetime.date) -> Case:
    """Progress is looked up only of tasks that are pursued and in time: what stands before it decides."""
    day, timeliness = Cast(Value(on), DateField()), timeliness_on(on)
    first_day = Func("year", Value(1), Value(1), function="make_date", output_field=DateField())
    starts_on = Coalesce("starts_on", first_day)
    in_time = Q(Exact(timeliness, Value(Timeliness.OPEN_IN_TIME)))
    # percent / 100 + lag <= days passed / all days, without a division
    behind = (Coalesce(percent(), Value(0)) + Value(settings.TASK_LAG_POINTS)) * _Days(F("due_on"), starts_on)
    passed = Value(100) * _Days(day, starts_on)
    return Case(
        When(in_time & Q(GreaterThan(starts_on, day)), then=Value(Health.NOT_YET)),
        When(Q(state__in=PURSUED) & in_time & Q(LessThanOrEqual(behind, passed)), then=Value(Health.AT_RISK)),
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
    return rows.filter(wanted).alias(of_health=health_on(today)).filter(of_health__in=list(classes))


def percent() -> Case:
    """How far a task is: what its unit told last; of one with sub-tasks their mean; 100 once it is accepted."""
    below = PlanTask.objects.live().filter(parent=OuterRef("pk")).order_by()
    mean = below.annotate(told=Coalesce(latest("percent"), Value(0))).values("parent").annotate(mean=Avg("told"))
    shared = Subquery(mean.annotate(whole=Cast(Round("mean"), IntegerField())).values("whole"))
    return Case(
        When(state__in=sorted(DONE), then=Value(100)),
        default=Coalesce(shared, latest("percent")),
        output_field=IntegerField(),
    )


def latest(column: str) -> Subquery:
    """Of what was told last."""
    told = TaskProgress.objects.filter(task=OuterRef("pk")).order_by("-told_on", "-id")
    return Subquery(told.values(column)[:1])
