from apps.organisations.models.reorganisations import Reorganisation
from apps.organisations.models.units import (
    SPAN,
    DateSpan,
    InForce,
    OrganisationUnit,
    Succession,
    UnitName,
    shown_first,
    unit_address,
)

__all__ = [
    "SPAN",
    "DateSpan",
    "InForce",
    "OrganisationUnit",
    "Reorganisation",
    "Succession",
    "UnitName",
    "shown_first",
    "unit_address",
]
