"""A sheet's XML taken apart into rows, for `scan.Scan` to judge.

Nearly every writer spells rows and cells in one way, and most rows of a sheet differ in nothing but their values:
`Blocks` takes each such shape apart once. Any other XML goes event by event (`Events`), several times slower.
Standard library only, as gate.py.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO
from xml.parsers import expat

from apps.exchange import gate
from apps.exchange.scan import NO_STYLES, TRUE, CellSpelt, Scan, Shape, cell_name, column_index

BLOCK = 1024 * 1024  # a row longer than this goes event by event
MANY = 10_000  # shapes kept; a true sheet has some hundreds
TELL_EVERY = 1000  # rows
STYLE_DIGITS = 9  # more styles than a file can hold

_UTF8 = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml(?:(?!encoding)[^<>])*(?:encoding=["'](?i:utf-?8)["'][^<>]*)?\?>|<[^?])"""
)
_START = re.compile(rb"<((?:[a-z]\w*:)?)sheetData(?:\s[^<>]*?)?(/?)>")
_ROW = re.compile(rb"""\s*<row r="([1-9][0-9]{0,6})"([^<>'&]*)>""")
_TEXT = re.compile(rb">[^<]+")
_VALUE = re.compile(rb"<v(?:>([^<]*)| ?/>)")
_STYLE = re.compile(rb"""(\ss="[0-9]+)\"""")
# A cell without its texts and without the number of its row.
_CELL = re.compile(
    rb"""<c r="([A-Z]{1,3})([0-9]*)"(?: s="([0-9]*)x?")?(?: t="([A-Za-z]+)")?(?: s="([0-9]*)x?")?"""
    rb"""(?: ?/>|>((<f(?: ?/>|></f>| [^<>'&]*(?:/>|></f>)))?"""
    rb"""(?:(<v(?:></v>| ?/>))|<is><t(?:(?: [^<>'&]*)?></t>| ?/>)</is>)?)</c>)"""
)
_HIDDEN = re.compile(rb"""\s(?:hidden="(?:1|true)"|ht="0(?:\.0*)?")""")


class UnusualError(Exception):
    """Not spelt as most writers spell it."""


def look_through(
    file: BinaryIO,
    part: Any,
    sheet: str,
    told: Callable[[int], None] = lambda rows: None,
    styles: Mapping[int, int] = NO_STYLES,
) -> Scan:
    scan = Scan(sheet, told, styles)
    try:
        Blocks(scan).run(file, part)
    except UnusualError:
        scan = Scan(sheet, told, styles)
        Events(scan).run(file, part)
    scan.tell()
    scan.check_size()
    return scan


class Blocks:
    """The usual spelling, some rows at a time. The parser runs along, so that what is taken apart is true XML."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.shapes: dict[bytes, Shape] = {}
        self.prefix = b""  # before every name, as some libraries write
        self.end = b"</sheetData>"
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = scan.around

    def run(self, file: BinaryIO, part: Any) -> None:
        gate.parse_xml(self._pieces(gate.inflate(file, part)), part.orig_filename, self.parser)

    def _pieces(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Hands the parser all that comes, and takes the rows apart behind it."""
        rest, is_empty = yield from self._head(chunks)
        if not is_empty:
            self.parser.StartElementHandler = None  # between the cells its events would cost more than all else
            while self.end not in rest:
                rest = self._rows(rest)
                chunk = next(chunks, None)
                if chunk is None:
                    raise UnusualError
                # The end of the cells may lie across two chunks: the parser gets a chunk when it is known to hold none.
                rest += chunk
                if self.end not in rest:
                    yield chunk
                else:
                    tail = len(rest) - rest.index(self.end) - len(self.end)
                    yield chunk[: len(chunk) - tail]
            body, _, tail_bytes = rest.partition(self.end)
            if self._rows(body).strip():
                raise UnusualError
            self.parser.StartElementHandler = self.scan.around
            yield tail_bytes
        yield from chunks

    def _head(self, chunks: Iterator[bytes]) -> Any:
        """To the beginning of the cells; returns what follows of its piece, and whether there are none."""
        head, found = b"", None
        for chunk in chunks:
            head += chunk
            found = _START.search(head)
            if found or len(head) > BLOCK:
                break
        if not found or b"<!" in head[: found.start()] or not _UTF8.match(head):
            raise UnusualError
        yield head[: found.end()]
        self.prefix, self.end = found[1], b"</" + found[1] + b"sheetData>"
        rest, is_empty = head[found.end() :], bool(found[2])
        if is_empty or self.end not in rest:
            yield rest
        else:
            yield rest[: rest.index(self.end) + len(self.end)]
        return rest, is_empty

    def _rows(self, block: bytes) -> bytes:
        """Takes whole rows and returns what is left over."""
        whole, _, rest = block.rpartition(b"</" + self.prefix + b"row>")
        if len(rest) > BLOCK:
            raise UnusualError
        if self.prefix:  # no text and no attribute holds the sign before it
            whole = whole.replace(b"<" + self.prefix, b"<").replace(b"</" + self.prefix, b"</")
        rows = whole.split(b"</row>") if whole else []
        for row in rows:
            while head := _ROW.match(row):
                is_whole = not head[2].endswith(b"/")
                self._row(head, row[head.end() :] if is_whole else b"")
                if is_whole:
                    break
                row = row[head.end() :]
            else:
                raise UnusualError
        self.scan.tell()
        return rest

    def _row(self, head: "re.Match[bytes]", content: bytes) -> None:
        number = head[1]
        row = self.scan.row(number.decode())
        spelt = _TEXT.sub(b">", content)
        if self.scan.styles:  # so that no number of a style is taken for that of the row
            spelt = _STYLE.sub(rb'\1x"', spelt)
        spelt = spelt.replace(number + b'"', b'"')
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
            letters, digits, style, kind, style_behind, body, formula, value = found.groups()
            if digits:  # not the number of the row
                raise gate.refused("cell_twice", sheet=self.scan.sheet, cell=(letters + digits).decode())
            column = column_index(letters.decode())
            number = int((style or style_behind or b"0")[:STYLE_DIGITS])
            cells.append(CellSpelt(column, kind or b"", number, bool(body), formula is not None, value is not None))
        if end != len(spelt):
            raise UnusualError
        return self.scan.shape(row, cells)


class Events:
    """Any spelling: prefixes, other encodings, comments, cells and rows that do not say where they are."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self._inside = False  # between the cells
        self._row: int | None = None
        self._hidden = False
        self._cells: list[CellSpelt] = []
        self._digits = "?"  # the number of the row that is open, as its cells say it
        self._column, self._kind, self._style = -1, "", 0  # of the cell that is open, or was last
        self._columns: dict[str, int] = {}  # by their letters
        self._parts: set[str] = set()  # of the cell that is open
        self._values: list[bytes] = []
        self._in_cell = False
        self._text: list[str] | None = None
        self._seen = 0
        self._names: dict[str, str] = {}  # without their prefixes
        self._shapes: dict[tuple[CellSpelt, ...], Shape] = {}
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def run(self, file: BinaryIO, part: Any) -> None:
        gate.parse_xml(gate.inflate(file, part), part.orig_filename, self.parser)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = self._names.get(name) or self._names.setdefault(name, name.rpartition(":")[2])
        if not self._inside:
            self.scan.around(name, attributes)
            self._inside = local == "sheetData"
        elif local == "row":
            self._row = self.scan.row(attributes.get("r"))
            self._digits, self._column = str(self._row + 1), -1
            height = attributes.get("ht", "")
            self._hidden = attributes.get("hidden") in TRUE or (height.startswith("0") and not height.strip("0."))
        elif local == "c":
            self._cell(attributes)
        elif self._in_cell and local in ("v", "f", "is"):
            self._content(local)

    def _cell(self, attributes: dict[str, str]) -> None:
        reference, scan = attributes.get("r"), self.scan
        if self._row is None or self._in_cell:
            raise gate.refused("bad_cell", sheet=scan.sheet, cell=reference or "")
        self._column = self._place(reference, self._row) if reference else self._column + 1
        self._kind, self._in_cell, self._parts = attributes.get("t", ""), True, set()
        style = attributes.get("s", "0")
        self._style = int(style) if style.isascii() and style.isdecimal() and len(style) <= STYLE_DIGITS else 0

    def _place(self, reference: str, row: int) -> int:
        """The column. Rows and columns repeat a thousand times, so neither is read anew for each cell."""
        if reference.endswith(self._digits):
            column = self._columns.get(reference[: -len(self._digits)])
            if column is not None:
                return column
        at, column = self.scan.position(reference)
        if at != row:
            raise gate.refused("cell_twice", sheet=self.scan.sheet, cell=cell_name(at, column))
        if reference.endswith(self._digits):
            self._columns[reference[: -len(self._digits)]] = column
        return column

    def _content(self, local: str) -> None:
        if local in self._parts or {"v", "is"} <= {local, *self._parts}:
            cell = cell_name(self._row or 0, self._column)
            raise gate.refused("cell_twice", sheet=self.scan.sheet, cell=cell)
        self._parts.add(local)
        self._text = [] if local == "v" else None

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        local = self._names.get(name)
        if not self._inside:
            return
        if local == "v" and self._text is not None:
            self._values.append("".join(self._text).encode())
            self._text = None
        elif local == "c" and self._in_cell:
            parts = self._parts
            spelt = CellSpelt(self._column, self._kind.encode(), self._style, bool(parts), "f" in parts, "v" in parts)
            self._cells.append(spelt)
            self._in_cell = False
        elif local == "row":
            self._take()
        elif local == "sheetData":
            self._inside = False

    def _take(self) -> None:
        if self._row is not None and self._cells:
            key = tuple(self._cells)
            shape = self._shapes.get(key)
            if shape is None:
                if len(self._shapes) >= MANY:
                    self._shapes.clear()
                shape = self._shapes[key] = self.scan.shape(self._row, self._cells)
            self.scan.take(self._row, self._hidden, shape, self._values)
        self._row, self._cells, self._values = None, [], []
        self._seen += 1
        if self._seen % TELL_EVERY == 0:
            self.scan.tell()
