"""What is told while the work goes on: how far it is, its milestones, who holds it. None of it moves the task."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.kept_words import in_vietnamese
from apps.documents.models import LegalDocument
from apps.jobs.services import enqueue
from apps.registers.changing import refusal
from apps.tasks import moving
from apps.tasks.acting import need
from apps.tasks.holders import holders_of
from apps.tasks.models import Milestone, PlanTask, TaskProgress
from apps.tasks.services.moves import held
from apps.tasks.services.recording import refuse_stale, touch

ENDED = frozenset({moving.State.CLOSED, *moving.FALLEN})
TOLD_IN = frozenset({moving.State.APPROVED, moving.State.IN_PROGRESS, moving.State.SUSPENDED})


@transaction.atomic
def tell_progress(
    task: PlanTask, percent: int, *, by: User, text: str = "", risk: str = TaskProgress.Risk.NONE,
    on: date | None = None,
) -> TaskProgress:  # fmt: skip
    """How far the work was on a day. Of a task with sub-tasks none is told: theirs is its progress."""
    task = held(task)
    need(by, moving.PREPARE, task)
    if task.state not in TOLD_IN:
        raise ValidationError(_("Chỉ cập nhật tiến độ khi nhiệm vụ đã phê duyệt và chưa kết thúc."), code="wrong_state")
    if task.subtasks.standing().exists():
        words = _("Tiến độ được tính từ các nhiệm vụ thành phần: cập nhật ở từng nhiệm vụ đó.")
        raise ValidationError(words, code="subtasks")
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise refusal("told_on", _("Ngày sau ngày hiện tại."), "future")
    told = TaskProgress(task=task, percent=percent, told_on=day, text=text, risk=risk, told_by=by)
    told.full_clean()
    if told.risk != TaskProgress.Risk.NONE and not told.text:
        raise refusal("text", _("Nêu vướng mắc là gì, đã và cần giải quyết ra sao."), "reason")
    told.save()
    touch(task)
    if told.risk == TaskProgress.Risk.HIGH:
        enqueue("tasks.tell_risk", unit=task.lead_unit_id, progress_id=told.pk)
    with in_vietnamese():
        record("task.progress_told", target=task, by=by, unit=task.lead_unit_id, reason=told.text,
               after={"percent": percent, "risk": str(told.get_risk_display()), "told_on": day})  # fmt: skip
    return told


@transaction.atomic
def keep_milestone(milestone: Milestone, changes: dict[str, Any], *, by: User, seen: str | None = None) -> Milestone:
    """When a milestone is due, when it was done, by which document: `due_on`, `done_on`, `document`.

    `seen`: the milestone's `mark` as the person looked at it.
    """
    task = held(milestone.task)
    need(by, moving.PREPARE, task)
    if task.state in ENDED:
        raise ValidationError(_("Nhiệm vụ đã kết thúc: không sửa được mốc thực hiện."), code="wrong_state")
    row = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    if seen is not None and seen != row.mark:
        raise ValidationError(_("Mốc này vừa được người khác cập nhật. Mở lại để xem rồi sửa tiếp."), code="stale")
    names: list[str] = [name for name in ("due_on", "done_on", "document") if name in changes]
    before = {name: _said(getattr(row, name)) for name in names}
    for name in names:
        setattr(row, name, changes[name])
    if row.done_on and row.done_on > timezone.localdate():
        raise refusal("done_on", _("Ngày sau ngày hiện tại."), "future")
    row.full_clean()
    row.save(update_fields=names)
    touch(task)
    after = {name: _said(getattr(row, name)) for name in names}
    record("task.milestone_kept", target=task, by=by, unit=task.lead_unit_id, before=before, after=after, step=row.name)
    return row


@transaction.atomic
def hand_to(task: PlanTask, person: User | None, *, by: User, version: int | None = None) -> PlanTask:
    """Say who in the lead unit holds the task."""
    task = held(task)
    need(by, moving.PREPARE, task)
    refuse_stale(task, version)
    if task.state in ENDED:
        raise ValidationError(_("Nhiệm vụ đã kết thúc: không giao lại được."), code="wrong_state")
    if person is not None and person not in holders_of(task):
        raise refusal("holder", _("Chọn người đang làm việc tại đơn vị chủ trì."), "other_unit")
    before = {"holder": str(task.holder) if task.holder else None}
    task.holder = person
    task.version += 1
    task.save(update_fields=["holder", "version", "updated_at"])
    after = {"holder": str(person) if person else None}
    record("task.handed", target=task, by=by, unit=task.lead_unit_id, before=before, after=after)
    return task


def _said(value: Any) -> Any:
    return value.number if isinstance(value, LegalDocument) else value
