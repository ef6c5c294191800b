"""On whose side a person acts on a task: for the unit that leads it, or for the one that approves it.

Who serves the whole programme leads only what the programme office leads, and decides only what goes by the central
route: what provinces and ministries approve is theirs alone.
"""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.moves import Move
from apps.people.acting import acting_for as acting_in
from apps.people.rights import units_with
from apps.tasks import moving
from apps.tasks.models import PlanTask

LEADING = frozenset({"tasks.add_plantask", moving.PREPARE, moving.PROPOSE})
APPROVING = frozenset({moving.APPRAISE, moving.RETURN, moving.DECIDE})


def acts_on(user: User, permission: str, task: PlanTask) -> bool:
    """Whether the person holds the permission on the task's own side."""
    scope = units_with(user, permission)
    if permission in LEADING:
        return task.lead_unit_id in scope.ids or (scope.everything and task.lead_unit.is_programme_office)
    if permission in APPROVING:
        is_central = task.route == PlanTask.Route.CENTRAL
        return task.approving_unit_id in scope.ids or (scope.everything and is_central)
    return scope.everything  # consultations: the programme office's


def need(user: User, permission: str, task: PlanTask) -> None:
    if not acts_on(user, permission, task):
        raise PermissionDenied(task)


def allowed_moves(task: PlanTask, user: User) -> list[Move]:
    """The moves for which this person finds a button, in the order of the table; each verb once."""
    if not task.is_live:
        return []
    found: dict[str, Move] = {}
    for move in task.MOVES:
        if move.leaves(task) and move.is_open_to(user, task) and acts_on(user, move.permission, task):
            found.setdefault(move.verb, move)
    return list(found.values())


def refuse_same_person(move: Move, task: PlanTask, by: User) -> None:
    """Proposer and approver of one thing are never the same person."""
    if move.not_by and getattr(task, f"{move.not_by}_id") == by.pk:
        words = {
            moving.OTHER: _("Bạn là người đề xuất nhiệm vụ này: người khác phải xử lý."),
            moving.OTHER_REPORTER: _("Bạn là người báo cáo hoàn thành nhiệm vụ này: người khác phải nghiệm thu."),
        }
        raise ValidationError(words[move.not_by], code="same_person")


def acting_for(user: User, task: PlanTask, on: date | None = None) -> int | None:
    """For whom the person decides today, where they hold the approver's role as a deputy only."""
    return acting_in(user, task.approving_unit_id, on)
