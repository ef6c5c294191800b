"""Tasks of every unit, one in each state; people of the unit itself neither proposed nor reported them."""

from datetime import date, timedelta

from django.utils import timezone

from apps.tasks.models import (
    Consultation,
    Extension,
    Milestone,
    PlanTask,
    TaskList,
    TaskListEntry,
    TaskProgress,
    TaskRelation,
    TaskStep,
)
from apps.tasks.moving import DONE, REPORTED
from apps.tasks.routes import centre, route_of
from tests.walk.world.base import World, builder
from tests.walk.world.people import make_user

State = PlanTask.State


@builder
def plan_tasks(world: World, place: str) -> None:
    for state in State:
        _task(world, place, state, named=state)
    _work_on(world, place)


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
    """One that is being made, one submitted, one dropped; each with a task of its own that waits for approval."""
    unit = route_of(place)[1]
    for state in ("draft", "submitted", "dropped"):
        sent = {"submitted_by": make_user(world, place), "submitted_at": timezone.now()}
        task_list = world.make(
            "tasklist", place, TaskList, named=state, unit_id=unit, is_central=unit == centre(), term="yearly",
            first_year=2026, last_year=2026, state=state, **(sent if state == "submitted" else {}),
        )  # fmt: skip
        task = _task(world, place, State.APPRAISED, named=f"on_{state}_list")
        entry = TaskListEntry.objects.create(task_list=task_list, task=task)
        world.own(entry, place)
        task_list.entry, task_list.pick = entry.pk, f"{entry.pk}-{task.version}"


def _work_on(world: World, place: str) -> None:
    """What hangs on the tasks: what was done, told and asked of them, by somebody of the unit who does not walk."""
    task = lambda state: world.get("plantask", place, state)  # noqa: E731
    who, now = make_user(world, place), timezone.now()
    draft, under_way = task(State.DRAFT), task(State.IN_PROGRESS)
    world.make("taskstep", place, TaskStep, task=draft, verb="create", source="", target="draft", version=1, at=now,
               by=who, unit_id=place, signatory="")  # fmt: skip
    world.make("milestone", place, Milestone, task=draft, position=1)
    world.make("taskprogress", place, TaskProgress, task=under_way, percent=10, told_on=now.date(), told_by=who)
    world.put("taskrelation", place, TaskRelation.objects.create(task=draft, other=under_way, kind="belongs_with"))
    asked = {"asked_by": who, "asked_at": now, "due_before": date(2026, 12, 31), "due_asked": date(2027, 3, 31)}
    for state, on in (("asked", task(State.APPROVED)), ("refused", under_way)):
        decided = {"decided_by_id": make_user(world, place).pk, "decided_at": now} if state == "refused" else {}
        row = world.make("extension", place, Extension, named=state, task=on, state=state, **asked, **decided,
                         **({} if decided else {"decided_reason": ""}))  # fmt: skip
        row.task_code = on.code
    Consultation.objects.create(task=task(State.UNDER_APPRAISAL), asked_by=who, asked_at=now,
                                due_on=now.date() - timedelta(days=1))  # fmt: skip
