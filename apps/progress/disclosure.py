"""Which units' figures are not told to the public: those of fewer than five facts, and as many more as it takes that
nobody works one of them out.

What can be worked out: the nation's figure is the sum of the units', and a unit of today is the sum of those that
reported in its place. Both unit views are public, so what is hidden is found for both at once. Within each of these
sums the hidden ones are at least two, and at least five facts together: with less, what the others leave over would be
the figure of one, or nought of all. The sums have no hidden figure in common, so that none helps with another.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

FEW = 5
Facts = Mapping[str, Decimal]  # of each unit, how many


@dataclass(frozen=True)
class Hidden:
    """Units by the view in which they are hidden. `all_of_them`: nothing short of it would hide what must be hidden,
    so no unit is told at all.
    """

    current: frozenset[str]
    reported: frozenset[str]
    all_of_them: bool = False


def hidden(current: Facts, reported: Facts, carried_by: Mapping[str, Collection[str]]) -> Hidden:
    """`carried_by`: of those that reported, the units of today which stand for them (mostly one, itself)."""
    parts: dict[str, dict[str, Decimal]] = {unit: {} for unit in current}
    for origin, facts in reported.items():
        for unit in carried_by.get(origin, (origin,)):
            parts.setdefault(unit, {})[origin] = facts
    away, away_reported = _few(current), _few(reported)
    before = -1
    while before != (before := len(away) + len(away_reported)):
        away |= _widened(current, away)
        for unit, own in parts.items():
            if unit in away:
                away_reported |= own.keys()
                continue
            away_reported |= _widened(own, away_reported & own.keys())
            if unit in current and not _is_safe(own, away_reported & own.keys()):
                away.add(unit)
    return Hidden(frozenset(away), frozenset(away_reported), all_of_them=not _is_safe(current, away))


def _few(facts: Facts) -> set[str]:
    return {unit for unit, number in facts.items() if number < FEW}


def _widened(facts: Facts, away: set[str]) -> set[str]:
    """With the next smallest, until they are safe or there is none left."""
    found = set(away)
    rest = sorted((unit for unit in facts if unit not in found), key=lambda unit: (facts[unit], unit))
    for unit in rest:
        if _is_safe(facts, found):
            break
        found.add(unit)
    return found


def _is_safe(facts: Facts, away: set[str]) -> bool:
    return not away or (len(away) > 1 and sum(facts[unit] for unit in away) >= FEW)
