"""Reads one sheet in a process that is thrown away afterwards: `python -I child.py PLACE [ENDING] < file.xlsx`.

PLACE is the sheet's place among the visible ones, from 0; ENDING is the file's: xlsx, xls, ods, csv. Hostile files
abort or swell their reader; here that costs one process without rights, network or memory to spare, and a heavy one is
ended by the kernel (parse.py says why).
On standard output, one JSON value a line: first {"sheet", "sheets", …} (parse.Meta), then a line
[row number, [cell, …]] for each row that is not blank. A cell is null or a text whose first letter is its kind:
s text (and a number whose format shows another thing: formats.py), n number as text, d ISO date or date and time,
b truth ("b1", "b0"), e error ("e#REF!"), f value shown by a formula, t the same where it is a text that begins with a
digit. A refusal is the line {"refused": code, "message": …} and exit code 3.
"""

import codecs
import datetime
import importlib.util
import io
import itertools
import json
import math
import os
import sys
import types
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

import python_calamine


def _load(name: str, app: str = "exchange") -> Any:
    """By its path: with this folder on the search path, our `resource` and the like would pose as Python's own."""
    path = os.path.join(os.path.dirname(os.path.dirname(__file__)), app, f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"apps.{app}.{name}", path)
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    setattr(sys.modules[f"apps.{app}"], name, module)
    spec.loader.exec_module(module)
    return module


if "apps" not in sys.modules:  # the project is not here: empty packages for what is loaded of it
    for package in ("apps", "apps.documents", "apps.exchange"):
        sys.modules[package] = types.ModuleType(package)
confined = _load("confined", "documents")
_load("packages", "documents")
gate = _load("gate")
scanning = _load("scan")
formats = _load("formats")
spelling = _load("spelling")
modules: dict[str, Any] = {}  # of the endings that have one of their own


def prepare(ending: str) -> None:
    """What reads a file of that ending: afterwards nothing can be loaded any more."""
    if ending in OWN:
        modules[ending] = _load(OWN[ending])
    if ending == "xls":
        modules["biff"] = _load("biff")


REFUSED = 3
OWN = {"ods": "opendocument", "xls": "oldbook", "csv": "plaintext"}
CPU_HARD = 120
MERGES_TOLD = 1000
SMALLEST, LARGEST = 1e-15, 1e21  # of numbers that are told digit by digit
BYTES_OF_A_ROW = 50  # of an .xls, at least
NUL = "\\u0000"  # Excel can spell one (_x0000_), which no database text can hold
CSV = "CSV"  # a text has no sheets: what stands for the name of one

Cell = str | None


def confine() -> None:
    for code in ("cp437", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):  # after this no file can be opened
        codecs.lookup(code)  # of old zip names, of texts
    confined.confine(gate.MEMORY)
    allow(0)


def allow(rows: int) -> None:
    """So much work for a sheet of so many rows."""
    confined.allow(math.ceil(gate.CPU_SECONDS * (1 + rows / gate.CPU_ROWS)), CPU_HARD)


def from_text(value: str) -> Cell:
    return "s" + value if value else None


def from_number(value: float) -> Cell:
    if not math.isfinite(value):
        return "e#NUM!"
    if value and not SMALLEST <= abs(value) < LARGEST:
        return f"s{value:.6G}"  # as Excel shows it: nobody counts three hundred zeros
    if value == int(value) and abs(value) < 1e15:
        return f"n{int(value)}"
    return "n" + format(Decimal(f"{value:.15g}"), "f")  # Excel keeps 15 digits: 0.1+0.2 is 0.3


def from_date(value: datetime.date) -> Cell:
    return "d" + value.isoformat()


def from_span(value: datetime.timedelta) -> Cell:
    """As Excel shows it: 30:00:00 for a day and six hours."""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"s{hours}:{minutes:02}:{seconds:02}"


# A time of day or a span is no date: it travels as text, and a date column will say so.
TYPES: dict[type, Any] = {
    str: from_text,
    float: from_number,
    int: from_number,
    bool: lambda value: "b1" if value else "b0",
    datetime.date: from_date,
    datetime.datetime: from_date,
    datetime.time: lambda value: "s" + value.isoformat(),
    datetime.timedelta: from_span,
}


def rows(sheet: Any, scan: Any) -> Iterator[tuple[int, list[Cell]]]:
    """Rows that hold something, by Excel's own numbers, each as wide as the sheet."""
    if scan.last_row < 0:
        return
    start, end = sheet.start or (0, 0), sheet.end or (0, 0)
    if end[0] > scan.last_row or end[1] > scan.last_column:
        raise gate.refused("unreadable")  # two readers of one sheet disagree
    width = scan.last_column + 1
    marks = itertools.groupby(scan.marks, lambda mark: mark >> scanning.CODE_BITS + scanning.COLUMN_BITS)
    marked, group = next(marks, (-1, iter(())))
    merged = Merged(scan.merges)
    # calamine leaves out empty columns on the left but not empty rows on top.
    values = itertools.chain(sheet.iter_rows(), itertools.repeat([]))
    for index, line in zip(range(scan.last_row + 1), values, strict=False):
        cells: list[Cell] = [
            ("s" + value if value else None) if value.__class__ is str else TYPES[type(value)](value) for value in line
        ]
        cells = [None] * start[1] + cells + [None] * (width - start[1] - len(cells))
        if index == marked:
            for mark in group:
                _apply(cells, mark, scan.formats)
            marked, group = next(marks, (-1, iter(())))
        if any(cells):
            merged.fill(index, cells)
            yield index + 1, cells


class Merged:
    """Cells merged over several rows: the value of the first is what people see in all of them, whatever some
    programmes leave below it.
    """

    def __init__(self, merges: list[tuple[int, int, int]]) -> None:
        self._coming = sorted(merges, reverse=True)
        self._open: dict[int, tuple[int, Cell]] = {}

    def fill(self, row: int, cells: list[Cell]) -> None:
        for column, (last, value) in list(self._open.items()):
            if row > last:
                del self._open[column]
            else:
                cells[column] = value
        while self._coming and self._coming[-1][0] <= row:
            first, column, last = self._coming.pop()
            if first == row and column < len(cells) and cells[column] is not None:
                self._open[column] = (last, cells[column])


def _apply(cells: list[Cell], mark: int, odd: list[Any]) -> None:
    column = mark >> scanning.CODE_BITS & (1 << scanning.COLUMN_BITS) - 1
    code = mark & (1 << scanning.CODE_BITS) - 1
    cell = cells[column]
    if code >= scanning.FORMATS:
        cells[column] = _as_shown(cell, odd[code - scanning.FORMATS])
    elif code != scanning.FORMULA:
        cells[column] = "e" + scanning.ERRORS[code]
    elif cell is None:
        cells[column] = "f"
    elif cell[0] == "b":
        cells[column] = "fTRUE" if cell[1] == "1" else "fFALSE"
    elif cell[0] == "s" and cell[1:2].isdecimal():  # a code that a formula gives as a text has all its zeros
        cells[column] = "t" + cell[1:]
    elif cell[0] != "e":
        cells[column] = "f" + cell[1:]


def _as_shown(cell: Cell, odd: Any) -> Cell:
    """A number that its format shows as something else is what is seen."""
    if cell is None or cell[0] == "e" or not (text := odd.shown(cell[1:])):
        return cell
    return ("t" if cell[0] in "ft" else "s") + text


def write(out: BinaryIO, file: io.BytesIO, place: int, ending: str = "xlsx") -> None:
    meta, lines = READERS[ending](file, place)
    out.write(_encode(meta).encode() + b"\n")
    for number, cells in lines:
        text = _encode([number, cells])
        if NUL in text:
            text = _encode([number, [cell and cell.replace("\0", "\N{REPLACEMENT CHARACTER}") for cell in cells]])
        line = text.encode()
        if len(line) > gate.MAX_TEXT and (len(line) > gate.MAX_LINE or any(map(_is_long, cells))):
            raise gate.refused("long_text", row=number)
        out.write(line + b"\n")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
Read = tuple[dict[str, Any], Iterator[tuple[int, list[Cell]]]]


def read_xlsx(file: io.BytesIO, place: int) -> Read:
    book = gate.inspect(file, place)
    if b"\0" in next(gate.inflate(file, book.part), b"")[:100]:  # sixteen bits: the library would find no cell in it
        raise gate.refused("unreadable")
    styles, odd = formats.odd_formats(file, book.styles) if book.styles else ({}, [])
    scan = spelling.look_through(file, book.part, book.sheet, allow, styles)
    scan.formats = odd
    workbook = _opened(file)
    if len(workbook.sheet_names) != book.total:
        raise gate.refused("unreadable")
    meta = {"sheet": book.sheet, "place": place, "sheets": book.visible, "filled": book.filled, "hidden": book.hidden}
    return meta | _extent(scan), rows(workbook.get_sheet_by_index(book.place), scan)


def read_ods(file: io.BytesIO, place: int) -> Read:
    sheets, plain = modules["ods"].look_through(file, gate.check_envelope(file))
    allow(sum(sheet.scan.last_row + 1 for sheet in sheets))
    workbook = _opened(plain)
    if workbook.sheet_names != [sheet.name for sheet in sheets]:
        raise gate.refused("unreadable")
    shown = [(at, sheet) for at, sheet in enumerate(sheets) if sheet.shown]
    if not 0 <= place < len(shown):
        raise gate.refused("no_sheet")
    at, sheet = shown[place]
    meta = {
        "sheet": sheet.name,
        "place": place,
        "sheets": [one.name for _at, one in shown],
        "filled": [one.name for _at, one in shown if one.scan.last_row >= 0],
        "hidden": len(sheets) - len(shown),
    }
    return meta | _extent(sheet.scan), rows(workbook.get_sheet_by_index(at), sheet.scan)


def read_xls(file: io.BytesIO, place: int) -> Read:
    """Calamine tells neither formulas nor errors, hidden or merged cells of it: those the records tell."""
    content = modules["xls"].checked(file)
    allow(len(content) // BYTES_OF_A_ROW)
    workbook = _opened(file)
    kinds, visible = python_calamine.SheetTypeEnum, python_calamine.SheetVisibleEnum.Visible
    if any(one.typ in (kinds.MacroSheet, kinds.Vba) for one in workbook.sheets_metadata):
        raise gate.refused("macros")
    listed = list(enumerate(workbook.sheets_metadata))
    shown = [at for at, one in listed if one.visible == visible and one.typ == kinds.WorkSheet]
    if not 0 <= place < len(shown):
        raise gate.refused("no_sheet")
    names = workbook.sheet_names
    sheet = workbook.get_sheet_by_index(shown[place])
    filled = [names[at] for at in shown if workbook.get_sheet_by_index(at).end is not None]
    scan = scanning.Scan(names[shown[place]])
    if sheet.end is not None:
        (scan.first_row, scan.first_column), (scan.last_row, scan.last_column) = sheet.start or (0, 0), sheet.end
        if scan.last_column >= gate.MAX_COLUMNS:
            cell = scanning.cell_name(scan.last_row, scan.last_column)
            raise gate.refused("too_many_columns", sheet=scan.sheet, cell=cell)
        scan.check_size()
        book = modules["biff"].book_of(content)
        if len(book.sheets) != len(names):
            raise gate.refused("unreadable")  # two readers of one book disagree
        modules["biff"].tell(book, shown[place], scan)
    meta = {"sheet": scan.sheet, "place": place, "sheets": [names[at] for at in shown], "filled": filled}
    return meta | {"hidden": len(names) - len(shown)} | _extent(scan), rows(sheet, scan)


def read_csv(file: io.BytesIO, place: int) -> Read:
    text = modules["csv"].Text(file)
    if place:
        raise gate.refused("no_sheet")
    allow(text.lines)
    scan = scanning.Scan(CSV)
    scan.last_row, scan.last_column = text.lines - 1, text.columns - 1
    meta = {"sheet": CSV, "place": 0, "sheets": [CSV], "filled": [CSV], "hidden": 0}
    return meta | _extent(scan), _lines(text)


def _lines(text: Any) -> Iterator[tuple[int, list[Cell]]]:
    for number, line in enumerate(text.rows(), 1):
        if number > gate.MAX_ROWS:
            raise gate.refused("too_many_rows", sheet=CSV)
        if len(line) > gate.MAX_COLUMNS:
            if any(line[gate.MAX_COLUMNS :]):
                cell = scanning.cell_name(number - 1, gate.MAX_COLUMNS)
                raise gate.refused("too_many_columns", sheet=CSV, cell=cell)
            line = line[: gate.MAX_COLUMNS]
        cells = [from_text(_unquoted(value)) for value in line]
        if any(cells):
            yield number, cells


def _unquoted(value: str) -> str:
    """«="0100109106"» is how some programmes keep the zeros of a code."""
    return value[2:-1] if value.startswith('="') and value.endswith('"') and value.count('"') == 2 else value


def _opened(file: BinaryIO) -> Any:
    file.seek(0)
    return python_calamine.CalamineWorkbook.from_filelike(file)


def _extent(scan: Any) -> dict[str, Any]:
    return {
        "rows": scan.last_row + 1,
        "columns": scan.last_column + 1,
        "hidden_rows": scan.hidden_rows,
        "hidden_columns": scan.hidden_columns,
        "merges": scan.merges[:MERGES_TOLD],
    }


READERS = {"xlsx": read_xlsx, "ods": read_ods, "xls": read_xls, "csv": read_csv}


def _is_long(cell: Cell) -> bool:
    return cell is not None and len(cell) > gate.MAX_TEXT + 1


def main() -> int:
    ending = sys.argv[2] if len(sys.argv) > 2 else "xlsx"
    prepare(ending)
    confine()
    out = sys.stdout.buffer
    try:
        place = int(sys.argv[1]) if len(sys.argv) > 1 else 0
        write(out, io.BytesIO(sys.stdin.buffer.read(gate.MAX_FILE + 1)), place, ending)
    except gate.Refused as refusal:
        return _refuse(out, refusal)
    except MemoryError:
        return _refuse(out, gate.refused("too_heavy"))
    except BaseException as error:  # the library's panics are no Exception; no traceback tells a person anything
        print(f"{type(error).__name__}: {error}"[:300], file=sys.stderr)
        return _refuse(out, gate.refused("unreadable"))
    out.flush()
    return 0


def _refuse(out: BinaryIO, refusal: Any) -> int:
    out.write(json.dumps({"refused": refusal.code, "message": refusal.message}).encode() + b"\n")
    out.flush()
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
