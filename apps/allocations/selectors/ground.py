"""What an allocation stands on: the nation's goal, what is reached, what is needed, and each unit's own figures.

Its figures are read by units of its day. Until it is proposed they follow the figures; from then on what was noted
stands. A unit of which nothing is counted has nothing: what these targets count is counted everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from apps.allocations.dividing import NOTHING, divided, needs, quantum
from apps.allocations.models import Allocation, Portion
from apps.organisations.asked import UnitView
from apps.progress.beside import figures_beside
from apps.progress.figures import Figure, figures_of_years
from apps.progress.rates import Denominator, Denominators, has_rate
from apps.targets.models import Target
from apps.targets.selectors import begun_periods

PACE_YEARS = 3


@dataclass
class Ground:
    allocation: Allocation
    base: Decimal
    base_year: int
    base_is_accepted: bool
    goal: Decimal
    needs: dict[int, Decimal]
    nation: Mapping[int, Figure]
    units: Mapping[str, Mapping[int, Figure]]
    portions: list[Portion]
    denominators: Denominators | None = None
    _noted: dict[str, Decimal | None] = field(default_factory=dict)

    @property
    def need(self) -> Decimal:
        return sum(self.needs.values(), NOTHING)

    @property
    def accepted_year(self) -> int | None:
        """The last year whose figure is accepted."""
        return max(
            (year for year, one in self.nation.items() if one.is_accepted and one.value is not None), default=None
        )

    @property
    def running(self) -> Figure | None:
        return next((one for _year, one in sorted(self.nation.items()) if not one.is_accepted), None)

    def value_of(self, unit: str | None, year: int) -> Decimal:
        own = self.nation if unit is None else self.units.get(unit, {})
        figure = own.get(year)
        return figure.value if figure is not None and figure.value is not None else NOTHING

    def base_of(self, unit: str) -> Decimal:
        noted = self._noted.get(unit)
        return self.value_of(unit, self.base_year) if noted is None else noted

    def recent_of(self, unit: str | None) -> Decimal | None:
        """Mean yearly gain of the last three accepted years; None while there are not so many."""
        last = self.accepted_year
        if last is None or any(year not in self.nation for year in range(last - PACE_YEARS + 1, last + 1)):
            return None
        return (self.value_of(unit, last) - self.value_of(unit, last - PACE_YEARS)) / PACE_YEARS

    def active_of(self, unit: str) -> Denominator | None:
        """Active enterprises, of what counts enterprises."""
        return self.denominators.of(unit, self.base_year) if self.denominators else None

    def weight_of(self, unit: str) -> Decimal:
        """By what the unit's share is suggested: enterprises not yet counted, else what it has reached."""
        active = self.active_of(unit)
        if active is None:
            return self.base_of(unit)
        return NOTHING if active.value is None else max(active.value - self.base_of(unit), NOTHING)


def ground_of(allocation: Allocation, portions: list[Portion] | None = None) -> Ground:
    """The same queries, however many units and years there are."""
    indicator, noted = allocation.indicator, allocation.is_frozen
    nation, units = _figures(allocation)
    goals = dict(Target.objects.filter(indicator=indicator, unit=None).current().values_list("year", "value"))
    portions = list(allocation.portions.all()) if portions is None else portions
    before = [year for year, one in nation.items() if year < allocation.first_year and one.value is not None]
    base_year = (
        allocation.base_year if noted and allocation.base_year else max(before, default=allocation.first_year - 1)
    )
    figure = nation.get(base_year)
    reached = figure.value if figure is not None and figure.value is not None else indicator.baseline or NOTHING
    base = allocation.base if noted and allocation.base is not None else reached
    goal = allocation.goal if noted and allocation.goal is not None else goals.get(allocation.last_year, NOTHING)
    return Ground(
        allocation=allocation, base=base, base_year=base_year,
        base_is_accepted=figure is None or figure.is_accepted, goal=goal,
        needs=needs(base, allocation.years, goals | {allocation.last_year: goal}, quantum(indicator.decimals)),
        nation=nation, units=units, portions=portions,
        denominators=Denominators(UnitView.CURRENT, allocation.units_on) if has_rate(indicator) else None,
        _noted={one.unit_id: one.base for one in portions} if noted else {},
    )  # fmt: skip


def _figures(allocation: Allocation) -> tuple[dict[int, Figure], dict[str, dict[int, Figure]]]:
    """The nation's figures by year, and those of the units; of parts beside, what they manage of the nation's."""
    indicator, on = allocation.indicator, allocation.units_on
    years = [one.year for one in begun_periods()]
    nation: dict[int, Figure] = {}
    units: dict[str, dict[int, Figure]] = {}
    for one in figures_of_years([indicator], years, view=UnitView.CURRENT, on=on)[indicator.pk]:
        if one.unit_id is None:
            nation[one.year] = one
        else:
            units.setdefault(one.unit_id, {})[one.year] = one
    if allocation.division.beside:
        for unit, series in figures_beside(indicator, on=on).items():
            units[unit] = {one.year: one for one in series}
    return nation, units


def suggestion(ground: Ground) -> dict[str, dict[int, Decimal]]:
    """What the shares suggest for every unit that adds up: of each year's need all, to the last one. Nothing for whom
    no share is known.
    """
    units = [one.unit_id for one in ground.portions if not one.is_beside]
    weights = [ground.weight_of(unit) for unit in units]
    step = quantum(ground.allocation.indicator.decimals)
    parts = {year: divided(need, weights, step) for year, need in ground.needs.items()}
    return {unit: {year: parts[year][at] for year in parts} for at, unit in enumerate(units)}
