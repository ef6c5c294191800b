"""How facts make a figure, as domain.md section 3 has it: "a figure is a sum over facts"; "one enterprise counts once".

Slow on purpose: every figure is counted from all facts again, one period, unit and breakdown after the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from apps.targets.models import Period

BEGAN = date(2018, 12, 15)  # "Counting begins 15/12/2018"
Cell = tuple[int, str | None, str]  # year, unit (None: the nation), breakdown ("": the whole)
Figures = dict[Cell, Fraction]


@dataclass(frozen=True)
class Fact:
    """Something that happened (`day`), or that stood from `day` until the day before `until`."""

    thing: str
    unit: str
    day: date
    row: int
    until: date | None = None
    told: tuple[tuple[str, str], ...] = ()  # by what it is told apart: ("ownership", "private")

    def stands_on(self, day: date) -> bool:
        return self.day <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Window:
    """A period: "a window is data". Of one that is not over, the last day of which anything can be known is today."""

    year: int
    starts: date
    ends: date
    last: date = field(compare=False, default=date.max)


def windows(today: date) -> list[Window]:
    rows = Period.objects.values("year", "starts_on", "ends_on")
    begun = [row for row in rows if row["starts_on"] <= today]
    begun.sort(key=lambda row: row["year"])
    return [Window(row["year"], row["starts_on"], row["ends_on"], min(row["ends_on"], today)) for row in begun]


def first_of_each(facts: Iterable[Fact]) -> list[Fact]:
    """domain.md: "Counted at the first such date in the unit valid there on that day", "once nationally"; of two
    rows of one day
    the one that was entered first, which domain.md leaves open.
    """
    found: dict[str, Fact] = {}
    for fact in sorted(facts, key=lambda one: (one.day, one.row)):
        if fact.day >= BEGAN:
            found.setdefault(fact.thing, fact)
    return list(found.values())


def since_the_beginning(facts: Iterable[Fact], within: list[Window]) -> Figures:
    """`cumulative` and `distinct`: "cumulative since 2019", all that happened until the last day of the period."""
    happened = [fact for fact in facts if fact.day >= BEGAN]
    return _sums((window, fact, 1) for window in within for fact in happened if fact.day <= window.last)


def on_the_last_day(facts: Iterable[Fact], within: list[Window]) -> Figures:
    """`latest`: the "stock at period end" (targets.csv), which "can fall" (section 5). Where something stood on an
    earlier last day and nothing does now it is 0, which "is a report"; where nothing ever stood on one it is blank.
    "In the running period a stock is that of its last day, as far as it is known" (0048).
    """
    facts = list(facts)
    standing = _sums((window, fact, 1) for window in within for fact in facts if fact.stands_on(window.ends))
    cells = {cell[1:] for cell in standing}
    begun = {cell: min(year for year, *other in standing if tuple(other) == cell) for cell in cells}
    return {
        (window.year, *cell): standing.get((window.year, *cell), Fraction(0))
        for cell in cells
        for window in within
        if window.year >= begun[cell]
    }


def _sums(counted: Iterable[tuple[Window, Fact, int]]) -> Figures:
    """Of each unit, of the nation, and of each by what its facts are told apart."""
    found: Figures = defaultdict(Fraction)
    for window, fact, amount in counted:
        for breakdown in _told(fact):
            for unit in (fact.unit, None):
                found[window.year, unit, breakdown] += amount
    return dict(found)


def _told(fact: Fact) -> Iterator[str]:
    yield ""
    for name, value in fact.told:
        yield f"{name}={value}"
