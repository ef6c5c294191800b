"""Which units' figures are not told to the public: those of fewer than five facts, and as many more as it takes that
nobody works one of them out.

What can be worked out: the nation's figure is the sum of the units', and a unit of today is the sum of those that
reported in its place. Both unit views are public, so what is hidden is found for both at once. Within each of these
sums the hidden ones are at least two, and at least five facts together: with less, what the others leave over would be
the figure of one, or nought of all. The sums have no hidden figure in common, so that none helps with another: units
of today among which a unit was divided are told or hidden together, for their shares are public too.

What an earlier publication of the same period told is in somebody's hands. Who was hidden there stays so, and no new
sum is told of those who are.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

FEW = 5
Facts = Mapping[str, Decimal]  # of each unit, how many
Parts = dict[frozenset[str], dict[str, Decimal]]  # of units of today that are told together, those they stand for


@dataclass(frozen=True)
class Hidden:
    """Units by the view in which they are hidden. `all_of_them`: nothing short of it would hide what must be hidden,
    so no unit is told at all. `sums`: of each unit that is told today, those it stands for.
    """

    current: frozenset[str]
    reported: frozenset[str]
    all_of_them: bool = False
    sums: frozenset[frozenset[str]] = field(default=frozenset(), compare=False)


def hidden(
    current: Facts, reported: Facts, carried_by: Mapping[str, Collection[str]], earlier: Collection[Hidden] = ()
) -> Hidden:
    """`carried_by`: of those that reported, the units of today which stand for them (mostly one, itself). `earlier`:
    what was found for the publications of the same period before this one.
    """
    parts = _parts(current, reported, carried_by)
    facts = {
        units: sum((current[one] for one in units & current.keys()), Decimal(0))
        for units in parts
        if units & current.keys()
    }
    known_sums = frozenset[frozenset[str]]().union(*(one.sums for one in earlier))
    away = {units for units in facts if units & _few(current)}
    away_reported = _few(reported).union(*(one.reported for one in earlier))
    before = -1
    while before != (before := len(away) + len(away_reported)):
        for units, own in parts.items():
            is_new = bool(earlier) and frozenset(own) not in known_sums
            if units not in away and away_reported & own.keys():
                away_reported |= _widened(own, away_reported & own.keys())
                is_open = len(units) > 1 or is_new or not _is_safe(own, away_reported & own.keys())
                away |= {units} if is_open and units in facts else set()
            if units in away:
                away_reported |= own.keys()
        away |= _widened(facts, away)  # with as few more as it takes, once those are hidden who must be
    if not _is_safe(facts, away):
        return Hidden(frozenset(current), frozenset(reported), all_of_them=True)
    sums = frozenset(frozenset(own) for units, own in parts.items() if units not in away)
    return Hidden(frozenset[str]().union(*away), frozenset(away_reported), sums=sums)


def _parts(current: Facts, reported: Facts, carried_by: Mapping[str, Collection[str]]) -> Parts:
    together = {unit: frozenset([unit]) for unit in current}
    for origin in reported:
        joined = frozenset(carried_by.get(origin, (origin,)))
        joined = joined.union(*(together[unit] for unit in joined if unit in together))
        together |= dict.fromkeys(joined, joined)
    parts: Parts = {units: {} for units in together.values()}
    for origin, facts in reported.items():
        parts[together[next(iter(carried_by.get(origin, (origin,))))]][origin] = facts
    return parts


def _few(facts: Facts) -> set[str]:
    return {unit for unit, number in facts.items() if number < FEW}


def _widened(facts: Mapping[Any, Decimal], away: Collection[Any]) -> set[Any]:
    """With the next smallest, until they are safe or there is none left. All that are as many: which of them was chosen
    would tell who is few.
    """
    found = set(away)
    for number in sorted({facts[unit] for unit in facts if unit not in found}):
        if _is_safe(facts, found):
            break
        found |= {unit for unit in facts if facts[unit] == number}
    return found


def _is_safe(facts: Mapping[Any, Decimal], away: Collection[Any]) -> bool:
    """Not all of them have as many as few may be: who knows how many they are together would know each."""
    hidden_facts = [facts[unit] for unit in away]
    return not away or (len(away) > 1 and sum(hidden_facts) >= FEW and {*hidden_facts} != {FEW - 1})
