from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.organisations.selectors import predecessors_of, with_sub_units
from apps.people.models import Membership
from apps.people.roles import SERVICE_ROLE


def reach_of(unit: str) -> frozenset[str]:
    """Whose events are a unit's own: its own, those of the units whose past it carries, and of all below them."""
    own = {unit, *predecessors_of(unit)}
    return frozenset(own | with_sub_units(own))


def programs() -> Any:
    """Accounts of programs. Beside them everybody has their own: of a colleague's rights nobody disposes."""
    held = Membership.objects.filter(role__name=SERVICE_ROLE).valid_on(timezone.localdate())
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("full_name", "pk")
