"""Which rows count for which indicator, and how, as the programme declares it (`programme.json`). Everything about a
figure follows from it: the roll-up and its check, breakdowns, provenance, adjustments, files.

Beside each stands what the accepted reports of units say (`REPORTED`): of what adds years up the sum of what came
within each, of a stock what the last reports said. The basis of an indicator says which of the two is its figure; the
other one is its cross-check.
"""

from collections.abc import Iterable

from apps.core.programme import programme
from apps.enterprises.counted import EVENTS
from apps.labs.counted import BODIES, CMCS, LABORATORIES, PRODUCTS, STANDARDS
from apps.plans.counted import PLANS, UNITS
from apps.progress.counting import Counting, Ratio
from apps.progress.declared import WAYS, counting_of
from apps.targets.counted import ACCEPTED
from apps.targets.facts import Source
from apps.training.counted import ATTENDANCES

# Everything that an indicator may count.
SOURCES = {
    one.name: one
    for one in (EVENTS, BODIES, CMCS, LABORATORIES, PRODUCTS, STANDARDS, PLANS, UNITS, ATTENDANCES, ACCEPTED)
}
COUNTS: dict[str, Counting] = {
    code: counting_of(one.counts, SOURCES) for code, one in programme().indicators.items() if one.counts
}
# Counted one by one, never by things: what a unit reported twice over the years its reviewers found, or nobody.
REPORTED: dict[str, Counting] = {
    code: WAYS[one.reported](ACCEPTED, where={"indicator": (code,)})
    for code, one in programme().indicators.items()
    if one.reported
}
Key = tuple[str, str]  # the code of an indicator and the basis of its figures


def counts() -> dict[Key, Counting]:
    """Every way in which figures are made."""
    return {(code, str(count.basis)): count for table in (COUNTS, REPORTED) for code, count in table.items()}


def keys_of(source: str) -> list[Key]:
    """The figures that count the source of that name; none of a source that none counts."""
    return [
        key for key, count in counts().items() if any(source in (one.name, one.same_rows_as) for one in count.sources)
    ]


def sources_of(keys: Iterable[Key]) -> list[Source]:
    """What these figures count, in one order for everybody: they are locked in it."""
    every = counts()
    found = {source.name: source for key in keys for source in every[key].sources}
    return [found[name] for name in sorted(found)]


def is_of_reporting_units(code: str) -> bool:
    """Set against the number of units that must report: its series breaks where these become others."""
    count = COUNTS.get(code)
    return isinstance(count, Ratio) and count.denominator.source is UNITS


def is_of_the_nation(code: str) -> bool:
    """As a whole: of no unit."""
    one = programme().indicators.get(code)
    return one is not None and one.is_of_the_nation
