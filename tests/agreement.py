"""One figure, whoever tells it: reports of units, the nation's report, pages, API and files, of closed years and both
views. What is compared is read once for all units and years.
"""

import io
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from unittest.mock import patch

from django.test import Client
from openpyxl import load_workbook

from apps.core.memo import kept
from apps.core.templatetags.ui import number
from apps.organisations.selectors import unit_labels
from apps.progress.figures import figures, figures_as_of
from apps.publications.assembling import assemble
from apps.publications.facts import targets
from apps.publications.facts.taken import asked_of, take_facts
from apps.publications.facts.told import Cell, Facts, Grid
from apps.publications.manuscript import unwritten
from apps.publications.workbook import FIGURES, write_workbook
from apps.targets.models import AcceptedValue, Exclusion, Indicator
from tests.progress import told
from tests.progress.told import NATION, Key, in_files

VIEWS = ("current", "as-reported")
RATIO = Indicator.Aggregation.RATIO
Rows = dict[Key, dict]


def exact(row: dict | None, name: str = "value") -> Decimal | None:
    text = row["exact"][name] if row else None
    return None if text is None else Decimal(text)


def disagreements(
    client: Client, years: Sequence[int], at: datetime, codes: Collection[str] = ()
) -> tuple[list[str], int]:
    """What is told differently, in words, and how many figures were held to each other. `codes`: of these alone."""
    indicators = [one for one in Indicator.objects.order_by("position", "code") if not codes or one.code in codes]
    every = {(one.code, units): told.by_api(client, one.code, units, is_whole=False)
             for one in indicators for units in VIEWS}  # fmt: skip
    with kept(), patch.object(targets, "figures_as_of", _read_once()):
        nation = _book(years, None, at)
        books = {unit: _book(years, unit, at) for unit in sorted(_units(every, years))}
    found = [*_in_workbook(years, nation, at)]
    for one in indicators:
        current = every[one.code, "current"]
        found += [*_of_nation(one, years, every, nation), *_of_units(one, years, current, books)]
        for units in VIEWS:
            found += [*_sums(one, years, every[one.code, units]), *_shown(client, one, years, units, every)]
    found += [*_in_tables(years, every, at), *_of_papers(years)]
    return found, sum(len(rows) for rows in every.values())


def _read_once() -> Callable[..., dict]:
    """A reading says the same however many reports ask for it."""
    read: dict = {}

    def reading(indicators, year, moment, *, view, on):
        key = (year, moment, view, on)
        if key not in read:
            read[key] = figures_as_of(indicators, year, moment, view=view, on=on)
        return read[key]

    return reading


def _book(years: Sequence[int], unit: str | None, at: datetime) -> Facts:
    """The figures of all these years, as a report of many years has them."""
    facts = Facts()
    targets.tell_targets(asked_of("final", years[-1], unit, at), facts)
    return facts


def _units(every: dict[tuple[str, str], Rows], years: Sequence[int]) -> set[str]:
    rows = (row for (_code, units), rows in every.items() if units == "current" for row in rows.items())
    return {unit for (year, unit, _part), row in rows if unit != NATION and year in years and exact(row) is not None}


def _of_nation(one: Indicator, years: Sequence[int], every: dict, nation: Facts) -> Iterator[str]:
    for year in years:
        rows = {units: every[one.code, units].get((year, NATION, "")) for units in VIEWS}
        in_book = nation.figures.get(f"{one.code.lower()}.{year}")
        values = {units: _in_text(row) if row else None for units, row in rows.items()}
        values["report"] = Decimal(in_book.value) if in_book else None
        if len(set(values.values())) != 1:
            yield f"{one.code} {year}: {values}"


def _of_units(one: Indicator, years: Sequence[int], rows: Rows, books: dict[str, Facts]) -> Iterator[str]:
    """Each unit's report against the API; and their sum against the nation's figure, where units are what adds up."""
    code = one.code.lower()
    for year in years:
        added = Decimal(0)
        for unit, facts in books.items():
            own, row = facts.figures.get(f"{code}.{year}"), rows.get((year, unit, ""))
            part = facts.figures.get(f"{code}.{year}.part") if one.aggregation == RATIO else own
            value, name = Decimal(part.value) if part else None, "numerator" if one.aggregation == RATIO else "value"
            if value != exact(row, name):
                yield f"{one.code} {year} {unit}: report {value}, API {exact(row, name)}"
            added += (value or 0) if row and row["counted"] is not None else 0
        nation = exact(rows.get((year, NATION, "")), "numerator" if one.aggregation == RATIO else "value")
        if one.adds_up and (nation or 0) != added:
            yield f"{one.code} {year}: reports of units add up to {added}, the nation's is {nation}"


def _sums(one: Indicator, years: Sequence[int], rows: Rows) -> Iterator[str]:
    for year in years:
        nation = rows.get((year, NATION, ""))
        of_units = [row for (of, unit, _part), row in rows.items() if of == year and unit != NATION]
        counted = sum((exact(row, "counted") or Decimal(0) for row in of_units), Decimal(0))
        wanted = exact(nation, "numerator" if one.aggregation == RATIO else "value") or Decimal(0)
        if one.adds_up and counted != wanted:
            yield f"{one.code} {year}: units count {counted}, the nation {wanted}"


def _shown(client: Client, one: Indicator, years: Sequence[int], units: str, every: dict) -> Iterator[str]:
    """The page of the indicator, with the units of the last year, and its .xlsx with those of all."""
    rows: Rows = every[one.code, units]
    page = f"/targets/{one.code.lower()}/?units={units}"
    html = client.get(f"{page}&year={years[-1]}&measure=count").content.decode()
    series, bars = told.series_of(html), told.bars_of(html) if "data-count" in html else {}
    lines = told.by_xlsx(client, f"{page}&export=xlsx")
    for (year, unit, _part), row in rows.items():
        if year not in years:
            continue
        value, line = exact(row), lines.get((year, unit), {})
        if line.get("Giá trị") != in_files(value):
            yield f"{one.code} {year} {unit} {units}: .xlsx {line.get('Giá trị')}, API {value}"
        printed = number(value, one.decimals)
        if unit == NATION and series.get(year) != printed:
            yield f"{one.code} {year} {units}: page {series.get(year)}, API {printed}"
        if unit in bars and year == years[-1] and bars[unit][1].split(" ")[0] != printed:
            yield f"{one.code} {year} {unit} {units}: page {bars[unit]}, API {printed}"


def _in_tables(years: Sequence[int], every: dict, at: datetime) -> Iterator[str]:
    """Tables of units in the nation's report of each year; units as of its day are those of today in the last alone."""
    names = {label.distinct_name: label.id for label in unit_labels().values()}
    for year in years:
        facts = Facts()
        targets.tell_targets(asked_of("annual", year, None, at), facts)
        for name, units in (("provinces", "current"), ("ministries", "current"), ("as-reported", "as-reported")):
            for code, unit, cell in _cells(facts.grids[name], names):
                if (code, units) not in every or (units == "current" and year != years[-1]):
                    continue
                row = every[code, units].get((year, unit, ""))
                is_told = row is not None and exact(row) is not None and exact(row, "denominator") != 1
                if is_told and (Decimal(cell.value) if cell.value else None) != _in_text(row):
                    yield f"{code} {year} {unit}: table {cell.text}, API {exact(row)}"


def _cells(grid: Grid, names: dict[str, str]) -> Iterator[tuple[str, str, Cell]]:
    for line in grid.lines:
        for cell, head in zip(line.cells[2:], grid.heads[2:], strict=True):
            yield head.title, names[line.cells[1].text], cell


def _in_text(row: dict) -> Decimal | None:
    """A quotient as exact as reports keep it."""
    value = exact(row)
    return round(value, 6) if value is not None and row["denominator"] is not None else value


def _in_workbook(years: Sequence[int], nation: Facts, at: datetime) -> Iterator[str]:
    """The report's own .xlsx: numbers as numbers, texts as they are printed."""
    asked = asked_of("final", years[-1], None, at)
    facts = take_facts(asked)
    raw = write_workbook(assemble(unwritten(asked, facts)))
    sheet = load_workbook(io.BytesIO(raw), read_only=True)[FIGURES]
    cells = {row[0]: (Decimal(repr(row[2])), row[3]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    for key, one in facts.figures.items():
        if cells.pop(key, None) != (Decimal(one.value), one.text):
            yield f"{key}: another in the report's .xlsx"
        if key in nation.figures and nation.figures[key] != one:
            yield f"{key}: another when it is read again"
    if cells:
        yield f"only in the report's .xlsx: {sorted(cells)}"


def _of_papers(years: Sequence[int]) -> Iterator[str]:
    """What units reported, decisions aside, adds up to the nation's figure of reports; what runs on, of all years."""
    left_out = set(Exclusion.objects.filter(withdrawn_at=None).values_list("indicator", "period__year", "unit"))
    rows = AcceptedValue.objects.filter(withdrawn_at=None).values_list("indicator", "period__year", "unit", "value")
    sums: dict[tuple[int, int], Decimal] = {}
    for pk, year, unit, value in rows:
        if (pk, year, unit) not in left_out:
            sums[pk, year] = sums.get((pk, year), Decimal(0)) + value
    for one in Indicator.objects.all():
        if not one.adds_up or one.aggregation == RATIO:
            continue
        of_nation = {row.year: row.value for row in figures(one, national=True, basis="report", accepted=False)}
        added = Decimal(0)
        for year in years:
            own = sums.get((one.pk, year), Decimal(0))
            added = added + own if one.aggregation in targets.RUNNING else own
            if (one.pk, year) in sums and added != of_nation.get(year):
                yield f"{one.code} {year}: reports add up to {added}, the nation's figure is {of_nation.get(year)}"
