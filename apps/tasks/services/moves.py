"""The verbs by which a task moves on. Each takes the version that the person looked at, a reason, and a decision where
there is one; and leaves a step and an audit row.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.moves import Move, find, go, require
from apps.core.text import clean_text
from apps.jobs.services import enqueue
from apps.registers.changing import refusal
from apps.tasks import moving
from apps.tasks.acting import need, refuse_same_person
from apps.tasks.barred import invests_outside_its_group
from apps.tasks.models import Consultation, PlanTask, TaskList
from apps.tasks.services.recording import Decided, Given, hold_decision, known_decision, refuse_stale, step

LONGEST_REASON = 2000
State, Route = PlanTask.State, PlanTask.Route


def propose(
    task: PlanTask, *, by: User, version: int | None = None, reason: str = "", decision: Decided | None = None
) -> PlanTask:
    """Put a draft, or what was returned, before the unit that approves."""
    return _move(task, "propose", by=by, version=version, decision=decision, reason=reason)


@transaction.atomic
def start_appraisal(
    task: PlanTask, *, by: User, version: int | None = None, reason: str = "", decision: Decided | None = None
) -> PlanTask:
    """Take a proposal up; on the ministry route the programme office is asked for its opinion along with it."""
    task = _move(task, "start_appraisal", by=by, version=version, decision=decision, reason=reason)
    if task.route == Route.MINISTRY:
        _ask_opinion(task, by)
    return task


def _ask_opinion(task: PlanTask, by: User) -> None:
    """Of what is proposed now: a question about an earlier version that nobody has answered yet is not asked twice."""
    due = timezone.localdate() + timedelta(days=settings.TASK_CONSULTATION_DAYS)
    asked = {"asked_by": by, "asked_at": timezone.now(), "due_on": due}
    open_one = task.consultations.filter(answered_at__isnull=True).first()
    if open_one is None:
        open_one = Consultation.objects.create(task=task, **asked)
    else:
        task.consultations.filter(pk=open_one.pk).update(**asked)
    enqueue("tasks.tell_consultation", unit=task.lead_unit_id, consultation_id=open_one.pk, verb="ask")


def appraise(
    task: PlanTask, *, by: User, version: int | None = None, reason: str = "", decision: Decided | None = None
) -> PlanTask:
    """Say that it can be approved. On the ministry route once the programme office has answered, or its day passed."""
    return _move(task, "appraise", by=by, version=version, decision=decision, reason=reason)


def return_for_revision(
    task: PlanTask, reason: str, *, by: User, version: int | None = None, decision: Decided | None = None
) -> PlanTask:
    return _move(task, "return_for_revision", by=by, version=version, decision=decision, reason=reason)


def approve(
    task: PlanTask, decision: Decided | None, *, by: User, version: int | None = None, reason: str = "",
    task_list: TaskList | None = None,
) -> PlanTask:  # fmt: skip
    """By a decision, of another person than the one who proposed. `task_list`: the list whose decision it is."""
    return _move(task, "approve", by=by, version=version, reason=reason, decision=decision, task_list=task_list)


def reject(
    task: PlanTask, reason: str, *, by: User, version: int | None = None, decision: Decided | None = None
) -> PlanTask:
    return _move(task, "reject", by=by, version=version, decision=decision, reason=reason)


def start(
    task: PlanTask, *, by: User, version: int | None = None, reason: str = "", decision: Decided | None = None
) -> PlanTask:
    return _move(task, "start", by=by, version=version, decision=decision, reason=reason)


def report_completion(
    task: PlanTask,
    *,
    by: User,
    version: int | None = None,
    on: date | None = None,
    reason: str = "",
    decision: Decided | None = None,
) -> PlanTask:
    """Say that the work was done on that day; by it the task is in time or late once it is accepted."""
    day = on or timezone.localdate()
    return _move(
        task,
        "report_completion",
        by=by,
        version=version,
        decision=decision,
        reason=reason,
        changes={"reported_on": day},
    )


def accept(
    task: PlanTask, decision: Decided | None, *, by: User, version: int | None = None, reason: str = ""
) -> PlanTask:
    """By a decision, of another person than the one who reported."""
    today = timezone.localdate()
    return _move(task, "accept", by=by, version=version, reason=reason, decision=decision,
                 changes={"accepted_on": today})  # fmt: skip


def fail_acceptance(
    task: PlanTask, reason: str, *, by: User, version: int | None = None, decision: Decided | None = None
) -> PlanTask:
    """Not done yet: the work goes on."""
    gone = {"reported_on": None, "reported_by": None, "reported_at": None}
    return _move(task, "fail_acceptance", by=by, version=version, decision=decision, reason=reason, changes=gone)


def close(
    task: PlanTask, *, by: User, version: int | None = None, reason: str = "", decision: Decided | None = None
) -> PlanTask:
    return _move(task, "close", by=by, version=version, decision=decision, reason=reason)


def suspend(
    task: PlanTask, reason: str, *, by: User, version: int | None = None, decision: Decided | None = None
) -> PlanTask:
    return _move(task, "suspend", by=by, version=version, decision=decision, reason=reason)


def resume(
    task: PlanTask, *, by: User, version: int | None = None, reason: str = "", decision: Decided | None = None
) -> PlanTask:
    """Back to the state before."""
    return _move(task, "resume", by=by, version=version, decision=decision, reason=reason)


def terminate(
    task: PlanTask,
    reason: str,
    *,
    by: User,
    version: int | None = None,
    task_list: TaskList | None = None,
    decision: Decided | None = None,
) -> PlanTask:
    return _move(task, "terminate", by=by, version=version, decision=decision, reason=reason, task_list=task_list)


@transaction.atomic
def _move(
    task: PlanTask, verb: str, *, by: User, version: int | None, reason: str = "", decision: Decided | None = None,
    task_list: TaskList | None = None, changes: dict[str, Any] | None = None,
) -> PlanTask:  # fmt: skip
    hold_decision(decision)
    task = held(task, above=verb in WITH_ITS_PARENT)
    need(by, find(task, verb)[0].permission, task)
    refuse_stale(task, version)
    move = require(task, verb)
    refuse_same_person(move, task, by)
    refuse_unready(task, verb)
    given = _given(move, reason, decision, task_list, by)
    source = task.state
    for name, value in (changes or {}).items():
        setattr(task, name, value)
    task.resume_to = source if verb == "suspend" else ""
    noted = go(task, move, by=by)
    task.version, task.moved_at = task.version + 1, timezone.now()
    if verb == "report_completion":
        _check_reported_day(task)
    fields = {*noted, *(changes or {}), "resume_to", "version", "moved_at", "updated_at"}
    task.save(update_fields=sorted(fields))
    step(task, move, source, given, by=by)
    if verb in _ALONE and task_list is None:
        _tell_its_list(task, _ALONE[verb], given.reason, by)
    return task


def _tell_its_list(task: PlanTask, action: str, reason: str, by: User) -> None:
    """The history of a list that waits says what became of one of its tasks meanwhile."""
    for found in TaskList.objects.filter(state=TaskList.State.SUBMITTED, entries__task=task):
        record(action, target=found, by=by, unit=found.unit_id, reason=reason, codes=task.code)


def held(task: PlanTask, *, above: bool = False) -> PlanTask:
    """The task as it is now, locked for this transaction. `above`: what it is part of is locked along with it."""
    if above:
        hold_in_order([task])
    rows: Any = PlanTask.objects.live().select_for_update(of=("self",)).select_related("lead_unit", "framework_item")
    found: PlanTask | None = rows.filter(pk=task.pk).first()
    if found is None:
        raise ValidationError(_("Nhiệm vụ này không còn trong danh sách."), code="withdrawn")
    return found


def hold_in_order(tasks: Iterable[PlanTask]) -> None:
    """All of them and what they are part of, in the order of their keys: two who act on the same ones at once wait for
    each other, and neither for ever.
    """
    keys = {key for task in tasks for key in (task.pk, task.parent_id) if key}
    rows = PlanTask.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    list(rows.values_list("pk", flat=True))


def _given(move: Move, reason: str, decision: Decided | None, task_list: TaskList | None, by: User) -> Given:
    reason = clean_text(reason, multiline=True)
    if "reason" in move.needs and not reason:
        raise refusal("reason", _("Nhập ý kiến, lý do."), "reason")
    if len(reason) > LONGEST_REASON:
        raise refusal("reason", _("Ý kiến dài quá 2.000 ký tự. Rút gọn."), "too_long")
    if decision is None:
        if "decision" in move.needs:
            raise refusal("decision", _("Nhập số, ký hiệu quyết định."), "decision")
        return Given(reason=reason, task_list=task_list)
    if move.permission != moving.DECIDE:
        words = _("Bước này không kèm quyết định. Bỏ phần quyết định rồi gửi lại.")
        raise ValidationError(words, code="no_decision_here")
    document = known_decision(decision, by=by)
    return Given(reason, document, clean_text(decision.signatory), task_list)


def _check_reported_day(task: PlanTask) -> None:
    """By this day the task is in time or late: it is one on which the approved work can have been done."""
    day, approved = task.reported_on, _approved_on(task)
    if day is None or day > timezone.localdate():
        raise refusal("on", _("Ngày hoàn thành sau ngày hiện tại. Kiểm tra lại."), "future")
    if task.starts_on and day < task.starts_on:
        raise refusal("on", _("Ngày hoàn thành trước ngày bắt đầu. Kiểm tra lại."), "before_start")
    if approved and day < approved:
        words = _("Ngày hoàn thành trước ngày phê duyệt nhiệm vụ (%(day)s). Kiểm tra lại.")
        raise refusal("on", words % {"day": f"{approved:%d/%m/%Y}"}, "before_approval")


def _approved_on(task: PlanTask) -> date | None:
    """The day of the decision, which may have been recorded later than it was signed."""
    approved = task.steps.filter(verb="approve").select_related("decision").last()
    if approved is None:
        return None
    return (approved.decision and approved.decision.issued_on) or timezone.localdate(approved.at)


def refuse_unready(task: PlanTask, verb: str) -> None:
    """What a verb asks of the task besides its state, in words that a page may show before anybody presses."""
    if verb in _READY:
        _READY[verb](task)


def _ready_to_appraise(task: PlanTask) -> None:
    waiting = task.consultations.filter(answered_at__isnull=True, due_on__gte=timezone.localdate()).first()
    if waiting:
        words = _("Đang chờ ý kiến của Ủy ban TĐC đến hết ngày %(day)s.") % {"day": f"{waiting.due_on:%d/%m/%Y}"}
        raise ValidationError(words, code="consultation")


def _ready_to_accept(task: PlanTask) -> None:
    left = task.subtasks.standing().exclude(state__in=moving.DONE).count()
    if left:
        words = _("Còn %(n)s nhiệm vụ thành phần chưa nghiệm thu. Nghiệm thu hoặc chấm dứt các nhiệm vụ đó trước.")
        raise ValidationError(words % {"n": left}, code="subtasks")


def _ready_to_end(task: PlanTask) -> None:
    """What was approved of it would go on as part of nothing."""
    left = task.subtasks.live().filter(state__in=moving.UNDER_WAY).count()
    if left:
        words = _("Còn %(n)s nhiệm vụ thành phần đang thực hiện. Nghiệm thu hoặc chấm dứt các nhiệm vụ đó trước.")
        raise ValidationError(words % {"n": left}, code="subtasks")


def _ready_within(task: PlanTask) -> None:
    """As a part of something, only while that stands."""
    above = task.parent
    if above is not None and (not above.is_live or above.state in moving.FALLEN):
        words = _("Nhiệm vụ cấp trên %(code)s nay “%(state)s”. Sửa bản nháp, để trống ô Thuộc nhiệm vụ, rồi làm tiếp.")
        state = above.get_state_display() if above.is_live else _("Đã xóa")
        raise ValidationError(words % {"code": above.code, "state": state}, code="parent")


def _ready_to_approve(task: PlanTask) -> None:
    _ready_within(task)
    if barred := invests_outside_its_group(task):
        raise ValidationError(barred, code="barred")


# What can be decided of one task by itself while it stands on a list, as the list's history has it.
_ALONE = {
    "return_for_revision": "tasklist.task_returned", "approve": "tasklist.task_approved",
    "reject": "tasklist.task_rejected", "terminate": "tasklist.task_terminated",
}  # fmt: skip
WITH_ITS_PARENT = frozenset({"propose", "approve"})
_READY = {
    "propose": _ready_within, "appraise": _ready_to_appraise, "approve": _ready_to_approve, "reject": _ready_to_end,
    "accept": _ready_to_accept, "terminate": _ready_to_end,
}  # fmt: skip
VERBS = (
    "propose", "start_appraisal", "return_for_revision", "appraise", "approve", "reject", "start", "report_completion",
    "accept", "fail_acceptance", "close", "suspend", "resume", "terminate",
)  # fmt: skip
