"""The department that prepares for its province or ministry, in the units that have demonstration accounts."""

from datetime import date

from apps.organisations.models import OrganisationUnit
from apps.reorganisations.services.sub_units import SubUnit, add_sub_unit

SINCE = date(2025, 7, 1)
BASIS = "Số liệu minh họa"
SO = SubUnit("Sở Khoa học và Công nghệ", "Sở KH&CN", "Sở", basis=BASIS)
VU = SubUnit("Vụ Khoa học và Công nghệ", "Vụ KH&CN", "Vụ", basis=BASIS)
FOCAL_UNITS = {"VN-24-2025": SO, "VN-68-2025": SO, "BCT": VU, "BYT": VU}


def load_focal_units() -> None:
    """Before their people."""
    for parent in OrganisationUnit.objects.filter(pk__in=FOCAL_UNITS).order_by("pk"):
        add_sub_unit(parent, FOCAL_UNITS[parent.pk], valid_from=SINCE, is_focal=True, by=None)


def focal_unit_of(parent: str) -> str:
    """The id of the department that prepares for it."""
    return OrganisationUnit.objects.get(parent=parent, is_focal=True).pk
