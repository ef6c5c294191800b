"""What stands in the cells of a report, sums worked out, and how much of it is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from apps.reports.models import AnnualReport, FormCell, ReportedValue
from apps.reports.numbers import Given

EMPTY = Given()


@dataclass(frozen=True)
class Entry:
    """A cell and what stands in it; of a sum what its parts make, and how many of these are blank: it is not whole."""

    cell: FormCell
    given: Given
    value: ReportedValue | None = None
    blank_parts: int = 0

    @property
    def number(self) -> Decimal | None:
        return self.given.number

    @property
    def version(self) -> int:
        return self.value.version if self.value else 0

    @property
    def explanation(self) -> str:
        return self.value.explanation if self.value else ""

    @property
    def prefilled(self) -> Decimal | None:
        return self.value.prefilled if self.value else None

    @property
    def is_as_filled(self) -> bool:
        """Whether it holds what the portal filled in, and nobody has said otherwise."""
        return self.value is not None and self.value.origin == ReportedValue.Origin.PREFILLED

    @property
    def is_apart(self) -> bool:
        """Whether another number stands in it than the portal knew when it was last asked."""
        return self.number is not None and self.prefilled not in (None, self.number)


def cells_of(form_id: int) -> list[FormCell]:
    """In the order in which they stand."""
    return list(_in_order(FormCell.objects.filter(form=form_id)))


def cells_of_indicators(form_id: int) -> list[FormCell]:
    """The few that figures are made of, in the same order; with its parts where one is a sum."""
    cells = FormCell.objects.filter(form=form_id)
    found = list(_in_order(cells.filter(indicator__isnull=False)))
    parts = [key for cell in found for key in cell.parts]
    return found + list(cells.filter(key__in=parts, indicator=None)) if parts else found


def _in_order(cells: QuerySet[FormCell]) -> QuerySet[FormCell]:
    rows = cells.select_related("block__section", "indicator")
    return rows.order_by("block__section__position", "block__position", "position")


def entries_of(report: AnnualReport, cells: Iterable[FormCell] | None = None) -> dict[str, Entry]:
    """By key, in the order of the form; two queries. Of few cells only their values are read."""
    rows = report.values.all()
    if cells is None:
        cells = cells_of(report.form_id)
    else:
        cells = list(cells)
        rows = rows.filter(cell__in=[cell.pk for cell in cells])
    values = {row.cell_id: row for row in rows}
    found = {cell.key: Entry(cell, given_of(values.get(cell.pk)), values.get(cell.pk)) for cell in cells}
    for key, entry in found.items():
        if entry.cell.is_sum:
            total = Given(number=sum_of(entry.cell, found))
            found[key] = Entry(entry.cell, total, entry.value, blank_parts_of(entry.cell, found))
    return found


def given_of(value: ReportedValue | None) -> Given:
    return Given(value.number, value.text, value.is_not_applicable) if value else EMPTY


def sum_of(cell: FormCell, entries: Mapping[str, Entry]) -> Decimal | None:
    """None where no part is known: nothing was reported, which is not zero."""
    known = [number for key in cell.parts if key in entries and (number := entries[key].number) is not None]
    return sum(known, Decimal(0)) if known else None


def blank_parts_of(cell: FormCell, entries: Mapping[str, Entry]) -> int:
    """ "Not applicable" is an answer, blank is none. Of a part that is a sum itself its own blank ones."""
    parts = [entries[key] for key in cell.parts if key in entries]
    return sum(one.blank_parts or one.given.is_blank for one in parts)


@dataclass(frozen=True)
class Completeness:
    """Of the cells that somebody has to fill."""

    given: int
    asked: int

    @property
    def percent(self) -> int:
        return self.given * 100 // self.asked if self.asked else 100

    @property
    def is_whole(self) -> bool:
        return self.given >= self.asked


def completeness(entries: Iterable[Entry]) -> Completeness:
    asked = [one for one in entries if not one.cell.is_sum]
    return Completeness(sum(not one.given.is_blank for one in asked), len(asked))
