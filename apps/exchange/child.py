"""Reads one workbook in a process that is thrown away afterwards: `python -I child.py < file.xlsx`.

Hostile files abort or swell their reader; here that costs one process without rights, network or memory to spare.
On standard output, one JSON value a line: first {"sheet", "sheets", "hidden", "rows", "columns"}, then a line
[row number, [cell, …]] for each row that is not blank. A cell is null or [kind, value], kind being
s text, n number as text, d ISO date or date and time, b true or false, e error ("#REF!"), f value shown by a formula.
A refusal is the line {"refused": code, "message": …} and exit code 3.
"""

import ctypes
import datetime
import importlib.util
import io
import itertools
import json
import math
import os
import re
import resource
import sys
from array import array
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO
from xml.parsers import expat

import python_calamine


def _load_gate() -> Any:
    """By its path: with this folder on the search path, our `resource` and the like would pose as Python's own."""
    spec = importlib.util.spec_from_file_location("gate", os.path.join(os.path.dirname(__file__), "gate.py"))
    if spec is None or spec.loader is None:
        raise ImportError("gate.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["gate"] = module
    spec.loader.exec_module(module)
    return module


gate = _load_gate()

REFUSED = 3
MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 30
NOBODY = 65534
CLONE_NEWUSER, CLONE_NEWNET, PR_SET_NO_NEW_PRIVS = 0x10000000, 0x40000000, 38

FORMULA = 0
ERRORS = ("", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")  # those calamine reads
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.IGNORECASE)
SHEET_ROWS = 1_048_576
COLUMN_BITS, CODE_BITS = 8, 4

Cell = list[Any] | None


def confine() -> None:
    """Gives up what reading a file does not need. Each step is taken where the kernel grants it."""
    "".encode("cp437")  # old zip names; after this no file can be opened
    libc = ctypes.CDLL(None, use_errno=True)
    root = os.geteuid() == 0
    if hasattr(libc, "unshare"):  # Linux
        libc.unshare(CLONE_NEWNET if root else CLONE_NEWNET | CLONE_NEWUSER)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 3,  # the three that are open: no file and no socket besides
    }
    for limit, value in limits.items():
        _attempt(resource.setrlimit, limit, (value, value))
    if root:
        _attempt(os.setgroups, [])
        _attempt(os.setgid, NOBODY)
        _attempt(os.setuid, NOBODY)
    _attempt(resource.setrlimit, resource.RLIMIT_NPROC, (0, 0))


def _attempt(step: Any, *args: Any) -> None:
    try:
        step(*args)
    except (OSError, ValueError) as error:
        print(f"{step.__name__}: {error}", file=sys.stderr)


class Scan:
    """One pass over the sheet's XML: how far its cells reach, and which are errors or formulas.

    calamine lays out the rectangle between the outermost cells at once, so its size must be known before; and it
    hands over an error as an empty text and a formula as a plain value.
    """

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.first_row = self.first_column = SHEET_ROWS
        self.last_row = self.last_column = -1
        self.marks = array("Q")  # row, column, code in one number: a million formulas cost 8 MB
        self._row = -1
        self._row_text = ""
        self._column = 0
        self._cell: tuple[int, int] | None = None
        self._kind: str | None = None
        self._error: list[str] = []
        self._error_cell: tuple[int, int] | None = None
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start

    def run(self, file: io.BytesIO, part: Any) -> "Scan":
        gate.parse_xml(gate.inflate(file, part), part.orig_filename, self._parser)
        self._close_error()
        if any(later < earlier for earlier, later in itertools.pairwise(self.marks)):
            self.marks = array("Q", sorted(self.marks))
        rows, columns = self.last_row - self.first_row + 1, self.last_column - self.first_column + 1
        if self.last_row >= 0 and rows * columns > gate.MAX_CELLS:
            raise gate.refused("too_many_cells", sheet=self.sheet, rows=rows, columns=columns)
        return self

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._error_cell:
            self._close_error()
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            reference = attributes.get("r")
            row, column = self._position(reference) if reference else (self._row, self._column)
            self._cell = (row, column)
            self._column = column + 1
            self._kind = attributes.get("t")
        elif name in ("v", "f", "is"):
            if self._cell:
                self._value(name, self._cell)
        elif name == "row":
            self._cell, self._column = None, 0
            text = attributes.get("r")
            self._row = self._row_number(text) if text else self._row + 1
            self._row_text = str(self._row + 1)
        elif name not in ("t", "r"):
            self._cell = None  # past the cells: other parts of a sheet have elements named f

    def _value(self, name: str, cell: tuple[int, int]) -> None:
        row, column = cell
        if column >= gate.MAX_COLUMNS:
            raise gate.refused("too_many_columns", sheet=self.sheet, cell=cell_name(row, column))
        if row >= gate.MAX_ROWS:
            raise gate.refused("too_many_rows", sheet=self.sheet)
        if row > self.last_row:  # comparisons, as calls of min and max for each cell double the time
            self.last_row = row
        if row < self.first_row:
            self.first_row = row
        if column > self.last_column:
            self.last_column = column
        if column < self.first_column:
            self.first_column = column
        if name == "f":
            self._mark(cell, FORMULA)
        elif self._kind == "e" and name == "v":
            self._error_cell = cell
            self._parser.CharacterDataHandler = self._error.append

    def _close_error(self) -> None:
        cell, text = self._error_cell, "".join(self._error).strip()
        self._parser.CharacterDataHandler = None
        self._error_cell, self._error = None, []
        if cell and text:
            if text not in ERRORS:
                raise gate.refused("odd_error", cell=cell_name(*cell), value=text)
            self._mark(cell, ERRORS.index(text))

    def _mark(self, cell: tuple[int, int], code: int) -> None:
        self.marks.append((cell[0] << COLUMN_BITS | cell[1]) << CODE_BITS | code)

    def _position(self, reference: str) -> tuple[int, int]:
        digits = len(self._row_text)
        if reference[-digits:] == self._row_text:  # nearly always: the cell names its own row
            column = COLUMNS.get(reference[:-digits])
            if column is not None:
                return self._row, column
        match = REFERENCE.fullmatch(reference)
        if not match:
            raise gate.refused("bad_cell", sheet=self.sheet, cell=reference)
        return self._row_number(match[2]), column_index(match[1])

    def _row_number(self, text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 7 and 1 <= int(text) <= SHEET_ROWS):
            raise gate.refused("bad_cell", sheet=self.sheet, cell=text)
        return int(text) - 1


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


COLUMNS = {cell_name(0, column)[:-1]: column for column in range(gate.MAX_COLUMNS)}


def from_text(value: str) -> Cell:
    # Excel can spell a NUL (_x0000_), which no database text can hold.
    return ["s", value.replace("\0", "\N{REPLACEMENT CHARACTER}")] if value else None


def from_number(value: float) -> Cell:
    if not math.isfinite(value):
        return ["e", "#NUM!"]
    if value == int(value) and abs(value) < 1e15:
        return ["n", str(int(value))]
    return ["n", format(Decimal(f"{value:.15g}"), "f")]  # Excel keeps 15 digits: 0.1+0.2 is 0.3


def from_date(value: datetime.date) -> Cell:
    return ["d", value.isoformat()]


# A time of day or a span is no date: it travels as text, and a date column will say so.
TYPES: dict[type, Any] = {
    str: from_text,
    float: from_number,
    int: from_number,
    bool: lambda value: ["b", value],
    datetime.date: from_date,
    datetime.datetime: from_date,
    datetime.time: lambda value: ["s", value.isoformat()],
    datetime.timedelta: lambda value: ["s", str(value)],
}


def rows(sheet: Any, scan: Scan) -> Iterator[tuple[int, list[Cell]]]:
    """Rows that hold something, by Excel's own numbers, each as wide as the sheet."""
    if scan.last_row < 0:
        return
    start, end = sheet.start or (0, 0), sheet.end or (0, 0)
    if end[0] > scan.last_row or end[1] > scan.last_column:
        raise gate.refused("unreadable")  # two readers of one sheet disagree
    width = scan.last_column + 1
    marks = itertools.groupby(scan.marks, lambda mark: mark >> CODE_BITS + COLUMN_BITS)
    marked, group = next(marks, (-1, iter(())))
    # calamine leaves out empty columns on the left but not empty rows on top.
    values = itertools.chain(sheet.iter_rows(), itertools.repeat([]))
    for index, line in zip(range(scan.last_row + 1), values, strict=False):
        cells: list[Cell] = [None] * start[1] + [TYPES[type(value)](value) for value in line]
        cells += [None] * (width - len(cells))
        if index == marked:
            for mark in group:
                _apply(cells, mark)
            marked, group = next(marks, (-1, iter(())))
        if any(cells):
            yield index + 1, cells


def _apply(cells: list[Cell], mark: int) -> None:
    column, code = mark >> CODE_BITS & (1 << COLUMN_BITS) - 1, mark & (1 << CODE_BITS) - 1
    cell = cells[column]
    if code != FORMULA:
        cells[column] = ["e", ERRORS[code]]
    elif cell is None:
        cells[column] = ["f", ""]
    elif cell[0] == "b":
        cells[column] = ["f", "TRUE" if cell[1] else "FALSE"]
    elif cell[0] != "e":
        cells[column] = ["f", cell[1]]


def write(out: BinaryIO, file: io.BytesIO) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    book = gate.inspect(file)
    scan = Scan(book.sheet).run(file, book.part)
    file.seek(0)
    workbook = python_calamine.CalamineWorkbook.from_filelike(file)
    if len(workbook.sheet_names) != book.total:
        raise gate.refused("unreadable")
    sheet = workbook.get_sheet_by_index(book.place)
    meta = {"sheet": book.sheet, "sheets": book.visible, "hidden": book.hidden}
    meta |= {"rows": scan.last_row + 1, "columns": scan.last_column + 1}
    out.write(encode(meta).encode() + b"\n")
    for number, cells in rows(sheet, scan):
        line = encode([number, cells]).encode()
        if len(line) > gate.MAX_TEXT and (len(line) > gate.MAX_LINE or any(map(_is_long, cells))):
            raise gate.refused("long_text", row=number)
        out.write(line + b"\n")


def _is_long(cell: Cell) -> bool:
    return cell is not None and isinstance(cell[1], str) and len(cell[1]) > gate.MAX_TEXT


def main() -> int:
    confine()
    out = sys.stdout.buffer
    try:
        write(out, io.BytesIO(sys.stdin.buffer.read(gate.MAX_FILE + 1)))
    except gate.Refused as refusal:
        out.write(json.dumps({"refused": refusal.code, "message": refusal.message}).encode() + b"\n")
        out.flush()
        return REFUSED
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
