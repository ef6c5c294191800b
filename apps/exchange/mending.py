"""Values put into cells of staged rows, and what the audit is told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.core.kept_words import in_vietnamese
from apps.exchange.cells import Field, shown
from apps.exchange.models import ImportBatch, RowProblem, StagedRow
from apps.exchange.parse import Cell
from apps.exchange.resource import ScopedResource

TOLD = 50  # cells or rows of one change that the audit names; of the others it has the number
LONGEST_VALUE = 300  # characters of a cell's value in the audit


@dataclass(frozen=True)
class Mended:
    """A cell before and after; as in all of the audit nobody reads an identity number in it."""

    number: int
    column: str
    old: str
    new: str

    @property
    def place(self) -> str:
        return _("dòng %(number)s, %(column)s") % {"number": self.number, "column": self.column}


@in_vietnamese()
def mend(batch: ImportBatch, resource: ScopedResource, wanted: Mapping[int, Mapping[str, str]]) -> list[Mended]:
    """Put the values into the rows and check those rows again. A reason given for the same value still holds."""
    old = RowProblem.objects.filter(batch=batch, number__in=wanted).exclude(code__in=resource.told)
    given = {(p.number, p.column, p.code, p.value): p.accepted_reason for p in old.exclude(accepted_reason="")}
    rows, found, mended = [], [], []
    for row in StagedRow.objects.filter(batch=batch, number__in=wanted).order_by("number"):
        mended += _told(row, resource.fields, wanted[row.number])
        row.original = {key: row.raw.get(key) for key in wanted[row.number]} | row.original
        row.raw |= {key: ["s", value] for key, value in wanted[row.number].items()}
        row.clean, problems = resource.clean_row({key: Cell(*cell) if cell else None for key, cell in row.raw.items()})
        rows.append(row)
        found += [
            RowProblem(
                batch=batch,
                number=row.number,
                accepted_reason=given.get((row.number, problem.column, problem.code, problem.value), ""),
                **vars(problem),
            )
            for problem in problems
        ]
    StagedRow.objects.bulk_update(rows, ["raw", "clean", "original"], batch_size=500)
    old.delete()
    RowProblem.objects.bulk_create(found, batch_size=1000)
    resource.settle()
    return mended


def _told(row: StagedRow, fields: Sequence[Field], values: Mapping[str, str]) -> list[Mended]:
    told = []
    for field in fields:
        if (value := values.get(field.key)) is None:
            continue
        old, new = _said(field, row.raw.get(field.key)), _said(field, ["s", value])
        if old == new:  # a number whose digits were right all along
            new = _("%(value)s (đổi sang văn bản)") % {"value": new}
        told.append(Mended(row.number, str(field.header), old, new))
    return told


def _said(field: Field, cell: list[Any] | None) -> str:
    """Masked before it is cut: the beginning of a number that is cut would not be known for one."""
    if not cell:
        return ""
    text = shown(Cell(*cell)) if cell[0] == "d" else str(cell[1])
    return field.hide(text)[:LONGEST_VALUE]


@in_vietnamese()
def before_and_after(cells: Sequence[Mended]) -> dict[str, Any]:
    """What the audit keeps of them, the first ones by their places."""
    told = cells[:TOLD]
    kept: dict[str, Any] = {
        "before": {cell.place: cell.old for cell in told},
        "after": {cell.place: cell.new for cell in told},
    }
    return kept | ({"unnamed": len(cells) - TOLD} if len(cells) > TOLD else {})


def moved(number: int, old: str, new: str) -> dict[str, Any]:
    """A row that is left out, or taken in again: its state before and after."""
    place = _("dòng %(number)s") % {"number": number}
    labels = {state.value: str(state.label) for state in StagedRow.State}
    return {"before": {place: labels[old]}, "after": {place: labels[new]}}


def numbered(numbers: Sequence[int], count: int) -> dict[str, Any]:
    """Rows that are left out together: the first by their numbers."""
    kept: dict[str, Any] = {"before": {"numbers": list(numbers)}}
    return kept | ({"unnamed": count - len(numbers)} if count > len(numbers) else {})
