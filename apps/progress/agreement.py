"""Does the stored figure of the nation agree with its units, in both unit views?"""

from dataclasses import dataclass
from decimal import Decimal

from apps.progress.figures import Figure, Total, UnitView, figures, totals
from apps.targets.models import Indicator


@dataclass(frozen=True)
class Disagreement:
    """The nation's stored figure and what the units of one view make; None: no such figure."""

    indicator: str
    period: str
    breakdown: str
    view: UnitView
    national: Decimal | None
    units: Decimal | None


def find_disagreements() -> list[Disagreement]:
    """Every figure of the nation that is not what its units make, over all indicators whose units add up."""
    found = []
    for indicator in Indicator.objects.all():
        if indicator.adds_up:
            found += [one for view in UnitView for one in _compare(indicator, view)]
    return found


def _compare(indicator: Indicator, view: UnitView) -> list[Disagreement]:
    stored = {_key(one): _told(one) for one in figures(indicator, national=True, breakdown=None)}
    made = {_key(one): _told(one) for one in totals(indicator, view=view, breakdown=None)}
    return [
        Disagreement(indicator.code, *key, view, stored.get(key, NOTHING)[0], made.get(key, NOTHING)[0])
        for key in sorted(stored.keys() | made.keys())
        if stored.get(key, NOTHING) != made.get(key, NOTHING)
    ]


NOTHING = (None, None, None)


def _key(one: Figure | Total) -> tuple[str, str]:
    return one.period, one.breakdown


def _told(one: Figure | Total) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """A ratio agrees in both its numbers, not only in their quotient."""
    return one.value, one.numerator, one.denominator
