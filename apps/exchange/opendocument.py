"""An .ods as LibreOffice saves it: its package, and one pass over its cells before calamine lays them out.

A cell or a row that is repeated stands once in it: «repeated 1,048,576 times» is four signs in the file and gigabytes
in the reader. Standard library only, as gate.py.
"""

from typing import Any, BinaryIO, NamedTuple
from xml.parsers import expat

from apps.documents.packages import Parts, inflate, members_of, parse_xml
from apps.exchange import gate
from apps.exchange.scan import CODE_BITS, COLUMN_BITS, ERRORS, FORMULA, Scan

MIMETYPES = (
    b"application/vnd.oasis.opendocument.spreadsheet",
    b"application/vnd.oasis.opendocument.spreadsheet-template",
)
CONTENT, MANIFEST = "content.xml", "meta-inf/manifest.xml"
MAX_SHEETS = 300


class Sheet(NamedTuple):
    name: str
    shown: bool
    scan: Scan


def look_through(file: BinaryIO, size: int) -> list[Sheet]:
    """The sheets of a sound file, in its order."""
    parts, foreign = members_of(file, size)
    _check_kind(file, parts)
    if foreign:
        raise gate.refused("embedded")
    sheets = _Content().run(file, parts[CONTENT])
    if len({sheet.name for sheet in sheets}) != len(sheets):
        raise gate.refused("bad_xml", part=CONTENT)
    return sheets


def _check_kind(file: BinaryIO, parts: Parts) -> None:
    for name in ("mimetype", CONTENT):
        if name not in parts:
            raise gate.refused("wrong_ending" if "[content_types].xml" in parts else "missing_part", part=name)
    if b"".join(inflate(file, parts["mimetype"])).strip() not in MIMETYPES:
        raise gate.refused("wrong_ending", part="mimetype")
    if MANIFEST in parts and b"encryption-data" in b"".join(inflate(file, parts[MANIFEST])):
        raise gate.refused("encrypted")
    if any(name.startswith(("basic/", "scripts/")) for name in parts):
        raise gate.refused("macros")


class _Content:
    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._scan: Scan | None = None
        self._row = self._column = 0
        self._repeated = 1
        self._is_hidden = False
        self._cells: list[tuple[int, int, str, bool]] = []  # column, times, mark, whether it holds something
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []

    def run(self, file: BinaryIO, part: Any) -> list[Sheet]:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parse_xml(inflate(file, part), CONTENT, parser)
        for sheet in self.sheets:
            sheet.scan.check_size()
        return self.sheets

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style:style":
            self._style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)
        elif name in ("table:table-source", "table:cell-range-source", "table:dde-link", "office:dde-source"):
            raise gate.refused("external_links")
        elif name == "table:table":
            self._begin(attributes)
        elif name == "table:table-row" and self._scan is not None:
            self._repeated = _times(attributes, "table:number-rows-repeated")
            self._is_hidden = attributes.get("table:visibility", "visible") != "visible"
            self._column, self._cells = 0, []
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cell, self._text = attributes, []

    def _begin(self, attributes: dict[str, str]) -> None:
        title = attributes.get("table:name", "")
        if self._scan is not None or len(self.sheets) >= MAX_SHEETS:  # a table within a table
            raise gate.refused("bad_xml", part=CONTENT)
        self._scan = Scan(title)
        shown = attributes.get("table:style-name", "") not in self._hidden_styles
        self.sheets.append(Sheet(title, shown and attributes.get("table:display") != "false", self._scan))
        self._row = 0

    def _characters(self, text: str) -> None:
        if self._cell is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if name in ("table:table-cell", "table:covered-table-cell") and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif name == "table:table-row" and self._scan is not None:
            self._end_row(self._scan)
        elif name == "table:table":
            self._scan = None

    def _end_cell(self, attributes: dict[str, str]) -> None:
        text = "".join(self._text).strip()
        is_formula = "table:formula" in attributes
        is_filled = bool(text) or "office:value-type" in attributes or is_formula
        mark = text if is_formula and (text in ERRORS[1:] or text.startswith("Err:")) else "=" if is_formula else ""
        times = _times(attributes, "table:number-columns-repeated")
        if is_filled:
            self._cells.append((self._column, times, mark, True))
        spanned = _times(attributes, "table:number-rows-spanned")
        if spanned > 1 and self._column < gate.MAX_COLUMNS and self._scan is not None:
            self._scan.merges.append((self._row, self._column, self._row + spanned - 1))
        self._column += times

    def _end_row(self, scan: Scan) -> None:
        if self._cells:
            last = self._row + self._repeated - 1
            if last >= gate.MAX_ROWS:
                raise gate.refused("too_many_rows", sheet=scan.sheet)
            right = self._cells[-1][0] + self._cells[-1][1] - 1
            if right >= gate.MAX_COLUMNS:
                raise gate.refused("too_many_columns", sheet=scan.sheet, cell=f"{last + 1}")
            scan.first_row = min(scan.first_row, self._row)
            scan.first_column = min(scan.first_column, self._cells[0][0])
            scan.last_row, scan.last_column = last, max(scan.last_column, right)
            scan.rows += self._repeated
            scan.hidden_rows += self._repeated if self._is_hidden else 0
            self._mark(scan)
        self._row += self._repeated

    def _mark(self, scan: Scan) -> None:
        marked = [(column + n, mark) for column, times, mark, _filled in self._cells if mark for n in range(times)]
        for row in range(self._row, self._row + self._repeated) if marked else ():
            for column, mark in marked:
                code = FORMULA if mark == "=" else ERRORS.index(mark) if mark in ERRORS else ERRORS.index("#VALUE!")
                scan.marks.append((row << COLUMN_BITS | column) << CODE_BITS | code)


def _times(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= 7):
        raise gate.refused("bad_xml", part=CONTENT)
    return max(1, int(text))
