"""The figures of one unit: every indicator, every year, in the asked unit view."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from django.urls import reverse

from apps.progress.figures import Figure, figures_of_unit
from apps.progress.forms import FigureQuery
from apps.progress.parts import parts_of, standing
from apps.progress.selectors import IndicatorProgress, progress_of_unit
from apps.progress.sources import COUNTS
from apps.targets.facts import Text
from apps.targets.models import Indicator


@dataclass(frozen=True)
class Cell:
    """One year of one indicator; `url` opens the figure to what it is made of, `mark` is its note's.

    `standing` says in words what the unit has, where it has one or nothing.
    """

    year: int
    figure: Figure | None
    url: str
    mark: str
    standing: Text = ""


@dataclass(frozen=True)
class UnitFigures:
    """Rows of the indicators with figures, the others apart; `preliminary` are the years not accepted yet."""

    years: list[int]
    preliminary: set[int]
    rows: list[tuple[Indicator, list[Cell]]]
    unknown: list[Indicator]
    aimed: list[IndicatorProgress]  # what it is to reach, of the programme's indicators
    notes: list[tuple[str, str]]


def unit_figures(unit_id: str, slug: str, asked: FigureQuery, years: Sequence[int]) -> UnitFigures:
    """Three queries, whatever the number of indicators, years and predecessors, and one for each told in words."""
    indicators = list(Indicator.objects.all())
    moment = asked.known_on
    found = figures_of_unit(indicators, unit_id, view=asked.view, on=asked.day, known_on=moment)
    every = [figure for figures in found.values() for figure in figures]
    notes = {text: mark for mark, text in zip(ascii_lowercase, _notes(every), strict=False)}
    rows = []
    for indicator in indicators:
        by_year = {figure.year: figure for figure in found[indicator.pk]}
        parts = []
        if by_year:
            parts = parts_of(indicator, year=None, unit=unit_id, view=asked.view, on=asked.day, known_on=moment)
        said = {year: standing(indicator, figure, parts) for year, figure in by_year.items()}
        cells = [_cell(indicator, year, by_year.get(year), slug, asked, notes, said.get(year, "")) for year in years]
        rows.append((indicator, cells))
    return UnitFigures(
        years=list(years),
        preliminary={figure.year for figure in every if not figure.is_accepted},
        rows=[(indicator, cells) for indicator, cells in rows if found[indicator.pk]],
        unknown=[indicator for indicator in indicators if not found[indicator.pk]],
        aimed=progress_of_unit(
            [one for one in indicators if one.parent_id is None],
            unit_id,
            found,
            view=asked.view,
            on=asked.day,
            known_on=moment,
        ),
        notes=[(mark, text) for text, mark in notes.items()],
    )


def _notes(figures: list[Figure]) -> list[str]:
    return list(dict.fromkeys(figure.note_text for figure in figures if figure.note))


def _cell(
    indicator: Indicator,
    year: int,
    figure: Figure | None,
    slug: str,
    asked: FigureQuery,
    notes: dict[str, str],
    said: Text,
) -> Cell:
    url = f"{indicator.get_absolute_url()}{asked.kept}&year={year}"
    if indicator.code in COUNTS:
        url = reverse("progress:provenance", args=[indicator.code.lower(), year, slug]) + asked.kept
    return Cell(year, figure, url, notes.get(figure.note_text, "") if figure else "", said)
