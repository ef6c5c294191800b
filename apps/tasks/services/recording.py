"""What every change of a task leaves behind: its next version, its step, its audit row, and who is to be told."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.moves import Move
from apps.documents.models import LegalDocument
from apps.documents.numbers import split_number
from apps.documents.services import DocumentFacts, hold_numbers, known_document
from apps.jobs.services import enqueue
from apps.registers.changing import refusal
from apps.tasks.acting import LEADING, acting_for
from apps.tasks.models import PlanTask, TaskList, TaskStep
from apps.tasks.published import STATE_CHANGED
from apps.webhooks.services import publish


@dataclass(frozen=True)
class Decided:
    """A decision as whoever records it gives it: an act the portal knows, or the facts of a new one; and who signed."""

    document: LegalDocument | DocumentFacts
    signatory: str = ""

    @classmethod
    def of(cls, *, number: str, day: date, issuer: str, signatory: str = "", kind: str = "Quyết định") -> "Decided":
        said, number = split_number(number)
        facts = DocumentFacts(number, said or kind, issuer, issued_on=day)
        return cls(facts, signatory)


@dataclass(frozen=True)
class Given:
    """What is given along with a move."""

    reason: str = ""
    decision: LegalDocument | None = None
    signatory: str = ""
    task_list: TaskList | None = None


def refuse_stale(task: PlanTask, version: int | None) -> None:
    """What the person looked at is no longer so; the words say what is."""
    if version is not None and version != task.version:
        words = _("Nhiệm vụ vừa được người khác cập nhật, nay ở trạng thái “%(state)s”. Mở lại để xem rồi làm tiếp.")
        state = task.get_state_display()
        raise ValidationError(words, code="stale", params={"state": state, "current": task.state})


def hold_decision(decided: Decided | None) -> None:
    """Its number before any task, as a file and a list of tasks hold them: the other way about two would wait for
    each other.
    """
    if decided is not None and isinstance(decided.document, DocumentFacts):
        hold_numbers([decided.document.number])


def touch(task: PlanTask) -> None:
    """Something that hangs on the task has changed: whoever asks for what changed since finds it. The version stays,
    as nothing that others write over has changed.
    """
    task.save(update_fields=["updated_at"])


def known_decision(decided: Decided, *, by: User) -> LegalDocument:
    """The act itself: whoever decides also enters the decision."""
    document = known_document(decided.document, by=by)
    today = timezone.localdate()
    if document.issued_on and document.issued_on > today:
        raise refusal(
            "decision", _("Ngày ký không được sau hôm nay (%(day)s).") % {"day": f"{today:%d/%m/%Y}"}, "future"
        )
    return document


def step(task: PlanTask, move: Move, source: str, given: Given, *, by: User | None) -> TaskStep:
    """One row of the task's way, and one of the audit. To be called after the task has its new state and version."""
    on_lead_side = move.permission in LEADING
    acting = None if by is None or on_lead_side else acting_for(by, task)
    made = TaskStep(
        task=task, verb=move.verb, source=source, target=task.state, version=task.version, at=timezone.now(), by=by,
        acting_for_id=acting, unit_id=task.lead_unit_id if on_lead_side else task.approving_unit_id,
        reason=given.reason, decision=given.decision, signatory=given.signatory, task_list=given.task_list,
    )  # fmt: skip
    made.full_clean(exclude=["task", "by", "unit", "decision", "task_list", "acting_for"])
    made.save()
    data: dict[str, Any] = {"decision": given.decision.number} if given.decision else {}
    if acting:
        data["acting_for"] = acting
    record(
        move.audit, target=task, by=by, unit=made.unit_id or "", reason=given.reason,
        before={"state": source} if source else None, after={"state": task.state}, **data,
    )  # fmt: skip
    if move.verb != "create":  # a draft is nobody's matter yet
        enqueue("tasks.tell_moved", unit=task.lead_unit_id, step_id=made.pk)
    if move.verb != "create" and source != task.state:
        units = (task.lead_unit_id, task.approving_unit_id)
        publish(STATE_CHANGED, units=units, task=task.code, verb=move.verb, source=source, state=task.state)
    return made
