"""Invented tasks as rows: each with the steps that lead to its state, by the table of moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from apps.documents.models import LegalDocument
from apps.organisations.selectors import unit_labels
from apps.tasks.acting import LEADING
from apps.tasks.models import MilestoneKind, PlanTask, TaskProgress, TaskStep
from apps.tasks.models.work import Milestone
from apps.tasks.moving import MOVES, REPORTED, State
from program996.demo.bulk import copy_rows, reserve_ids
from program996.demo.dice import Dice
from program996.demo.years import LAST_DAY

if TYPE_CHECKING:
    from program996.demo.tasks import Invented

BEFORE = ("propose", "start_appraisal", "appraise")
PATHS: dict[str, tuple[str, ...]] = {
    State.DRAFT: (), State.PROPOSED: BEFORE[:1], State.UNDER_APPRAISAL: BEFORE[:2], State.APPRAISED: BEFORE,
    State.RETURNED: ("propose", "return_for_revision"), State.REJECTED: (*BEFORE, "reject"),
    State.APPROVED: (*BEFORE, "approve"), State.IN_PROGRESS: (*BEFORE, "approve", "start"),
    State.COMPLETION_REPORTED: (*BEFORE, "approve", "start", "report_completion"),
    State.ACCEPTED: (*BEFORE, "approve", "start", "report_completion", "accept"),
    State.CLOSED: (*BEFORE, "approve", "start", "report_completion", "accept", "close"),
    State.SUSPENDED: (*BEFORE, "approve", "start", "suspend"),
    State.TERMINATED: (*BEFORE, "approve", "start", "terminate"),
}  # fmt: skip
REASONS = {
    "return_for_revision": "Dự toán chưa tách theo nguồn (minh họa)",
    "reject": "Trùng nội dung với nhiệm vụ khác (minh họa)",
    "suspend": "Chờ bố trí kinh phí (minh họa)",
    "terminate": "Không còn phù hợp (minh họa)",
}
TASK = (
    "id", "created_at", "updated_at", "code", "framework_item_id", "title", "objective", "kind", "term", "year",
    "lead_unit_id", "product", "starts_on", "due_on", "first_due_on", "route", "approving_unit_id", "origin", "state",
    "resume_to", "version", "moved_at", "proposed_by_id", "proposed_at", "reported_by_id", "reported_at",
    "reported_on", "accepted_on", "withdrawn_reason",
)  # fmt: skip
STEP = (
    "task_id",
    "verb",
    "source",
    "target",
    "version",
    "at",
    "by_id",
    "unit_id",
    "reason",
    "decision_id",
    "signatory",
)
AFTER = {  # days since it was made
    "propose": 10, "return_for_revision": 25, "start_appraisal": 25, "appraise": 45, "reject": 55, "approve": 60,
    "start": 75, "suspend": 150, "terminate": 160,
}  # fmt: skip
DECIDED_FROM = 2026  # older tasks stand as an office's own list would bring them: without their decisions


def write_tasks(tasks: Sequence[Invented], dice: Dice, mark: str) -> int:
    ids = reserve_ids(PlanTask, len(tasks))
    decisions = _decisions(tasks, dice)
    steps = {pk: list(_steps(task, decisions)) for pk, task in zip(ids, tasks, strict=True)}
    copy_rows(PlanTask, TASK, [_task(pk, task, steps[pk], mark) for pk, task in zip(ids, tasks, strict=True)])
    copy_rows(TaskStep, STEP, [(pk, *step) for pk, found in steps.items() for step in found])
    told = [
        (pk, percent, day, "", risk, _at(day))
        for pk, task in zip(ids, tasks, strict=True) for day, percent, risk in task.percents
    ]  # fmt: skip
    copy_rows(TaskProgress, ("task_id", "percent", "told_on", "text", "risk", "created_at"), told)
    copy_rows(Milestone, ("task_id", "position", "name"), _milestones(ids, tasks))
    return len(tasks)


def _task(pk: int, task: Invented, steps: list[tuple], mark: str) -> tuple:
    moments = {step[0]: step[4] for step in steps}
    proposed = task.proposer if "propose" in moments else None
    reported = task.reporter if task.state in REPORTED else None
    return (
        pk, steps[0][4], steps[-1][4], task.code, task.item, task.title, mark, task.kind, task.term, task.year,
        task.lead, "Báo cáo kết quả (minh họa)", task.starts_on, task.due_on, task.first_due_on, task.route,
        task.approving, "demo", task.state, "in_progress" if task.state == State.SUSPENDED else "", len(steps),
        steps[-1][4], proposed, moments["propose"] if proposed else None, reported,
        moments["report_completion"] if reported else None, task.reported_on, task.accepted_on, "",
    )  # fmt: skip


def _steps(task: Invented, decisions: dict[tuple[str, int], int]) -> Iterator[tuple]:
    """Each verb with the day on which it plausibly was; none later than the demonstration's last day."""
    days = _days(task)
    state = str(State.DRAFT)
    yield "create", "", state, 1, _at(days["create"]), task.proposer, task.lead, "", None, ""
    for version, verb in enumerate(PATHS[task.state], 2):
        move = next(one for one in MOVES if one.verb == verb and state in one.sources)
        leading = move.permission in LEADING
        unit = task.lead if leading else task.approving
        decision = decisions.get((task.approving, task.year)) if "decision" in move.needs else None
        yield (
            verb, state, str(move.target), version, _at(days[verb], version), task.proposer if leading else None, unit,
            REASONS.get(verb, ""), decision, "Lãnh đạo đơn vị (minh họa)" if decision else "",
        )  # fmt: skip
        state = str(move.target)


def _days(task: Invented) -> dict[str, date]:
    begun = min(task.starts_on, LAST_DAY) - timedelta(days=75)
    found = {"create": begun}
    for verb, after in AFTER.items():
        found[verb] = min(begun + timedelta(days=after), LAST_DAY)
    found["report_completion"] = task.reported_on or LAST_DAY
    found["accept"] = task.accepted_on or LAST_DAY
    found["close"] = min(found["accept"] + timedelta(days=20), LAST_DAY)
    return found


def _decisions(tasks: Sequence[Invented], dice: Dice) -> dict[tuple[str, int], int]:
    """One decision of each unit that approves and each year of late."""
    labels = unit_labels()
    keys = sorted({(task.approving, task.year) for task in tasks if task.year >= DECIDED_FROM and task.proposer})
    ids = reserve_ids(LegalDocument, len(keys))
    now = timezone.now()
    rows = [
        (pk, now, now, f"MH-{number}/QĐ", "Quyết định",
         f"Phê duyệt danh mục nhiệm vụ năm {year} (số liệu minh họa)", labels[unit].full_name, date(2026, 1, 15))
        for number, (pk, (unit, year)) in enumerate(zip(ids, keys, strict=True), 1)
    ]  # fmt: skip
    columns = ("id", "created_at", "updated_at", "number", "kind", "title", "issuer", "issued_on")
    copy_rows(LegalDocument, columns, rows)
    return dict(zip(keys, ids, strict=True))


def _milestones(ids: Sequence[int], tasks: Sequence[Invented]) -> list[tuple]:
    kinds: dict[str, list[tuple[int, str]]] = {}
    for kind, position, name in MilestoneKind.objects.values_list("kind", "position", "name"):
        kinds.setdefault(kind, []).append((position, name))
    return [
        (pk, *one) for pk, task in zip(ids, tasks, strict=True) if task.year >= DECIDED_FROM for one in kinds[task.kind]
    ]


def _at(day: date, hour: int = 8) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(min(hour, 17))))
