"""What the figures stand beside: denominators of the provinces, and years that are closed."""

from datetime import datetime

from django.utils import timezone

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit
from apps.targets.models import Period, UnitStatistic
from program996.demo.places import Places
from program996.demo.programmes import MARK
from program996.demo.years import APPLYING, REPORTED_YEARS, reached_by

YEARLY_GROWTH = 1.045  # of the number of active enterprises
SINCE_MERGER, REFERENCE_YEAR = 2025, 2025


def load_statistics(enterprises: int) -> int:
    """Active enterprises per province and year, in proportion to how many enterprises were invented.

    A base of any size so shows the same rates: what `places.REACH` says, at the end of 2025.
    """
    places = Places()
    reached = enterprises * APPLYING * reached_by(REFERENCE_YEAR)
    scale = reached / places.reached()
    weights = places.active_by_unit()
    rows = [
        UnitStatistic(
            code=UnitStatistic.Code.ACTIVE_ENTERPRISES,
            unit_id=unit,
            year=year,
            value=round(weights[unit] * scale * YEARLY_GROWTH ** (year - REFERENCE_YEAR)),
            source=MARK,
        )
        for unit, years in _years_of_units().items()
        if unit in weights
        for year in years
    ]
    return len(UnitStatistic.objects.bulk_create(rows))


def _years_of_units() -> dict[str, range]:
    """Old provinces to their last year, the present ones from their first: in 2025 both have a number."""
    units = OrganisationUnit.objects.filter(kind=OrganisationUnit.Kind.PROVINCE).values_list(
        "id", "valid_from", "valid_to"
    )
    first, last = REPORTED_YEARS[0], REPORTED_YEARS[-1] + 1
    return {
        unit: range(max(start.year if start else first, first), min(end.year if end else last, last) + 1)
        for unit, start, end in units
    }


def close_periods(by: User) -> None:
    """The reported years are closed on 28 February of the next one."""
    for year in REPORTED_YEARS:
        closed_at = datetime(year + 1, 2, 28, 17, tzinfo=timezone.get_default_timezone())
        Period.objects.filter(year=year, closed_at__isnull=True).update(closed_at=closed_at, closed_by=by)
