"""Provinces one beside the other, and one province through the years: published figures alone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import UnitLabel, successor_shares, unit_labels
from apps.progress.published import PublishedFigure
from apps.progress.published_kept import all_figures
from apps.progress.published_series import ByYear, unit_in
from apps.progress.selectors import Place
from apps.public.results import places_in
from apps.targets.models import Indicator, Publication


def all_provinces() -> set[str]:
    """Of any day."""
    return {one.id for one in unit_labels().values() if one.kind == OrganisationUnit.Kind.PROVINCE}


def provinces_on(publication: Publication) -> list[UnitLabel]:
    """Those of its day, in the order of their names."""
    kind, day = OrganisationUnit.Kind.PROVINCE, publication.day
    found = [one for one in unit_labels().values() if one.kind == kind and one.is_valid_on(day)]
    return sorted(found, key=lambda one: one.sort)


def gone_into(publication: Publication) -> dict[str, list[UnitLabel]]:
    """Of each province of its day, those of another name that it took the place of."""
    labels, found = unit_labels(), defaultdict(list)
    for origin, heirs in successor_shares(publication.day).items():
        for heir in (labels[unit] for unit, _share in heirs if unit in labels and origin in labels):
            was = labels[origin]
            if was.kind == OrganisationUnit.Kind.PROVINCE and was.short_name != heir.short_name:
                found[heir.id].append(was)
    return found


@dataclass(frozen=True)
class Row:
    unit: UnitLabel
    before: list[UnitLabel]
    cells: list[tuple[Indicator, PublishedFigure | None]]


@dataclass(frozen=True)
class Table:
    """The provinces of one publication by all indicators of which any of them is told a number; of the others the
    nation alone is told.
    """

    publication: Publication

    @property
    def figures(self) -> Sequence[PublishedFigure]:
        return all_figures(self.publication, UnitView.CURRENT)

    @cached_property
    def reported(self) -> dict[Indicator, bool]:
        """Of what there are figures of provinces, and whether any of them is told."""
        provinces, found = {one.id for one in provinces_on(self.publication)}, dict[Indicator, bool]()
        for one in self.figures:
            if one.unit_id in provinces:
                found[one.indicator] = found.get(one.indicator, False) or one.value is not None
        return found

    @property
    def indicators(self) -> list[Indicator]:
        return [one for one, is_told in self.reported.items() if is_told]

    @property
    def of_the_nation(self) -> list[Indicator]:
        return [one for one, is_told in self.reported.items() if not is_told]

    @cached_property
    def rows(self) -> list[Row]:
        told = {(one.unit_id, one.indicator.pk): one for one in self.figures}
        before = gone_into(self.publication)
        return [
            Row(unit, before.get(unit.id, []), [(one, told.get((unit.id, one.pk))) for one in self.indicators])
            for unit in provinces_on(self.publication)
        ]

    @property
    def signs(self) -> "Signs":
        return signs_in(cell for row in self.rows for _indicator, cell in row.cells)


@dataclass(frozen=True)
class Series:
    """One indicator of a province by year."""

    indicator: Indicator
    cells: list[PublishedFigure | None]  # in the order of the years of the page: the newest first

    @property
    def last(self) -> PublishedFigure | None:
        return self.cells[0]


@dataclass(frozen=True)
class Province:
    unit: UnitLabel
    years: ByYear

    @property
    def last(self) -> Publication:
        return self.years[max(self.years)]

    @property
    def columns(self) -> list[int]:
        """The newest first: a phone shows no more than two beside the names."""
        return sorted(self.years, reverse=True)

    @cached_property
    def series(self) -> list[Series]:
        told = unit_in(self.years, self.unit.id, all_provinces())
        ordered = sorted(told, key=lambda one: (one.position, one.code))
        return [Series(one, [told[one].get(year) for year in self.columns]) for one in ordered]

    @cached_property
    def before(self) -> list[UnitLabel]:
        return gone_into(self.last).get(self.unit.id, [])

    @property
    def signs(self) -> "Signs":
        return signs_in(cell for one in self.series for cell in one.cells)

    @cached_property
    def standing(self) -> "Standing | None":
        """By the rate of the newest year, where it has one."""
        for one in self.series:
            if one.last is not None and one.last.rate is not None:
                places = places_in(
                    cell for cell in all_figures(self.last, UnitView.CURRENT) if cell.indicator == one.indicator
                )
                rated = [place for place in places if place.rate is not None]
                own = next((at for at, place in enumerate(rated, 1) if place.unit.id == self.unit.id), None)
                return Standing(one.indicator, rated[own - 1], own, len(rated)) if own else None
        return None


@dataclass(frozen=True)
class Standing:
    indicator: Indicator
    place: Place
    rank: int
    among: int


@dataclass(frozen=True)
class Signs:
    """Which signs stand where there is no number: a dash, and a star beside it. Each is explained once."""

    has_dash: bool
    has_star: bool


def signs_in(cells: Iterable[PublishedFigure | None]) -> Signs:
    without = [cell for cell in cells if cell is None or cell.value is None]
    return Signs(bool(without), any(cell is not None and cell.is_hidden for cell in without))


def province_of(slug: str, years: ByYear) -> Province | None:
    """The province of the newest publication's day with this slug."""
    last = years[max(years)] if years else None
    unit = next((one for one in provinces_on(last) if one.slug == slug), None) if last else None
    return Province(unit, years) if unit else None
