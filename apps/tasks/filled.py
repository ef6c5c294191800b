"""Tasks as rows of the official file, so that what goes out comes in again as it was."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from apps.organisations.fields import unit_names
from apps.registers.recorded import value
from apps.tasks.models import Participation, PlanTask, TaskProgress, TaskStep
from apps.tasks.moving import DONE
from apps.tasks.registers import TASKS

Cells = dict[str, list[str] | None]


def rows(tasks: Any) -> Iterator[Cells]:
    """Three statements for all of them, whatever their number."""
    found = list(tasks.order_by("lead_unit", "due_on", "title_sort", "id"))
    keys = [task.pk for task in found]
    parts: dict[int, list[str]] = defaultdict(list)
    for task_id, unit in Participation.objects.filter(task__in=keys).values_list("task_id", "unit_id"):
        parts[task_id].append(unit_names().get(unit, unit))
    told = TaskProgress.objects.filter(task__in=keys).order_by("task", "told_on", "id")
    percents = dict(told.values_list("task_id", "percent"))  # the latest comes last
    steps: dict[int, list[TaskStep]] = defaultdict(list)
    for step in TaskStep.objects.filter(task__in=keys).select_related("decision").order_by("task", "at", "id"):
        steps[step.task_id].append(step)
    for task in found:
        yield _cells(task, steps[task.pk], parts[task.pk], percents.get(task.pk))


def _cells(task: PlanTask, steps: list[TaskStep], parts: list[str], percent: int | None) -> Cells:
    found = {column.name: _cell(value(task, column)) for column in TASKS.columns}
    found["first_due_on"] = _cell(task.first_due_on)
    found["state"] = _cell(str(task.get_state_display()))
    found["reported_on"], found["accepted_on"] = _cell(task.reported_on), _cell(task.accepted_on)
    found["percent"] = _cell(f"{percent}%" if percent is not None else None)
    found |= _act("decision", [step for step in steps if step.verb in ("approve", "reject")])
    if task.state in DONE:
        found |= _act("acceptance", [step for step in steps if step.verb == "accept"])
    found["coordinating"] = _cell("; ".join(sorted(parts)))
    return found


def _act(act: str, steps: list[TaskStep]) -> Cells:
    decided = next((step for step in reversed(steps) if step.decision), None)
    if decided is None or decided.decision is None:
        return {}
    known = decided.decision
    if known.issued_on is None:  # a file names an act by its day
        return {}
    return {
        f"{act}_number": _cell(str(known)),
        f"{act}_on": _cell(known.issued_on),
        f"{act}_issuer": _cell(known.issuer),
        f"{act}_signatory": _cell(decided.signatory),
    }


def _cell(said: Any) -> list[str] | None:
    if said is None or said == "":
        return None
    return ["d", said.isoformat()] if hasattr(said, "isoformat") else ["s", str(said)]
