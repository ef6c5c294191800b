"""What every map of units shares: five classes of equal size, whose land a place is, and what it says of itself."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from apps.core.templatetags.ui import at_most, number
from apps.progress.selectors import Place
from apps.targets.models import Indicator

CLASSES = 5
RATE_DECIMALS = 1
Carriers = Mapping[str, Sequence[tuple[str, Decimal]]]


def bounds_of(values: Sequence[Decimal]) -> list[Decimal]:
    """Upper bounds of the first four classes: whoever is on a bound belongs to the class above it."""
    ordered = sorted(values)
    if not ordered:
        return []
    return [ordered[len(ordered) * part // CLASSES] for part in range(1, CLASSES)]


def as_shown(value: Decimal, decimals: int) -> Decimal:
    """As a tile says it: of two that say the same, one is not in another class than the other."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def class_of(value: Decimal, bounds: Sequence[Decimal]) -> int:
    return 1 + sum(value >= bound for bound in bounds)


def units_of(carriers: Carriers) -> dict[str, str]:
    """The unit in which each province's land lies; after a merger two show one unit."""
    return {unit: max(heirs, key=lambda heir: heir[1])[0] for unit, heirs in carriers.items()}


def place_words(place: Place, indicator: Indicator) -> str:
    """Cà Mau: 12 doanh nghiệp (3 / 4), 41,2 trên 1.000 doanh nghiệp đang hoạt động / 980 DN (2025)."""
    words = _value_words(place, indicator)
    return words if place.standing is None else f"{words}; {place.standing.words}"


def _value_words(place: Place, indicator: Indicator) -> str:
    figure, under = place.figure, place.denominator
    words = f"{place.unit.short_name}: {number(place.value, indicator.decimals)} {indicator.told_unit}"
    if figure.denominator is not None:
        words += f" ({at_most(figure.numerator, 1)} / {at_most(figure.denominator, 1)})"
    if place.rate:
        rate, of, year = number(place.rate, 1), number(under.value, 0), under.year
        told = _(", %(rate)s trên 1.000 doanh nghiệp đang hoạt động / %(of)s DN (%(year)s)")
        return words + told % {"rate": rate, "of": of, "year": year}
    return words + (f"; {under.reason}" if under.reason else "")
