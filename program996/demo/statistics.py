"""What the figures stand beside: denominators of the provinces, and years that are closed."""

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.documents.models import LegalDocument
from apps.organisations.models import OrganisationUnit
from apps.targets.models import Period, UnitStatistic
from apps.targets.publishing import publish_closing
from apps.targets.services import close_period, propose_closing
from program996.demo.places import Places
from program996.demo.programmes import MARK
from program996.demo.years import APPLYING, Cycle, reached_by

YEARLY_GROWTH = 1.045  # of the number of active enterprises
REFERENCE_YEAR = 2025


def load_statistics(enterprises: int, cycle: Cycle) -> int:
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
        for unit, years in _years_of_units(cycle).items()
        if unit in weights
        for year in years
    ]
    return len(UnitStatistic.objects.bulk_create(rows))


def _years_of_units(cycle: Cycle) -> dict[str, range]:
    """Old provinces to their last year, the present ones from their first: in 2025 both have a number."""
    units = OrganisationUnit.objects.filter(kind=OrganisationUnit.Kind.PROVINCE).values_list(
        "id", "valid_from", "valid_to"
    )
    first, last = cycle.years[0], cycle.running
    return {
        unit: range(max(start.year if start else first, first), min(end.year if end else last, last) + 1)
        for unit, start, end in units
    }


def close_periods(prepared_by: User, by: User, cycle: Cycle) -> None:
    """The reported years are closed as known after their first count, the only moment they have, and published.

    The documents are invented, and say so: no act of anybody closed these figures.
    """
    for period in Period.objects.filter(year__in=cycle.closed):
        document = LegalDocument.objects.create(
            number=f"{period.year}/TB-MINH-HOA",
            kind=_("Thông báo"),
            title=_("Chốt số liệu năm %(year)s (số liệu minh họa)") % {"year": period.year},
            issuer=_("Số liệu minh họa"),
        )
        proposal = propose_closing(
            period,
            as_of=timezone.now(),
            document=document,
            reason=_("Chốt số liệu minh họa sau lần tính đầu tiên"),
            by=prepared_by,
        )
        closing = close_period(proposal, by=by)
        publish_closing(closing, document=document, note=MARK, by=by)
