"""Who is on which side of a task today: whom to tell, whom to remind. The other way about of `acting.py`."""

from apps.notifications.selectors import watchers_of
from apps.notifications.services.comments import still_seeing
from apps.people.rights import Ask, Holders, holders_of
from apps.tasks import moving
from apps.tasks.models import PlanTask, TaskList

VIEW = "tasks.view_plantask"


def leading(task: PlanTask, ask: Ask = holders_of) -> frozenset[int]:
    """Who may propose and report for the unit that leads."""
    held = ask(moving.PROPOSE)
    return held.of(task.lead_unit_id) | (held.everywhere if task.lead_unit.is_programme_office else frozenset())


def approving(task: PlanTask, permission: str, ask: Ask = holders_of) -> frozenset[int]:
    """Who appraises or decides for the unit that approves."""
    return _for_unit(ask(permission), task.approving_unit_id, is_central=task.route == PlanTask.Route.CENTRAL)


def deciding_on(task_list: TaskList) -> frozenset[int]:
    """Who may approve a list."""
    return _for_unit(holders_of(moving.DECIDE), task_list.unit_id, is_central=task_list.is_central)


def _for_unit(held: Holders, unit: str, *, is_central: bool) -> frozenset[int]:
    return held.of(unit) | (held.everywhere if is_central else frozenset())


def consulted() -> frozenset[int]:
    return holders_of(moving.CONSULT).everywhere


def working(task: PlanTask, ask: Ask = holders_of) -> frozenset[int]:
    """Who does the work: the holder, as long as they work for its unit; else those who may report for it."""
    if task.holder_id:
        held = ask(VIEW)
        still_there = held.of(task.lead_unit_id) | (held.everywhere if task.lead_unit.is_programme_office else set())
        if task.holder_id in still_there:
            return frozenset({task.holder_id})
    return leading(task, ask)


def heads(task: PlanTask, ask: Ask = holders_of) -> frozenset[int]:
    """The approvers of the unit that leads; where it has none, those of the unit that approves."""
    own = ask(moving.DECIDE).in_(task.lead_unit_id)
    return own or approving(task, moving.DECIDE, ask)


def following(task: PlanTask) -> frozenset[int]:
    """Who holds the task, follows it, or was called into the talk about it, as long as they may see it."""
    people = watchers_of(task) | ({task.holder_id} if task.holder_id else set())
    return frozenset(still_seeing(task, people))
