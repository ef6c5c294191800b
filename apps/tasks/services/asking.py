"""What is asked on a task's way: a later due date of the unit that approves, an opinion of the programme office."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.kept_words import in_vietnamese
from apps.core.moves import Move, find, go, hold
from apps.core.text import clean_text
from apps.jobs.services import enqueue
from apps.registers.changing import refusal
from apps.tasks import moving
from apps.tasks.acting import need
from apps.tasks.models import Consultation, Extension, PlanTask
from apps.tasks.moving import EXTENDED_IN
from apps.tasks.services.moves import held
from apps.tasks.services.recording import Decided, hold_decision, known_decision, refuse_stale, touch


@transaction.atomic
def ask_extension(task: PlanTask, due_on: date, reason: str, *, by: User, version: int | None = None) -> Extension:
    """Ask for a later due date, with the reason; the one first set stays in sight whatever comes of it."""
    [move] = find(Extension, "ask")
    task = held(task)
    need(by, move.permission, task)
    refuse_stale(task, version)
    refuse_extension_now(task)
    reason = clean_text(reason, multiline=True)
    if not reason:
        raise refusal("reason", _("Nhập lý do xin gia hạn."), "reason")
    asked = Extension(task=task, due_before=task.due_on, due_asked=due_on, reason=reason)
    go(asked, move, by=by)
    asked.full_clean()
    asked.save()
    _next_version(task)
    record(move.audit, target=task, by=by, unit=task.lead_unit_id, reason=reason,
           before={"due_on": task.due_on}, after={"due_on": due_on})  # fmt: skip
    enqueue("tasks.tell_extension", unit=task.lead_unit_id, extension_id=asked.pk, verb="ask")
    return asked


def refuse_extension_now(task: PlanTask) -> None:
    if task.state not in EXTENDED_IN:
        words = _("Chỉ gia hạn nhiệm vụ đã phê duyệt hoặc đang thực hiện.")
        raise ValidationError(words, code="wrong_state")


@transaction.atomic
def grant_extension(
    extension: Extension, decided: Decided | None, *, by: User, due_on: date | None = None, reason: str = "",
    version: int | None = None,
) -> Extension:  # fmt: skip
    """Set the due date that was asked for, or an earlier one, by a document."""
    hold_decision(decided)
    task = held(extension.task)
    need(by, moving.DECIDE, task)
    refuse_stale(task, version)
    row, move = hold(extension, "grant")
    refuse_extension_now(task)
    if decided is None:
        raise refusal("decision", _("Nhập số, ký hiệu quyết định."), "decision")
    day = due_on or row.due_asked
    if not task.due_on < day <= row.due_asked:
        raise refusal("due_on", _("Hạn mới phải sau hạn hiện tại và không sau hạn đề nghị."), "due_on")
    row.document = known_decision(decided, by=by)
    _decide(row, move, task, reason, by, after=day)
    task.due_on = day
    task.save(update_fields=["due_on"])
    return row


@transaction.atomic
def refuse_extension(extension: Extension, reason: str, *, by: User, version: int | None = None) -> Extension:
    task = held(extension.task)
    need(by, moving.DECIDE, task)
    refuse_stale(task, version)
    row, move = hold(extension, "refuse")
    refuse_extension_now(task)
    if not clean_text(reason, multiline=True):
        raise refusal("reason", _("Nhập lý do."), "reason")
    return _decide(row, move, task, reason, by, after=task.due_on)


def _decide(row: Extension, move: Move, task: PlanTask, reason: str, by: User, *, after: date) -> Extension:
    if row.asked_by_id == by.pk:
        raise ValidationError(_("Bạn là người đề nghị gia hạn: người khác phải quyết định."), code="same_person")
    row.decided_reason = clean_text(reason, multiline=True)
    changed = go(row, move, by=by)
    row.full_clean()
    row.save(update_fields=[*changed, "document", "decided_reason"])
    _next_version(task)
    told = {"decision": row.document.number} if row.document else {}
    record(move.audit, target=task, by=by, unit=task.approving_unit_id, reason=row.decided_reason,
           before={"due_on": row.due_before}, after={"due_on": after}, **told)  # fmt: skip
    enqueue("tasks.tell_extension", unit=task.lead_unit_id, extension_id=row.pk, verb=move.verb)
    return row


@transaction.atomic
def answer_consultation(
    consultation: Consultation, opinion: str, text: str, *, by: User, version: int | None = None
) -> Consultation:
    """The programme office says what it thinks of a proposal of a ministry. Once; the ministry decides.

    While it is appraised, and of the version that the person read: what was returned is asked about anew.
    """
    task = held(consultation.task)
    need(by, moving.CONSULT, task)
    refuse_stale(task, version)
    if task.state != moving.State.UNDER_APPRAISAL:
        words = _("Nhiệm vụ nay ở trạng thái “%(state)s”: chỉ trả lời ý kiến khi đang thẩm định.")
        raise ValidationError(words, code="wrong_state", params={"state": task.get_state_display()})
    row = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    if row.answered_at is not None:
        raise ValidationError(_("Ý kiến đã được trả lời."), code="wrong_state")
    row.opinion, row.text = opinion, clean_text(text, multiline=True)
    row.answered_by, row.answered_at = by, timezone.now()
    row.full_clean()
    row.save(update_fields=["opinion", "text", "answered_by", "answered_at"])
    touch(task)
    with in_vietnamese():
        record("task.consultation_answered", target=task, by=by, unit=task.approving_unit_id, reason=row.text,
               before={"opinion": ""}, after={"opinion": str(row.get_opinion_display())})  # fmt: skip
    enqueue("tasks.tell_consultation", unit=task.lead_unit_id, consultation_id=row.pk, verb="answer")
    return row


def _next_version(task: PlanTask) -> None:
    task.version += 1
    task.save(update_fields=["version", "updated_at"])
