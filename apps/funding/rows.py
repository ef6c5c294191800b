"""Whose money a person sees, and of which tasks it is summed up: those approved, of the person's own units.

A unit that only takes part in a task sees the task, not its money among its own.
"""

from typing import Any

from django.db.models import Q

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.people.rights import units_with
from apps.tasks import moving
from apps.tasks.models import PlanTask
from apps.tasks.moving import BEFORE_APPROVAL

VIEW = "tasks.view_plantask"
COUNTED = frozenset(moving.State) - BEFORE_APPROVAL


def scope_of(user: User | None) -> UnitScope:
    """Without a person, all of the country's."""
    return UnitScope(everything=True) if user is None else units_with(user, VIEW)


def own_tasks(user: User) -> Any:
    """Approved tasks that the person's units lead or have approved; of everybody for who reads all."""
    scope = scope_of(user)
    rows = PlanTask.objects.live().filter(state__in=sorted(COUNTED))
    if scope.everything:
        return rows
    ids = sorted(scope.ids)
    return rows.filter(Q(lead_unit__in=ids) | Q(approving_unit__in=ids))
