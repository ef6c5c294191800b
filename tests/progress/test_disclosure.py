"""What is hidden cannot be worked out: not from the sums of either view, nor from both together."""

from decimal import Decimal

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


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.lists(st.tuples(FACTS, st.integers(0, 3), st.booleans()), min_size=1, max_size=8))
def test_no_sum_leaves_one_over(rows):
    """A unit of those that reported went into one of today's, or half into each of two."""
    reported, heirs = {}, {}
    for at, (facts, into, is_split) in enumerate(rows):
        reported[f"r{at}"] = Decimal(facts)
        heirs[f"r{at}"] = [f"c{into}", f"c{into + 1}"] if is_split else [f"c{into}"]
    current: dict[str, Decimal] = {}
    for origin, units in heirs.items():
        for unit in units:
            current[unit] = current.get(unit, Decimal(0)) + reported[origin] / len(units)
    found = hidden(current, reported, heirs)
    assert {unit for unit, facts in current.items() if facts < FEW} <= found.current
    assert {unit for unit, facts in reported.items() if facts < FEW} <= found.reported
    if found.all_of_them:
        return
    assert is_safe(current, found.current)
    for unit in current:
        own = {origin: facts for origin, facts in reported.items() if unit in heirs[origin]}
        if unit in found.current:
            assert own.keys() <= found.reported
        else:
            assert is_safe(own, found.reported & own.keys())


def is_safe(facts, away) -> bool:
    return not away or (len(away) > 1 and sum(facts[unit] for unit in away) >= FEW)
