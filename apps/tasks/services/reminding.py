"""Due dates told in time: 30, 7 and 1 day before, 1 day after, then each week to the head of the unit.

Called once each working day, before the morning's mails. What fell on a day off is told on the next working day; a due
date that moved is told of anew.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.notifications.models import Notification
from apps.notifications.services.telling import tell_all
from apps.people.rights import asked_once
from apps.tasks import moving, recipients
from apps.tasks.models import PlanTask, Reminder

Kind = Reminder.Kind
AHEAD = ((1, Kind.DAY), (7, Kind.WEEK), (30, Kind.MONTH))  # the nearest first
AT_ONCE = 2_000


@dataclass(frozen=True)
class Due:
    task: PlanTask
    person: int
    kind: str
    day: date


@transaction.atomic
def remind(day: date) -> int:
    """Make the reminders of the day, each with its notification; how many."""
    tasks: Any = PlanTask.objects.live().filter(state__in=[moving.State.APPROVED, moving.State.IN_PROGRESS])
    tasks = tasks.filter(due_on__lte=day + timedelta(days=AHEAD[-1][0])).select_related("lead_unit").order_by("pk")
    fresh = _untold(list(_due(tasks, day)))
    reminders = [
        Reminder(task=one.task, person_id=one.person, kind=one.kind, day=one.day, told_on=day) for one in fresh
    ]
    Reminder.objects.bulk_create(reminders, batch_size=AT_ONCE, ignore_conflicts=True)
    tell_all([_told(one) for one in fresh])
    return len(fresh)


def _due(tasks: Iterable[PlanTask], day: date) -> Iterable[Due]:
    ask, monday = asked_once(), day - timedelta(days=day.weekday())
    for task in tasks:
        kind = _kind(task.due_on, day)
        for person in recipients.working(task, ask):
            yield Due(task, person, kind, task.due_on)
        if task.due_on < monday - timedelta(days=1):
            for person in recipients.heads(task, ask):
                yield Due(task, person, Kind.WEEKLY, monday)


def _kind(due: date, day: date) -> str:
    if due < day:
        return Kind.OVERDUE
    return next(kind for days, kind in AHEAD if due <= day + timedelta(days=days))


def _untold(found: list[Due]) -> list[Due]:
    """Less what was told already, and those whose account is closed."""
    open_ones = set(
        User.objects.filter(pk__in={one.person for one in found}, is_active=True).values_list("pk", flat=True)
    )
    known: dict[int, set[tuple[int, str, date]]] = defaultdict(set)
    told = Reminder.objects.filter(task__in={one.task.pk for one in found}, day__in={one.day for one in found})
    for task, person, kind, on in told.values_list("task", "person", "kind", "day"):
        known[task].add((person, kind, on))
    return [
        one for one in found if one.person in open_ones and (one.person, one.kind, one.day) not in known[one.task.pk]
    ]


def _told(one: Due) -> Notification:
    return Notification(
        user_id=one.person, kind=f"tasks.due_{one.kind}", target_kind="tasks.plantask", target_id=str(one.task.pk),
        event=f"due:{one.task.pk}:{one.kind}:{one.day}", unit=one.task.lead_unit_id, due_on=one.task.due_on,
    )  # fmt: skip
