"""Who may hold a task: people who work in the unit that leads it today, or in the sub-unit that prepares for it.

Where that unit went on in others, the people of those.
"""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import current_units
from apps.people.models import Membership
from apps.people.staff import staff_of
from apps.tasks.models import PlanTask


def holders_of(task: PlanTask) -> list[User]:
    """By name; of people whose account is closed none."""
    today = timezone.localdate()
    leading = current_units(task.lead_unit_id, today)
    focal = OrganisationUnit.objects.valid_on(today).filter(parent__in=leading, is_focal=True)
    people = {post.person.pk for unit in (*leading, *focal) for post in staff_of(unit, today).now}
    return list(User.objects.filter(pk__in=people, is_active=True).order_by("full_name", "pk"))


def nobody_else_in(scope: UnitScope, user: User) -> Q:
    """Of a task led in this scope: nobody holds it, this person does, or whoever did works there no more."""
    places = Q(unit__in=sorted(scope.ids))
    if scope.everything:
        places |= Q(unit__is_programme_office=True)
    still_there = Membership.objects.filter(places, user=OuterRef("holder"), user__is_active=True)
    return Q(holder=None) | Q(holder=user.pk) | ~Q(Exists(still_there.valid_on(timezone.localdate())))
