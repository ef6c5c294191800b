"""The units' figures of a year as a page shows them: bars beside tiles or the land, or a table."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.organisations.selectors import successor_shares
from apps.progress import charts
from apps.progress.forms import Drawn, FigureQuery
from apps.progress.land import LandMap, era_of, era_on, land_map
from apps.progress.ramp import Carriers
from apps.progress.rates import has_rate
from apps.progress.selectors import Place, UnitsInYear, by_value, denominators_of, standings_of
from apps.progress.sources import COUNTS, is_of_the_nation
from apps.targets.models import Indicator, Period
from apps.targets.selectors import begun_periods

ADDS_YEARS = (Indicator.Aggregation.CUMULATIVE, Indicator.Aggregation.DISTINCT)


def map_of(indicator: Indicator, asked: FigureQuery, period: Period, year: UnitsInYear) -> dict[str, Any]:
    """For the page of an indicator; nothing of what no unit reports."""
    counts_rows = indicator.code in COUNTS
    denominators = denominators_of(indicator, asked.view, asked.day)
    found = year.places(denominators, standings_of(indicator, period.year, asked.view, asked.day, asked.known_on))
    if not found and not counts_rows:
        return {}
    by_rate = asked.measure == "rate" and any(place.rate is not None for place in found)
    if not by_rate:
        found.sort(key=by_value)
    offered = _offered(indicator, asked, period, found)
    carriers = denominators.carriers if denominators else _carriers(asked)
    # Rows are counted everywhere, so a province without any has zero; who did not report has none.
    nothing = Decimal(0) if counts_rows else None
    drawn: Any = {"by_rate": by_rate, "nothing": nothing, "carriers": carriers}
    is_land, is_tiles = (asked.drawn == one and one in offered for one in (Drawn.LAND, Drawn.TILES))
    land: LandMap | None = land_map(str(offered[Drawn.LAND]), found, indicator, **drawn) if is_land else None
    tiles: charts.TileMap | None = charts.tile_map(found, indicator, **drawn) if is_tiles else None
    shown = land or tiles
    without = shown.without if shown and counts_rows else 0
    return {
        "period": period,
        "map_finding": charts.map_finding(found, by_rate=by_rate, decimals=indicator.decimals, without=without),
        "has_rates": has_rate(indicator),
        "adds_years": indicator.aggregation in ADDS_YEARS,
        "has_parts": any(place.value is not None and place.value % 1 for place in found),
        "places": found,
        "by_rate": by_rate,
        "map": tiles,
        "land": land,
        "offered": list(offered) if len(offered) > 1 else [],
        "as_table": asked.drawn == Drawn.TABLE,
        "largest": max(((place.rate if by_rate else place.value) or 0 for place in found), default=0),
        "years": [one.year for one in begun_periods(asked.known_on)],
    }


def _carriers(asked: FigureQuery) -> Carriers:
    return successor_shares(asked.day or timezone.localdate()) if asked.is_current else {}


def _offered(indicator: Indicator, asked: FigureQuery, period: Period, found: Sequence[Place]) -> dict[Drawn, str]:
    """What can be drawn of these units: of the land, with the era whose boundaries it has.

    Tiles are the provinces of 2025, on no day before them; what is the nation's alone has no map.
    """
    offered: dict[Drawn, str] = {}
    if not is_of_the_nation(indicator.code):
        day = asked.day or timezone.localdate()
        if asked.is_current and (asked.day is None or charts.has_tiles_on(asked.day)):
            offered[Drawn.TILES] = ""
        if era := era_on(day) if asked.is_current else era_of(found, period.ends_on):
            offered[Drawn.LAND] = era
    return offered | {Drawn.TABLE: ""}
