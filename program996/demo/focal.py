"""The department that prepares for its province, in the two provinces that have demonstration accounts."""

from datetime import date

from apps.organisations.models import OrganisationUnit
from apps.reorganisations.services.sub_units import SubUnit, add_sub_unit
from program996.demo import accounts

SINCE = date(2025, 7, 1)
DEPARTMENT = SubUnit("Sở Khoa học và Công nghệ", "Sở KH&CN", "Sở", basis="Số liệu minh họa")


def load_focal_units() -> None:
    provinces = [unit for unit, _domain in accounts.PEOPLE_ELSEWHERE if unit.startswith("VN-")]
    for province in OrganisationUnit.objects.filter(pk__in=provinces).order_by("pk"):
        add_sub_unit(province, DEPARTMENT, valid_from=SINCE, is_focal=True, by=accounts.administrator())
