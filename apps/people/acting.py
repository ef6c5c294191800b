"""For whom somebody decides who does so as a deputy."""

from datetime import date

from django.utils import timezone

from apps.accounts.models import User
from apps.organisations.selectors import heir_of, whose_members_work_in
from apps.people.models import Membership
from apps.people.roles import APPROVER_ROLE


def acting_for(user: User, unit: str, on: date | None = None) -> int | None:
    """For whom the person decides in the unit, where they hold the approver's role there as a deputy only.

    Role and record may each be of a unit that went on in another since: both count where that one stands today.
    """
    day = on or timezone.localdate()
    there = whose_members_work_in([heir_of(unit, day)], day)
    held = Membership.objects.filter(user=user, role__name=APPROVER_ROLE, unit__in=there).valid_on(day)
    rows = list(held.values_list("acting_for__user", flat=True).distinct())
    return next((one for one in rows if one), None) if rows and None not in rows else None
