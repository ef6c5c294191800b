"""Every figure as the model has it, in either view, and as it must be read on a moment."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial

from tests.opinion import registers
from tests.opinion.counting import Cell, Figures, Window
from tests.opinion.enterprises import figures_of_enterprises
from tests.opinion.plans import Plans
from tests.opinion.units import Link, Unit, heirs

COUNTED: dict[str, Callable[[list[Window]], Figures]] = {
    "MT1": registers.standards,
    "MT2": registers.capabilities,
    "MT3": registers.products,
    "MT4": registers.attendances,
    "MT4a": registers.people,
    "MT6": registers.laboratories,
    "MT6a": registers.bodies,
    **{code: partial(figures_of_enterprises, code) for code in ("MT5", "MT5a", "MT5b", "MT5c")},
}
CODES = (*COUNTED, "MT7")


@dataclass(frozen=True)
class Number:
    """A value, or of a ratio its two numbers: "numerator and denominator are always printed with a rate"."""

    over: Fraction
    under: Fraction | None = None

    @property
    def value(self) -> Fraction | None:
        if self.under is None:
            return self.over
        return self.over / self.under * 100 if self.under else None


Numbers = dict[Cell, Number]


def as_reported(code: str, within: list[Window], units: dict[str, Unit], links: list[Link]) -> Numbers:
    if code == "MT7":
        return _share_of_plans(within, Plans(units, links))
    return {cell: Number(value) for cell, value in COUNTED[code](within).items()}


STATES = {"": ("own", "inherited"), "state=own": ("own",), "state=inherited": ("inherited",)}


def _share_of_plans(within: list[Window], plans: Plans) -> Numbers:
    """MT7: own and inherited, "shown apart, both in the numerator". No figure of a period before the first that had a
    plan: "nobody has entered any, which is not 0 %" (0051); after it there may be none again, which is 0 %.
    """
    found: Numbers = {}
    begun: set[str] = set()
    for window in within:
        standing = plans.on(window)
        begun |= set(standing.values())
        for breakdown, counts in STATES.items():
            if begun.isdisjoint(counts):
                continue
            over = {unit: Fraction(state in counts) for unit, state in standing.items()}
            found[window.year, None, breakdown] = Number(sum(over.values(), Fraction(0)), Fraction(len(standing)))
            for unit, one in over.items():
                found[window.year, unit, breakdown] = Number(one, Fraction(1))
    return found


def in_units_of(found: Numbers, links: list[Link], on: date) -> Numbers:
    """The view `units=current`: "ratios are recomputed from numerator and denominator"."""
    over: dict[Cell, Fraction] = defaultdict(Fraction)
    under: dict[Cell, Fraction] = defaultdict(Fraction)
    ratios = set()
    for (year, unit, breakdown), number in found.items():
        for heir, share in (heirs(unit, links, on) if unit else {None: Fraction(1)}).items():
            cell = (year, heir, breakdown)
            over[cell] += number.over * share
            if number.under is not None:
                ratios.add(cell)
                under[cell] += number.under * share
    return {cell: Number(value, under[cell] if cell in ratios else None) for cell, value in over.items()}
