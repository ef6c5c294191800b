"""Tasks that may go on a list."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q

from apps.accounts.models import User
from apps.people.rights import units_with
from apps.tasks import moving
from apps.tasks.models import PlanTask, TaskList, TaskListEntry
from apps.tasks.moving import State

LISTED_IN = sorted(frozenset().union(*TaskListEntry.FITS.values()))
NOT_YET = (State.PROPOSED, State.UNDER_APPRAISAL)
MEDIUM_TERMS = ((2021, 2025), (2026, 2030))


def listable(task_list: TaskList, user: User) -> Any:
    """What the unit of the list may move, of all years. What is on a list that is not decided yet stands there."""
    rows = PlanTask.objects.visible_to(user).live()
    return _on_no_list(rows.filter(approving_unit=task_list.unit_id, state__in=LISTED_IN))


def not_listable_yet(task_list: TaskList, user: User) -> Any:
    """Of the years of the list what is still being proposed or appraised."""
    rows = PlanTask.objects.visible_to(user).live().filter(of_its_years(task_list), state__in=NOT_YET)
    return rows.filter(approving_unit=task_list.unit_id)


def on_their_way(user: User) -> dict[str, int]:
    """By state, how many of the tasks on which the person decides are before a list."""
    scope = units_with(user, moving.DECIDE)
    if not scope.everything and not scope.ids:
        return {}
    rows: Any = PlanTask.objects.live().filter(state__in=[*NOT_YET, State.APPRAISED]).decided_by_units(scope)
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk")))


def standing_list_of(task: PlanTask, user: User) -> TaskList | None:
    """The list on which the task stands and that is not decided yet, for who may see it."""
    if task.state not in LISTED_IN or not user.has_perm("tasks.view_tasklist"):
        return None
    return TaskList.objects.visible_to(user).filter(entries__task=task, state__in=TaskList.OPEN).order_by("-pk").first()


def list_to_take(task: PlanTask, user: User) -> TaskList | None:
    """A list being made to which the person may add the task; the yearly one before that of a medium term."""
    if task.state != State.APPRAISED or not user.has_perm(moving.APPRAISE):
        return None
    rows: Any = TaskList.objects.visible_to(user).editable_by(user)
    rows = rows.filter(state=TaskList.State.DRAFT, unit=task.approving_unit_id)
    found: TaskList | None = (
        rows.filter(first_year__lte=task.year, last_year__gte=task.year).order_by("last_year", "-pk").first()
    )
    return found


def of_its_years(task_list: TaskList) -> Q:
    return Q(year__gte=task_list.first_year, year__lte=task_list.last_year)


def year_to_list(units: Collection[str], today: date) -> int:
    """The soonest year, from this one on, of which tasks wait to be approved; where none waits, the year whose list is
    being made at this time: up to June this year's, then the next.
    """
    rows = PlanTask.objects.live().filter(approving_unit__in=units, state=State.APPRAISED, year__gte=today.year)
    soonest = _on_no_list(rows).aggregate(soonest=Min("year"))["soonest"]
    return soonest or today.year + (today.month > 6)


def _on_no_list(rows: Any) -> Any:
    return rows.exclude(Exists(TaskListEntry.objects.filter(task=OuterRef("pk"), task_list__state__in=TaskList.OPEN)))
