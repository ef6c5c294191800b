"""One pass over a sheet's XML before its cells are read: how far they reach, and what the library does not tell.

calamine lays out the rectangle between the outermost cells at once, so its size must be known before. It hands over
an error as an empty text and a formula as a plain value, keeps the last of two cells that claim one place, and takes a
text index that is no number for the first text of the file.

Nearly every writer spells rows and cells in one way, and most rows of a sheet differ in nothing but their values: `Blocks`
takes each such shape apart once. Any other XML goes event by event (`Events`), several times slower. Both hand whole
rows to `Scan.take`, which alone judges them. Standard library only, as gate.py.
"""

import itertools
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, NamedTuple
from xml.parsers import expat

from apps.exchange import gate

FORMULA = 0
ERRORS = ("", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")  # those calamine reads
SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 16_384
COLUMN_BITS, CODE_BITS = 8, 4
INDEX_DIGITS = 9  # of a text index: as many texts as a file can hold
MANY = 10_000  # shapes kept; a true sheet has some hundreds
TELL_EVERY = 1000  # rows
BLOCK = 1024 * 1024  # a row longer than this goes event by event

REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.IGNORECASE)
_START = re.compile(rb"<sheetData(?:\s[^<>]*?)?(/?)>")
_END = b"</sheetData>"
_ROW = re.compile(rb"""\s*<row r="([1-9][0-9]{0,6})"([^<>'&]*)>""")
_TEXT = re.compile(rb">[^<]+")
_VALUE = re.compile(rb"<v>([^<]*)")
# A cell without its texts and without the number of its row.
_CELL = re.compile(
    rb"""<c r="([A-Z]{1,3})([0-9]*)"(?: s="[0-9]*")?(?: t="([A-Za-z]+)")?(?: s="[0-9]*")?"""
    rb"""(?:/>|>((<f(?:/>|></f>| [^<>'&]*(?:/>|></f>)))?(<v></v>)?(?:<is><t(?: [^<>'&]*)?></t></is>)?)</c>)"""
)
_HIDDEN = re.compile(rb"""\s(?:hidden="(?:1|true)"|ht="0(?:\.0*)?")""")
TRUE = ("1", "true")

Merge = tuple[int, int, int]  # first row, column, last row: only what spans rows


class _UnusualError(Exception):
    """Not spelt as most writers spell it."""


class CellSpelt(NamedTuple):
    column: int
    kind: bytes
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


BLANK = Shape(-1, -1, (), (), (), ())


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
    """Rows and columns count from 0. `told(rows)` hears now and then how many rows were found."""

    def __init__(self, sheet: str, told: Callable[[int], None] = lambda rows: None) -> None:
        self.sheet, self._told = sheet, told
        self._begin()

    def _begin(self) -> None:
        self.rows = self.hidden_rows = 0  # that hold something
        self.hidden_columns: list[int] = []
        self.merges: list[Merge] = []
        self.first_row, self.first_column = SHEET_ROWS, SHEET_COLUMNS
        self.last_row = self.last_column = -1
        self.marks = array("Q")  # row, column, code in one number: a million formulas cost 8 MB
        self._row = -1
        self._sheets = 0  # how many times the cells began
        self._indexes: list[bytes] = []  # of texts, not yet looked at

    def run(self, file: IO[bytes], part: Any) -> "Scan":
        try:
            Blocks(self).run(file, part)
        except _UnusualError:
            self._begin()
            Events(self).run(file, part)
        rows, columns = self.last_row - self.first_row + 1, self.last_column - self.first_column + 1
        if self.last_row >= 0 and rows * columns > gate.MAX_CELLS:
            raise gate.refused("too_many_cells", sheet=self.sheet, rows=rows, columns=columns)
        self.tell()
        return self

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
        elif local == "col" and attributes.get("hidden") in TRUE:
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
        )

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
        if joined and (not joined.isdigit() or longest > INDEX_DIGITS):
            raise gate.refused("bad_text_index", sheet=self.sheet)
        self._indexes.clear()


class Blocks:
    """The usual spelling, some rows at a time. The parser runs along, so that what is taken apart is true XML."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.shapes: dict[bytes, Shape] = {}
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = scan.around

    def run(self, file: IO[bytes], part: Any) -> None:
        gate.parse_xml(self._pieces(gate.inflate(file, part)), part.orig_filename, self.parser)

    def _pieces(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Hands the parser all that comes, and takes the rows apart behind it."""
        rest, is_empty = yield from self._head(chunks)
        if not is_empty:
            self.parser.StartElementHandler = None  # between the cells its events would cost more than all else
            while _END not in rest:
                rest = self._rows(rest)
                chunk = next(chunks, None)
                if chunk is None:
                    raise _UnusualError
                # The end of the cells may lie across two chunks: the parser gets a chunk when it is known to hold none.
                rest += chunk
                if _END not in rest:
                    yield chunk
                else:
                    tail = len(rest) - rest.index(_END) - len(_END)
                    yield chunk[: len(chunk) - tail]
            body, _, tail_bytes = rest.partition(_END)
            if self._rows(body).strip():
                raise _UnusualError
            self.parser.StartElementHandler = self.scan.around
            yield tail_bytes
        yield from chunks

    def _head(self, chunks: Iterator[bytes]) -> Any:
        """To the beginning of the cells; returns what follows of its piece, and whether there are none."""
        head = b""
        for chunk in chunks:
            head += chunk
            found = _START.search(head)
            if found or len(head) > BLOCK:
                break
        if not found or b"<!" in head[: found.start()] or b"encoding" in head[:200] and b"UTF-8" not in head[:200].upper():
            raise _UnusualError
        yield head[: found.end()]
        rest, is_empty = head[found.end() :], bool(found[1])
        if is_empty:
            yield rest
        elif _END not in rest:
            yield rest
        else:
            yield rest[: rest.index(_END) + len(_END)]
        return rest, is_empty

    def _rows(self, block: bytes) -> bytes:
        """Takes whole rows and returns what is left over."""
        *rows, rest = block.split(b"</row>")
        if len(rest) > BLOCK:
            raise _UnusualError
        for row in rows:
            while head := _ROW.match(row):
                is_whole = not head[2].endswith(b"/")
                self._row(head, row[head.end() :] if is_whole else b"")
                if is_whole:
                    break
                row = row[head.end() :]
            else:
                raise _UnusualError
        self.scan.tell()
        return rest

    def _row(self, head: "re.Match[bytes]", content: bytes) -> None:
        number = head[1]
        row = self.scan.row(number.decode())
        spelt = _TEXT.sub(b">", content).replace(number + b'"', b'"')
        shape = self.shapes.get(spelt)
        if shape is None:
            if len(self.shapes) >= MANY:
                self.shapes.clear()
            shape = self.shapes[spelt] = self._shape(row, spelt)
        hidden = b"h" in head[2] and _HIDDEN.search(head[2]) is not None
        self.scan.take(row, hidden, shape, _VALUE.findall(content) if shape.values else ())

    def _shape(self, row: int, spelt: bytes) -> Shape:
        cells, end = [], 0
        for found in _CELL.finditer(spelt):
            if found.start() != end:
                break
            end = found.end()
            letters, digits, kind, body, formula, value = found.groups()
            if digits:  # not the number of the row
                raise gate.refused("cell_twice", sheet=self.scan.sheet, cell=(letters + digits).decode())
            column = column_index(letters.decode())
            cells.append(CellSpelt(column, kind or b"", bool(body), formula is not None, value is not None))
        if end != len(spelt):
            raise _UnusualError
        return self.scan.shape(row, cells)


class Events:
    """Any spelling: prefixes, other encodings, comments, cells and rows that do not say where they are."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self._inside = False  # between the cells
        self._row: int | None = None
        self._hidden = False
        self._cells: list[CellSpelt] = []
        self._parts: set[str] = set()  # of the cell that is open
        self._values: list[bytes] = []
        self._in_cell = False
        self._text: list[str] | None = None
        self._seen = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def run(self, file: IO[bytes], part: Any) -> None:
        gate.parse_xml(gate.inflate(file, part), part.orig_filename, self.parser)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if not self._inside:
            self.scan.around(name, attributes)
            self._inside = local == "sheetData"
        elif local == "row":
            self._row = self.scan.row(attributes.get("r"))
            height = attributes.get("ht", "")
            self._hidden = attributes.get("hidden") in TRUE or (height.startswith("0") and not height.strip("0."))
        elif local == "c":
            self._cell(attributes)
        elif self._in_cell and local in ("v", "f", "is"):
            self._content(local)

    def _cell(self, attributes: dict[str, str]) -> None:
        reference, scan = attributes.get("r"), self.scan
        if self._row is None:
            raise gate.refused("bad_cell", sheet=scan.sheet, cell=reference or "")
        before = self._cells[-1].column if self._cells else -1
        row, column = scan.position(reference) if reference else (self._row, before + 1)
        if row != self._row:
            raise gate.refused("cell_twice", sheet=scan.sheet, cell=cell_name(row, column))
        self._cells.append(CellSpelt(column, attributes.get("t", "").encode(), False, False, False))
        self._in_cell, self._parts = True, set()

    def _content(self, local: str) -> None:
        if local in self._parts:
            cell = cell_name(self._row or 0, self._cells[-1].column)
            raise gate.refused("cell_twice", sheet=self.scan.sheet, cell=cell)
        self._parts.add(local)
        self._text = [] if local == "v" else None

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if not self._inside:
            return
        if local == "v" and self._text is not None:
            self._values.append("".join(self._text).encode())
            self._text = None
        elif local == "c" and self._in_cell:
            self._cells[-1] = self._cells[-1]._replace(
                is_filled=bool(self._parts), is_formula="f" in self._parts, has_value="v" in self._parts
            )
            self._in_cell = False
        elif local == "row":
            self._take()
        elif local == "sheetData":
            self._inside = False

    def _take(self) -> None:
        if self._row is not None and self._cells:
            self.scan.take(self._row, self._hidden, self.scan.shape(self._row, self._cells), self._values)
        self._row, self._cells, self._values = None, [], []
        self._seen += 1
        if self._seen % TELL_EVERY == 0:
            self.scan.tell()
