"""One decision that moves many tasks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.text import clean_text
from apps.registers.changing import refusal
from apps.tasks.models import PlanTask
from apps.tasks.services.moves import approve, hold_in_order, return_for_revision
from apps.tasks.services.recording import Decided, known_decision


@dataclass
class Moved:
    """Which tasks went on, and which did not, with the reason."""

    done: list[PlanTask] = field(default_factory=list)
    skipped: list[tuple[PlanTask, str]] = field(default_factory=list)


@transaction.atomic
def approve_many(tasks: Sequence[PlanTask], decision: Decided | None, by: User) -> Moved:
    """Approve each as it stood when the person chose it (`version`); one that moved meanwhile is passed over and named.

    Each leaves its own step and audit row. Where none can be approved the decision is not entered either.
    """
    if decision is None:
        raise refusal("decision", _("Nhập số, ký hiệu quyết định."), "decision")
    known = Decided(known_decision(decision, by=by), decision.signatory)
    return _each(tasks, lambda task: approve(task, known, by=by, version=task.version))


@transaction.atomic
def return_many(tasks: Sequence[PlanTask], reason: str, by: User) -> Moved:
    """Return each for the same reason."""
    if not clean_text(reason, multiline=True):
        raise refusal("reason", _("Nhập ý kiến, lý do."), "reason")
    return _each(tasks, lambda task: return_for_revision(task, reason, by=by, version=task.version))


def _each(tasks: Sequence[PlanTask], move: Callable[[PlanTask], PlanTask]) -> Moved:
    """In the order of their numbers: two decisions over the same tasks wait for each other and stand still for none."""
    hold_in_order(tasks)
    moved = Moved()
    for task in sorted(tasks, key=lambda one: one.pk):
        try:
            with transaction.atomic():
                moved.done.append(move(task))
        except PermissionDenied:
            moved.skipped.append((task, _("Ngoài phạm vi bạn được quyết định.")))
        except ValidationError as refused:
            moved.skipped.append((task, " ".join(refused.messages)))
    if tasks and not moved.done:
        names = "; ".join(f"{task.code}: {why}" for task, why in moved.skipped)
        raise ValidationError(_("Không nhiệm vụ nào được xử lý. %(names)s") % {"names": names}, code="all_moved")
    return moved
