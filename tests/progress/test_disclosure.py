"""What is hidden cannot be worked out: not from the sums of either view, nor from both together."""

import itertools
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.progress.disclosure import FEW, Hidden, hidden

FACTS = st.integers(min_value=0, max_value=12)


def of(**facts: int) -> dict[str, Decimal]:
    return {unit: Decimal(number) for unit, number in facts.items()}


def same(**facts: int) -> Hidden:
    """No unit has another's past."""
    return hidden(of(**facts), of(**facts), {})


def test_units_of_five_facts_are_told():
    assert same(a=5, b=6, c=700) == Hidden(frozenset(), frozenset())


def test_beside_one_of_few_the_next_smallest_is_hidden():
    found = same(a=3, b=9, c=30)
    assert found.current == found.reported == {"a", "b"}


def test_beside_several_nobody_is():
    assert same(a=3, b=4, c=9).current == {"a", "b"}


def test_what_the_hidden_are_together_is_not_few_either():
    """Two of nought would leave nought over, and so be told."""
    assert same(a=0, b=0, c=9, d=10).current == {"a", "b", "c"}


def test_where_nothing_short_of_all_would_do_no_unit_is_told():
    assert same(a=3).all_of_them
    assert same(a=1, b=2).all_of_them
    assert not same(a=3, b=9).all_of_them


def test_a_unit_hidden_in_one_view_is_not_told_by_the_other():
    """x was a and b: told whole, and a beside it, b would be told too."""
    found = hidden(of(x=23, y=40), of(a=20, b=3, y=40), {"a": ["x"], "b": ["x"]})
    assert (found.current, found.reported) == (frozenset(), {"a", "b"})
    hidden_beside = hidden(of(x=23, y=4), of(a=12, b=11, y=4), {"a": ["x"], "b": ["x"]})
    assert hidden_beside.current == {"x", "y"}
    assert hidden_beside.reported == {"a", "b", "y"}


def test_of_as_many_as_few_may_be_not_each_is_known():
    """Three who are known to have less than five, and twelve together, would have four each."""
    assert same(a=4, b=4, c=4, d=7, e=8).current == {"a", "b", "c", "d"}


def test_nor_is_any_known_to_whoever_knows_how_they_are_chosen():
    """Of all the numbers that would leave the same to be seen, none of few is the same everywhere."""
    alike = defaultdict(list)
    for numbers in itertools.product((0, 1, 2, 3, 4, 5, 6, 9), repeat=4):
        facts = {str(at): Decimal(number) for at, number in enumerate(numbers)}
        found = hidden(facts, facts, {})
        if not found.all_of_them:
            told = tuple((unit, facts[unit]) for unit in facts if unit not in found.current)
            alike[sum(numbers), told].append(numbers)
    known = [
        every
        for every in alike.values()
        for own in zip(*every, strict=True)
        if {*own} < {*range(FEW)} and len({*own}) == 1
    ]
    assert known == []


def test_among_units_that_divided_another_nobody_is_told_where_one_is_hidden():
    """a and b went into x and y in other shares: two sums of two unknown ones say both."""
    heirs = {"a": ["x", "y"], "b": ["x", "y"]}
    found = hidden(of(x=10, y=13, z=40, w=50), of(a=20, b=3, z=40, w=50), heirs)
    assert (found.current, found.reported) == ({"x", "y", "z"}, {"a", "b", "z"})


def test_what_was_hidden_stays_so_in_a_later_publication_of_the_period():
    first = same(a=3, b=9, c=10, d=40)
    later = hidden(of(a=3, b=9, c=8, d=40), of(a=3, b=9, c=8, d=40), {}, [first])
    assert later.current == later.reported == first.current == {"a", "b"}


def test_no_new_sum_is_told_of_whom_an_earlier_publication_hid():
    """c was told: of a and c together it would leave a."""
    reported = of(a=3, b=4, c=30, d=40)
    first = hidden(reported, reported, {})
    later = hidden(of(x=33, b=4, d=40), reported, {"a": ["x"], "c": ["x"]}, [first])
    assert later.current == {"x", "b"}


SHARES = st.sampled_from([None, None, Fraction(1, 2), Fraction(3, 10)])
MOVES = st.lists(st.tuples(st.integers(0, 4), SHARES), min_size=8, max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.lists(FACTS, min_size=2, max_size=8), st.lists(MOVES, min_size=1, max_size=2))
def test_nothing_hidden_follows_from_all_that_is_told(numbers, publications):
    """A unit of those that reported went into one of today's, or by shares into two; by the next publication into
    others.
    """
    size = len(numbers)
    own = {f"r{at}": [Fraction(other == at) for other in range(size)] for at in range(size)}
    reported = {f"r{at}": Decimal(number) for at, number in enumerate(numbers)}
    told, earlier = [[Fraction(1)] * size], []
    for moves in publications:
        made_of: dict[str, list[Fraction]] = {}
        heirs = {}
        for at, (into, share) in enumerate(moves[:size]):
            carriers = {f"c{into}": share or Fraction(1)} | ({f"c{into + 1}": 1 - share} if share else {})
            heirs[f"r{at}"] = list(carriers)
            for unit, part in carriers.items():
                made_of.setdefault(unit, [Fraction(0)] * size)[at] += part
        current = {unit: _facts(row, numbers) for unit, row in made_of.items()}
        earlier.append(found := hidden(current, reported, heirs, earlier))
        assert {unit for unit, facts in reported.items() if facts < FEW} <= found.reported
        assert {unit for unit, facts in current.items() if facts < FEW} <= found.current
        told += [row for unit, row in made_of.items() if unit not in found.current]
        told += [row for unit, row in own.items() if unit not in found.reported]
    secret = [own[unit] for unit, facts in reported.items() if facts < FEW]
    rank = _rank(told)
    assert all(_rank([*told, row]) > rank for row in secret)


def _facts(row: list[Fraction], numbers: list[int]) -> Decimal:
    whole = sum(share * number for share, number in zip(row, numbers, strict=True))
    return Decimal(whole.numerator) / Decimal(whole.denominator)


def _rank(rows: list[list[Fraction]]) -> int:
    waiting, rank = [row for row in rows if any(row)], 0
    while waiting:
        first, *rest = waiting
        at = next(place for place, value in enumerate(first) if value)
        waiting, rank = [row for one in rest if any(row := _without(one, first, at))], rank + 1
    return rank


def _without(row: list[Fraction], first: list[Fraction], at: int) -> list[Fraction]:
    times = row[at] / first[at]
    return [value - times * other for value, other in zip(row, first, strict=True)]
