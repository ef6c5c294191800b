"""Who works where, in which role and for how long (members); lists at a filter that people keep (saved_views)."""

from apps.people.models.members import (
    CHANGE_PERSON,
    Invitation,
    InvitationQuerySet,
    Membership,
    MembershipQuerySet,
    MembershipReview,
    Person,
    PersonQuerySet,
    SecondFactorReset,
)
from apps.people.models.saved_views import SavedView

__all__ = [
    "CHANGE_PERSON",
    "Invitation",
    "InvitationQuerySet",
    "Membership",
    "MembershipQuerySet",
    "MembershipReview",
    "Person",
    "PersonQuerySet",
    "SavedView",
    "SecondFactorReset",
]
