from apps.organisations.models.people import Invitation, Membership, MembershipReview, Person, SecondFactorReset
from apps.organisations.models.reorganisations import Reorganisation
from apps.organisations.models.units import (
    DateSpan,
    InForce,
    OrganisationUnit,
    Succession,
    UnitName,
    shown_first,
    unit_address,
)

__all__ = [
    "DateSpan",
    "InForce",
    "Invitation",
    "Membership",
    "MembershipReview",
    "OrganisationUnit",
    "Person",
    "Reorganisation",
    "SecondFactorReset",
    "Succession",
    "UnitName",
    "shown_first",
    "unit_address",
]
