"""Does the stored figure of the nation agree with its units, in both unit views, as known now and as accepted?"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.organisations.asked import UnitView
from apps.progress.figures import Figure, Note, Total, figures, totals
from apps.progress.sources import counts
from apps.targets.models import Indicator, Period


@dataclass(frozen=True)
class Disagreement:
    """The nation's stored figure and what the units of one view make; None: no such figure."""

    indicator: str
    basis: str
    period: str
    breakdown: str
    view: UnitView
    is_accepted: bool
    national: Decimal | None
    units: Decimal | None


def find_disagreements() -> list[Disagreement]:
    """Every figure of the nation that is not what its units make, over all indicators whose units add up.

    As known now, and of closed periods as accepted.
    """
    found = []
    for indicator in Indicator.objects.all():
        if indicator.adds_up:
            bases = [basis for code, basis in counts() if code == indicator.code] or [str(indicator.basis)]
            readings = [(view, accepted, basis) for basis in bases for view in UnitView for accepted in (False, True)]
            found += [one for reading in readings for one in _compare(indicator, *reading)]
    return found


def _compare(indicator: Indicator, view: UnitView, accepted: bool, basis: str) -> list[Disagreement]:
    asked: Any = {"breakdown": None, "accepted": accepted, "basis": basis}
    national = figures(indicator, national=True, **asked)
    stored = {_key(one): _told(one) for one in national if one.note != Note.AFTER_CLOSING}
    made = {
        _key(one): _told(one) for one in totals(indicator, view=view, breakdown=None, accepted=accepted, basis=basis)
    }
    if accepted:
        closed = set(Period.objects.closed().values_list("code", flat=True))
        stored, made = _within(closed, stored), _within(closed, made)
    return [
        Disagreement(
            indicator.code, basis, *key, view, accepted, stored.get(key, NOTHING)[0], made.get(key, NOTHING)[0]
        )
        for key in sorted(stored.keys() | made.keys())
        if stored.get(key, NOTHING) != made.get(key, NOTHING)
    ]


Told = tuple[Decimal | None, Decimal | None, Decimal | None]
NOTHING: Told = (None, None, None)


def _within(periods: set[str], found: dict[tuple[str, str], Told]) -> dict[tuple[str, str], Told]:
    return {key: told for key, told in found.items() if key[0] in periods}


def _key(one: Figure | Total) -> tuple[str, str]:
    return one.period, one.breakdown


def _told(one: Figure | Total) -> Told:
    """A ratio agrees in both its numbers, not only in their quotient."""
    return one.value, one.numerator, one.denominator
