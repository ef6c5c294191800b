"""One pass over a sheet's XML before its cells are read: how far they reach, and what the library does not tell.

calamine lays out the rectangle between the outermost cells at once, so its size must be known before. It hands over
an error as an empty text and a formula as a plain value, keeps the last of two cells that claim one place, and takes a
text index that is no number for the first text of the file.

spelling.py takes the XML apart and hands whole rows to `Scan.take`, which alone judges them. Standard library only,
as gate.py.
"""

import itertools
import re
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from apps.exchange import gate

FORMULA = 0
ERRORS = ("", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")  # those calamine reads
SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 16_384
COLUMN_BITS, CODE_BITS = 8, 24
FORMATS = 16  # codes from here on: formats that show another thing than the number (formats.py)
INDEX_DIGITS = 9  # of a text index: as many texts as a file can hold

REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.IGNORECASE)
TRUE = ("1", "true")
NUMBERS = (b"", b"n", b"d")
NO_STYLES: Mapping[int, int] = {}
NO_WIDTH = re.compile(r"0+(?:\.0*)?")

Merge = tuple[int, int, int]  # first row, column, last row: only what spans rows


class CellSpelt(NamedTuple):
    column: int
    kind: bytes
    style: int
    is_filled: bool
    is_formula: bool
    has_value: bool


class Shape(NamedTuple):
    """What rows that differ only in their values have in common."""

    first: int  # filled columns; -1 where there are none
    last: int
    formulas: tuple[int, ...]
    values: tuple[int, ...]  # columns of the values
    errors: tuple[bool, ...]  # which of the values
    texts: tuple[bool, ...]
    formats: tuple[tuple[int, int], ...]  # columns of numbers with an odd format, and its code


BLANK = Shape(-1, -1, (), (), (), (), ())


def column_index(letters: str) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def cell_name(row: int, column: int) -> str:
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{row + 1}"


class Scan:
    """Rows and columns count from 0. `told(rows)` hears now and then how many rows were found; `styles` are those with
    an odd format, and which.
    """

    def __init__(
        self, sheet: str, told: Callable[[int], None] = lambda rows: None, styles: Mapping[int, int] = NO_STYLES
    ) -> None:
        self.sheet, self._told, self.styles = sheet, told, styles
        self.rows = self.hidden_rows = 0  # that hold something
        self.hidden_columns: list[int] = []
        self.merges: list[Merge] = []
        self.first_row, self.first_column = SHEET_ROWS, SHEET_COLUMNS
        self.last_row = self.last_column = -1
        self.formats: list[Any] = []  # those that codes mean
        self.marks = array("Q")  # row, column, code in one number: a million formulas cost 8 MB
        self._row = -1
        self._sheets = 0  # how many times the cells began
        self._indexes: list[bytes] = []  # of texts, not yet looked at

    def check_size(self) -> None:
        rows, columns = self.last_row - self.first_row + 1, self.last_column - self.first_column + 1
        if self.last_row >= 0 and rows * columns > gate.MAX_CELLS:
            raise gate.refused("too_many_cells", sheet=self.sheet, rows=rows, columns=columns)

    def tell(self) -> None:
        """Now and then: look at what was gathered, and say how far it is."""
        self._check_indexes()
        self._told(self.rows)

    # --- around the cells ----------------------------------------------------------------------------------------

    def around(self, name: str, attributes: dict[str, str]) -> None:
        """What stands before and after the cells: hidden columns, merged cells, and no second set of cells."""
        local = name.rpartition(":")[2]
        if local == "sheetData":
            self._sheets += 1
            if self._sheets > 1:
                raise gate.refused("sheet_twice", sheet=self.sheet)
        elif local == "col" and (attributes.get("hidden") in TRUE or NO_WIDTH.fullmatch(attributes.get("width", ""))):
            first, last = self._number(attributes.get("min", "")), self._number(attributes.get("max", ""))
            self.hidden_columns += range(first, min(last + 1, gate.MAX_COLUMNS))
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _merge(self, text: str) -> None:
        first, _, last = text.partition(":")
        (top, column), (bottom, _right) = self.position(first), self.position(last or first)
        if bottom > top and column < gate.MAX_COLUMNS:
            self.merges.append((top, column, bottom))
        if len(self.merges) > gate.MAX_ROWS:
            raise gate.refused("too_heavy")

    def position(self, reference: str) -> tuple[int, int]:
        match = REFERENCE.fullmatch(reference)
        column = column_index(match[1]) if match else SHEET_COLUMNS
        if match is None or column >= SHEET_COLUMNS:
            raise gate.refused("bad_cell", sheet=self.sheet, cell=reference)
        return self._number(match[2]), column

    def _number(self, text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 7 and 1 <= int(text) <= SHEET_ROWS):
            raise gate.refused("bad_cell", sheet=self.sheet, cell=text)
        return int(text) - 1

    # --- the cells -----------------------------------------------------------------------------------------------

    def row(self, text: str | None) -> int:
        """The place of a row, by its own number or after the one before; none comes twice or goes back."""
        row = self._row + 1 if text is None else self._number(text)
        if row <= self._row:
            raise gate.refused("row_twice", sheet=self.sheet, row=row + 1, before=self._row + 1)
        self._row = row
        return row

    def shape(self, row: int, cells: Sequence[CellSpelt]) -> Shape:
        """Each cell stands further to the right than the one before."""
        for before, cell in zip((-1, *(cell.column for cell in cells)), cells, strict=False):
            if cell.column <= before:
                raise gate.refused("cell_twice", sheet=self.sheet, cell=cell_name(row, cell.column))
        if cells and cells[-1].column >= SHEET_COLUMNS:
            raise gate.refused("bad_cell", sheet=self.sheet, cell=cell_name(row, cells[-1].column))
        filled = [cell.column for cell in cells if cell.is_filled]
        if not filled:
            return BLANK
        self._check_readable(row, cells)
        if filled[-1] >= gate.MAX_COLUMNS:
            raise gate.refused("too_many_columns", sheet=self.sheet, cell=cell_name(row, filled[-1]))
        valued = [cell for cell in cells if cell.has_value]
        return Shape(
            filled[0],
            filled[-1],
            tuple(cell.column for cell in cells if cell.is_formula),
            tuple(cell.column for cell in valued),
            tuple(cell.kind == b"e" for cell in valued),
            tuple(cell.kind == b"s" for cell in valued),
            tuple(
                (cell.column, FORMATS + self.styles[cell.style])
                for cell in valued
                if cell.style in self.styles and cell.kind in NUMBERS
            ),
        )

    def _check_readable(self, row: int, cells: Sequence[CellSpelt]) -> None:
        """What the library reads as nothing, so that a row which says something would be passed over as blank."""
        for cell in cells:
            if cell.has_value and cell.kind == b"inlineStr":
                raise gate.refused("lost_text", sheet=self.sheet, cell=cell_name(row, cell.column))
        if not any(cell.has_value or (cell.is_filled and not cell.is_formula) for cell in cells):
            raise gate.refused("uncalculated", sheet=self.sheet, row=row + 1)

    def take(self, row: int, hidden: bool, shape: Shape, values: Sequence[bytes]) -> None:
        if shape.last < 0:
            return
        if row >= gate.MAX_ROWS:
            raise gate.refused("too_many_rows", sheet=self.sheet)
        self.rows += 1
        self.hidden_rows += hidden
        self.last_row = row
        if self.first_row > row:
            self.first_row = row
        if self.first_column > shape.first:
            self.first_column = shape.first
        if self.last_column < shape.last:
            self.last_column = shape.last
        if shape.formulas:
            base = row << COLUMN_BITS + CODE_BITS
            self.marks.extend([base | column << CODE_BITS | FORMULA for column in shape.formulas])
        if shape.formats:  # after the formulas: it is their value that is shown
            base = row << COLUMN_BITS + CODE_BITS
            self.marks.extend([base | column << CODE_BITS | code for column, code in shape.formats])
        if any(shape.errors):
            self._take_errors(row, shape, values)
        self._indexes += itertools.compress(values, shape.texts)

    def _take_errors(self, row: int, shape: Shape, values: Sequence[bytes]) -> None:
        for column, value in itertools.compress(zip(shape.values, values, strict=True), shape.errors):
            text = value.decode().strip()
            if text and text not in ERRORS:
                raise gate.refused("odd_error", cell=cell_name(row, column), value=text)
            if text:
                self.marks.append((row << COLUMN_BITS | column) << CODE_BITS | ERRORS.index(text))

    def _check_indexes(self) -> None:
        joined, longest = b"".join(self._indexes), max(map(len, self._indexes), default=0)
        if joined.translate(None, b"0123456789") or longest > INDEX_DIGITS:
            raise gate.refused("bad_text_index", sheet=self.sheet)
        self._indexes.clear()
