"""The table's own file, filled in: what its rows would change. Read by the exchange's child process, never here.

A row is a unit by its code, a column a year; other columns and blank cells are passed over, as a blank takes nothing
away. Every wrong cell is told at once, with its row. What is right is shown before it is written.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from os import PathLike
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.allocations.amounts import refuse_odd
from apps.allocations.forms import read_number
from apps.allocations.models import Allocation, AllocationLine
from apps.allocations.services import field_of
from apps.core.text import fold
from apps.exchange.gate import Refused
from apps.exchange.parse import Cell, Meta, read_rows
from apps.exchange.scan import cell_name
from apps.organisations.selectors import UnitLabel, unit_labels

HEAD_DEPTH = 20  # rows within which the headings stand
MOST_TOLD, LONGEST_TOLD = 200, 40  # of what is wrong, and of a code that is none: a page is made of them
UNIT, AMOUNT = "ma don vi", re.compile(r"giao tang them (\d{4})")


@dataclass(frozen=True)
class Change:
    unit: UnitLabel
    year: int
    before: Decimal | None
    after: Decimal

    @property
    def field(self) -> str:
        return field_of(self.unit.id, self.year)


@dataclass
class Filled:
    """What a file would change, and what is wrong in it: (row, unit, words). What else is wrong than was told follows
    from the same mistake, or comes to light next time.
    """

    changes: list[Change] = field(default_factory=list)
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=dict)  # with the rows where they stand

    @property
    def rows(self) -> int:
        return len(self.units)

    def refuse(self, row: int, unit: str, words: str) -> None:
        if len(self.problems) < MOST_TOLD:
            self.problems.append((row, unit[:LONGEST_TOLD], words))


def read_filled(path: str | PathLike[str], allocation: Allocation) -> Filled:
    lines = AllocationLine.objects.filter(portion__allocation=allocation)
    known = {(unit, year): amount for unit, year, amount in lines.values_list("portion__unit", "year", "amount")}
    found = Filled()
    columns: dict[str, int] = {}
    try:
        with read_rows(path) as table:
            for number, cells in table:
                texts = [str(cell.value) if cell else "" for cell in cells]
                if not columns:
                    columns = _columns(texts, allocation)
                    if not columns and number > HEAD_DEPTH:
                        break
                    continue
                _read_row(found, number, cells, texts, columns, known, allocation.indicator.decimals)
            _tell_merges(found, table.meta, columns)
    except Refused as wrong:
        raise ValidationError({"file": ValidationError(wrong.message, code=wrong.code)}) from wrong
    if not columns:
        words = _("Không thấy cột “Mã đơn vị” và cột “Giao tăng thêm” của năm nào. Tải tệp của bảng này rồi điền.")
        raise ValidationError({"file": ValidationError(words, code="no_header")})
    return found


def _tell_merges(found: Filled, meta: Meta, columns: dict[str, int]) -> None:
    """One number over the rows of several units: nobody can say how much of it is whose."""
    for top, column, bottom in meta.merges:
        if column in columns.values():
            area = f"{cell_name(top, column)}:{cell_name(bottom, column)}"
            words = _("Vùng ô gộp %(area)s trải qua nhiều dòng: bỏ gộp rồi nhập riêng từng ô") % {"area": area}
            found.refuse(top + 1, "", words)


def _columns(texts: list[str], allocation: Allocation) -> dict[str, int]:
    """Where the unit and each year stand, of the row that has both."""
    told = [" ".join(fold(text).split()) for text in texts]
    headings = {text: place for place, text in enumerate(told)}
    years = {match[1]: place for text, place in headings.items() if (match := AMOUNT.fullmatch(text))}
    own = {year: place for year, place in years.items() if int(year) in allocation.years}
    if UNIT not in headings or not own:
        return {}
    found = {"": headings[UNIT]} | own
    if twice := next((texts[place] for place in found.values() if told.count(told[place]) > 1), ""):
        words = _("Dòng tiêu đề có hai cột “%(name)s”. Xóa một cột rồi tải lên lại.") % {"name": twice[:60]}
        raise ValidationError({"file": ValidationError(words, code="header_twice")})
    return found


def _read_row(
    found: Filled, number: int, cells: list[Cell | None], texts: list[str], columns: dict[str, int],
    known: dict[tuple[str, int], Any], decimals: int,
) -> None:  # fmt: skip
    unit = texts[columns[""]].strip() if columns[""] < len(texts) else ""
    if not unit:
        return
    if not any(one == unit for one, _year in known):
        found.refuse(number, unit, _("Mã đơn vị không có trong bảng giao này"))
        return
    if unit in found.units:
        words = _("Mã đơn vị đã có ở dòng %(row)s. Giữ lại một dòng") % {"row": found.units[unit]}
        found.refuse(number, unit, words)
        return
    found.units[unit] = number
    for year, place in columns.items():
        cell = cells[place] if year and place < len(cells) else None
        if cell is None or not str(cell.value).strip():
            continue
        try:
            amount = _amount(cell, decimals)
        except ValidationError as wrong:
            found.refuse(number, unit, f"{year}: {' '.join(wrong.messages)}")
            continue
        if amount != known[unit, int(year)]:
            found.changes.append(Change(unit_labels()[unit], int(year), known[unit, int(year)], amount))


def _amount(cell: Cell, decimals: int) -> Decimal:
    if cell.kind not in "sn":
        raise ValidationError(_("Ô phải là số, không phải công thức, ngày hay giá trị lỗi"), code="number")
    try:
        found = Decimal(str(cell.value)) if cell.kind == "n" else read_number(str(cell.value), decimals)
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        raise ValidationError(_("Không phải là số"), code="number")
    refuse_odd(found, decimals)
    return found
