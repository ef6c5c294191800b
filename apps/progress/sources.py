"""Which rows count for which indicator, and how. The only place that knows; everything about a figure follows from it:
the roll-up and its check, breakdowns, provenance, adjustments, files.

MT5 counts an enterprise once, nationally: at its first event in force (`applied` or `maintained`) since the
programme's first period, in the unit of that event. MT5a and MT5b ask the same of one form each, MT5c of the kinds of
enterprises that Quyết định 996/QĐ-TTg names; the three overlap, so they are not parts of MT5.

MT1 and MT2 are what stands on the last day of a period, and can fall: MT2 counts a CMC while it is published. MT3
counts products once accepted. MT4 counts attendances, MT4a the people beside them.

MT6 counts a laboratory once, nationally: at its first assessment by the national criteria that says "met", for the
province where it stands. MT6a counts the bodies of these laboratories by the same assessments: it is no part of MT6.

MT7 is how many of the units that must have a plan have one on that day, issued or inherited: `apps/plans/counted.py`.
"""

from collections.abc import Iterable

from apps.enterprises.counted import EVENTS
from apps.labs.counted import BODIES, CMCS, LABORATORIES, PRODUCTS, STANDARDS
from apps.plans.counted import PLANS, UNITS
from apps.progress.counting import Counting, Cumulative, First, Held, Ratio, Stock
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


def indicators_of(source: str) -> list[str]:
    """The codes of the indicators that count the source of that name; none of a source that none counts."""
    return [
        code for code, count in COUNTS.items() if any(source in (one.name, one.same_rows_as) for one in count.sources)
    ]


def sources_of(codes: Iterable[str]) -> list[Source]:
    """What these indicators count, in one order for everybody: they are locked in it."""
    found = {source.name: source for code in codes for source in COUNTS[code].sources}
    return [found[name] for name in sorted(found)]
