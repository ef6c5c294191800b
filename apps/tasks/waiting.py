"""Which tasks wait for a person: what the table of moves leaves to them next, as one condition in SQL; and since when
the first task of a list does.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from apps.accounts.models import User
from apps.core.moves import find
from apps.people.rights import units_with
from apps.tasks import moving
from apps.tasks.acting import LEADING
from apps.tasks.models import Consultation, Extension, PlanTask, TaskListEntry
from apps.tasks.models.plantask import decided_in, led_in
from apps.tasks.moving import State

# What somebody waits for, and from which state; what may be done at any time waits for nobody.
NEXT = {
    State.RETURNED: "propose",
    State.PROPOSED: "start_appraisal",
    State.UNDER_APPRAISAL: "appraise",
    State.APPRAISED: "approve",
    State.COMPLETION_REPORTED: "accept",
}


def waiting_for(rows: Any, user: User) -> Any:
    wanted: Any = Q()
    for state, verb in NEXT.items():
        [move] = find(PlanTask, verb)
        other = ~Q(**{move.not_by: user.pk}) | Q(**{f"{move.not_by}__isnull": True}) if move.not_by else Q()
        wanted |= Q(state=state) & _side(user, move.permission) & other
    asked = Extension.objects.waiting().filter(task=OuterRef("pk")).exclude(asked_by=user.pk)
    wanted |= _side(user, moving.DECIDE) & Exists(asked)
    if units_with(user, moving.CONSULT).everything:
        wanted |= Q(state=State.UNDER_APPRAISAL) & Exists(
            Consultation.objects.filter(task=OuterRef("pk"), answered_at__isnull=True)
        )
    return rows.filter(wanted)


def with_longest_waiting(lists: Any) -> Any:
    """`first_since`: since when the first of its tasks waits, which the list's own time limit does not know."""
    waiting = PlanTask.objects.filter(
        entries__task_list=OuterRef("pk"), entries__effect=TaskListEntry.Effect.APPROVE, state=State.APPRAISED
    )
    return lists.annotate(first_since=Subquery(waiting.order_by("moved_at").values("moved_at")[:1]))


def _side(user: User, permission: str) -> Q:
    """The tasks on whose side the person holds the permission (`acting.acts_on`)."""
    scope = units_with(user, permission)
    return led_in(scope) if permission in LEADING else decided_in(scope)
