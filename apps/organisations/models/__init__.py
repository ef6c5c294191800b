from apps.organisations.models.people import Invitation, Membership, MembershipReview, Person, SecondFactorReset
from apps.organisations.models.reorganisations import Reorganisation
from apps.organisations.models.units import LATEST_FIRST, DateSpan, InForce, OrganisationUnit, Succession, UnitName

__all__ = [
    "LATEST_FIRST",
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
]
