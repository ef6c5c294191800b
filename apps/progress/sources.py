"""Which rows count for which indicator, and how. The only place that knows; everything about a figure follows from it:
the roll-up and its check, breakdowns, provenance, adjustments, files.

MT5 counts an enterprise once, nationally: at its first event in force (`applied` or `maintained`) since the
programme's first period, in the unit of that event. MT5a and MT5b ask the same of one form each, MT5c of the kinds of
enterprises that Quyết định 996/QĐ-TTg names; the three overlap, so they are not parts of MT5.

MT1 and MT2 are what stands on the last day of a period, and can fall: MT2 counts a CMC while it is published. MT3
counts products once accepted. MT4 counts attendances, MT4a the people beside them.

MT6 counts a laboratory once, nationally: at its first assessment by the national criteria that says "met", for the
province where it stands. MT6a counts the bodies of these laboratories by the same assessments: it is no part of MT6.

Beside each stands what the accepted reports of units say (`REPORTED`): of what adds years up the sum of what came
within each, of a stock what the last reports said. The basis of an indicator says which of the two is its figure; the
other one is its cross-check.

MT7 is how many of the units that must have a plan have one on that day, issued or inherited: `apps/plans/counted.py`.
"""

from collections.abc import Iterable

from apps.enterprises.counted import EVENTS
from apps.labs.counted import BODIES, CMCS, LABORATORIES, PRODUCTS, STANDARDS
from apps.plans.counted import PLANS, UNITS
from apps.progress.counting import Counting, Cumulative, First, Held, Ratio, Stock
from apps.targets.counted import ACCEPTED
from apps.targets.facts import Source
from apps.training.counted import ATTENDANCES

COUNTS: dict[str, Counting] = {
    "MT1": Stock(STANDARDS),
    "MT2": Stock(CMCS),
    "MT3": Cumulative(PRODUCTS),
    "MT4": Cumulative(ATTENDANCES),
    "MT4a": First(ATTENDANCES),
    "MT5": First(EVENTS),
    "MT5a": First(EVENTS, of={"form": "served"}),
    "MT5b": First(EVENTS, of={"form": "written"}),
    "MT5c": First(EVENTS, where={"ownership": ("state", "private")}),
    "MT6": First(LABORATORIES),
    "MT6a": First(BODIES),
    "MT7": Ratio(Held(PLANS, where={"state": ("own", "inherited")}), Stock(UNITS)),
}

# Counted one by one, never by things: what a unit reported twice over the years its reviewers found, or nobody.
_STOCKS, _FLOWS = ("MT1", "MT2"), ("MT3", "MT4", "MT4a", "MT5", "MT5a", "MT5b", "MT5c", "MT6", "MT6a")
REPORTED: dict[str, Counting] = {
    **{code: Stock(ACCEPTED, where={"indicator": (code,)}) for code in _STOCKS},
    **{code: Cumulative(ACCEPTED, where={"indicator": (code,)}) for code in _FLOWS},
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
