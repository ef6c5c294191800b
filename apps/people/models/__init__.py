"""Who works where, in which role and for how long (members); lists at a filter that people keep (saved_views);
tokens by which programs call the API (tokens); hints that somebody has closed (hints).
"""

from apps.people.models.hints import ClosedHint
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
from apps.people.models.tokens import SOON, ApiToken, ApiTokenQuerySet

__all__ = [
    "CHANGE_PERSON",
    "SOON",
    "ApiToken",
    "ApiTokenQuerySet",
    "ClosedHint",
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
