"""What the dashboard says in words: how much is known, and how a unit stands beside its like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from apps.allocations.models import Allocation
from apps.dashboard.sparkline import Sparkline, sparkline
from apps.organisations.asked import UnitView
from apps.progress.charts import FAMILY
from apps.progress.counting import Cumulative
from apps.progress.figures import Figure, figures_of_years
from apps.progress.parts import Part, parts_of, standing
from apps.progress.rates import Denominators, has_rate
from apps.progress.selectors import IndicatorProgress, Place, by_value, places_of
from apps.progress.sources import COUNTS
from apps.targets.facts import Text
from apps.targets.models import Indicator

YEARS_OF_TREND = 6
Drafted = tuple[Decimal, Allocation]  # what an open draft would add, and the draft


@dataclass(frozen=True)
class Rank:
    """Which place a unit has among those with a figure; None where it has none itself."""

    place: int
    among: int


@dataclass(frozen=True)
class YearOfTrend:
    year: int
    value: Decimal
    gain: Decimal | None
    is_accepted: bool
    figure: Figure
    standing: Text = ""  # what the unit has, in words, where it has one or nothing


@dataclass(frozen=True)
class OwnFigures:
    """A unit's own figures of one indicator: its trend, and its rank by rate and by number in the latest year.

    By percents nobody is ranked: most share the first place.
    """

    item: IndicatorProgress
    trend: list[YearOfTrend]  # the latest last
    by_rate: Rank | None
    by_number: Rank | None
    place: Place | None
    drafted: Drafted | None = None

    @property
    def family(self) -> str:
        """Of the badge of its verdict."""
        return FAMILY[self.item.outlook.verdict]

    @property
    def told_as(self) -> Text:
        """What the figure of a year is."""
        count = COUNTS.get(self.item.indicator.code)
        return count.total if count else Cumulative.total

    @property
    def latest(self) -> YearOfTrend:
        return self.trend[-1]

    @property
    def sparkline(self) -> Sparkline | None:
        return sparkline([(one.year, one.value, one.is_accepted) for one in self.trend], self.item.indicator.decimals)


def own_figures_of(
    found: Sequence[IndicatorProgress],
    unit: str,
    drafted: Mapping[int, Drafted],
    *,
    view: UnitView,
    on: date | None = None,
    known_on: datetime | None = None,
) -> list[OwnFigures]:
    """Of the indicators that have figures of the unit: two queries, however many there are, and one for each that is
    told in words. `drafted`: what an open draft would give it, by indicator.
    """
    known = [item for item in found if item.has_figures]
    if not known:
        return []
    years = {item.indicator.pk: _year_of_ranks(_trend(item)) for item in known}
    asked: Any = {"view": view, "on": on, "known_on": known_on}
    series = figures_of_years([item.indicator for item in known], sorted(set(years.values())), **asked)
    rated = any(has_rate(item.indicator) for item in known)
    denominators = Denominators(view, on) if rated else None
    return [
        _own(
            item,
            unit,
            places_of(
                [one for one in series[item.indicator.pk] if one.year == years[item.indicator.pk]],
                denominators if has_rate(item.indicator) else None,
            ),
            parts_of(item.indicator, year=None, unit=unit, **asked),
            drafted.get(item.indicator.pk),
        )
        for item in known
    ]


def _year_of_ranks(trend: Sequence[YearOfTrend]) -> int:
    """The running year is not over: who stands where is told of the last year that is."""
    return next((one.year for one in reversed(trend) if one.is_accepted), trend[-1].year)


def _own(
    item: IndicatorProgress, unit: str, found: Sequence[Place], parts: Sequence[Part], drafted: Drafted | None
) -> OwnFigures:
    ranked = [place for place in found if place.value is not None]
    rated = [place for place in ranked if place.rate is not None] if has_rate(item.indicator) else []
    is_ratio = item.indicator.aggregation == Indicator.Aggregation.RATIO
    return OwnFigures(
        item=item,
        trend=_trend(item, parts),
        by_rate=_rank(rated, unit),
        by_number=None if is_ratio else _rank(sorted(ranked, key=by_value), unit),
        place=next((place for place in ranked if place.unit.id == unit), None),
        drafted=drafted,
    )


def _trend(item: IndicatorProgress, parts: Sequence[Part] = ()) -> list[YearOfTrend]:
    known = {year: figure.value for year, figure in sorted(item.figures.items()) if figure.value is not None}
    rows = [
        YearOfTrend(
            year=year,
            value=value,
            gain=value - known[year - 1] if year - 1 in known else None,
            is_accepted=item.figures[year].is_accepted,
            figure=item.figures[year],
            standing=standing(item.indicator, item.figures[year], parts),
        )
        for year, value in known.items()
    ]
    return rows[-YEARS_OF_TREND:]


def _rank(ranked: Sequence[Place], unit: str) -> Rank | None:
    place = next((at for at, one in enumerate(ranked, 1) if one.unit.id == unit), None)
    return Rank(place, len(ranked)) if place else None
