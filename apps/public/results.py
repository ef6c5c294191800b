"""What page «Kết quả» tells of the nation, and the map of provinces beside it: published figures alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import pgettext

from apps.dashboard.verdicts import Summary, groups_of, summary_of
from apps.organisations.asked import UnitView
from apps.organisations.selectors import successor_shares, unit_labels
from apps.progress import charts
from apps.progress.published import PublishedFigure
from apps.progress.published_kept import all_figures
from apps.progress.published_series import ByYear, in_force_by_year, nation_in
from apps.progress.rates import has_rate
from apps.progress.selectors import IndicatorProgress, Place, by_rank
from apps.targets.models import Indicator, Publication
from apps.targets.selectors import programme_indicators


@dataclass(frozen=True)
class ProvinceMap:
    """The provinces by one indicator, in the year of a publication: highest rate first, those without a figure last."""

    publication: Publication
    indicator: Indicator
    places: list[Place]
    tiles: charts.TileMap

    @property
    def year(self) -> int:
        return self.publication.closing.period.year

    @property
    def has_dash(self) -> bool:
        return any(tile.shown is None for tile in self.tiles.tiles if not tile.is_rest)

    @property
    def finding(self) -> str:
        return charts.map_finding(self.places, by_rate=True)


@dataclass(frozen=True)
class Results:
    """By the publications in force; of none of them there is nothing to tell."""

    years: ByYear

    @cached_property
    def found(self) -> list[IndicatorProgress]:
        return nation_in(self.years)

    @cached_property
    def rows(self) -> list[tuple[IndicatorProgress, charts.Bullet]]:
        return [(item, charts.bullet(item)) for item in self.found]

    @cached_property
    def summary(self) -> Summary:
        return summary_of(self.found)

    @cached_property
    def groups(self) -> list[dict[str, Any]]:
        return groups_of(self.found)

    @property
    def answer(self) -> str:
        """To the question whether all targets will be met, in a word or two. Without a conclusion there is none."""
        summary = self.summary
        if not summary.judged:
            return ""
        if summary.met == summary.total:
            return pgettext("answer", "Có")
        if not summary.unmet:
            return pgettext("answer", "Chưa biết hết")
        if summary.met or summary.unjudged or summary.missing:
            return pgettext("answer", "Chưa đạt đủ")
        return pgettext("answer", "Không")

    @property
    def last(self) -> Publication | None:
        return self.years[max(self.years)] if self.years else None

    @cached_property
    def map(self) -> ProvinceMap | None:
        rated = next((one for one in programme_indicators() if has_rate(one)), None)
        return province_map(self.last, rated) if self.last and rated else None


def results() -> Results:
    return Results(in_force_by_year())


def province_map(publication: Publication, indicator: Indicator) -> ProvinceMap | None:
    places = places_in(one for one in all_figures(publication, UnitView.CURRENT) if one.indicator == indicator)
    if not places:
        return None
    carriers = successor_shares(publication.day)
    tiles = charts.tile_map(places, indicator, by_rate=True, nothing=None, carriers=carriers)
    return ProvinceMap(publication, indicator, places, tiles)


def places_in(figures: Iterable[PublishedFigure]) -> list[Place]:
    labels = unit_labels()
    found = [Place(labels[one.unit_id], one, one.set_against) for one in figures if one.unit_id in labels]
    return sorted(found, key=by_rank)
