"""Tasks of every unit, one in each state; people of the unit itself neither proposed nor reported them."""

from datetime import date

from django.utils import timezone

from apps.tasks.models import PlanTask, TaskList, TaskListEntry
from apps.tasks.moving import DONE, REPORTED
from apps.tasks.routes import centre, route_of
from tests.walk.world.base import World, builder

State = PlanTask.State


@builder
def plan_tasks(world: World, place: str) -> None:
    for state in State:
        _task(world, place, state, named=state)


def _task(world: World, place: str, state: str, *, named: str) -> PlanTask:
    route, approving = route_of(place)
    return world.make(
        "plantask", place, PlanTask, named=named,
        code=f"CANARY-{place}-{world.number()}", framework_item_id="B.6", kind="recurrent", term="yearly",
        year=2026, lead_unit_id=place, due_on=date(2026, 12, 31), first_due_on=date(2026, 12, 31), route=route,
        approving_unit_id=approving, origin="demo", state=state, moved_at=timezone.now(),
        reported_on=date(2026, 6, 30) if state in REPORTED else None,
        accepted_on=date(2026, 7, 15) if state in DONE else None,
        resume_to="in_progress" if state == State.SUSPENDED else "", withdrawn_reason="",
    )  # fmt: skip


@builder
def task_lists(world: World, place: str) -> None:
    """One that is being made, with a task of its own that waits for approval, and one that was dropped."""
    unit = route_of(place)[1]
    for state in ("draft", "dropped"):
        task_list = world.make(
            "tasklist", place, TaskList, named=state, unit_id=unit, is_central=unit == centre(), term="yearly",
            first_year=2026, last_year=2026, state=state,
        )  # fmt: skip
        task = _task(world, place, State.APPRAISED, named=f"on {state} list")
        entry = TaskListEntry.objects.create(task_list=task_list, task=task)
        world.own(entry, place)
        task_list.entry = entry.pk
