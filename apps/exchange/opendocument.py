"""An .ods as LibreOffice saves it: its package, and one pass over its cells before calamine lays them out.

A cell or a row that is repeated stands once in it: «repeated 1,048,576 times» is four signs in the file and gigabytes
in the reader. Standard library only, as gate.py.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple
from xml.parsers import expat

from apps.documents.packages import Parts, inflate, members_of, parse_xml
from apps.exchange import gate
from apps.exchange.formats import has_words
from apps.exchange.scan import CODE_BITS, COLUMN_BITS, ERRORS, FORMATS, FORMULA, Scan

MIMETYPES = (
    b"application/vnd.oasis.opendocument.spreadsheet",
    b"application/vnd.oasis.opendocument.spreadsheet-template",
)
CONTENT, MANIFEST = "content.xml", "meta-inf/manifest.xml"
MAX_SHEETS = 300
MANY = 1_000_000  # cells' texts that calamine tells otherwise


PARAGRAPHS = ("text:p", "text:h")
SPACES = {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}
_PADDED = re.compile(r"-?0\d")
_POWER = re.compile(r"[Ee][+-]?\d+$")
_DIGITS = re.compile(r"\d+")
_BEFORE, _AFTER = re.compile(rb"(>)\s+(?=</?table:)"), re.compile(rb"(</?table:[^<>]*>)\s+(?=<)")


class AsShown(NamedTuple):
    """In the place of a format: what one cell shows."""

    text: str

    def shown(self, value: str) -> str:
        return self.text


class Sheet(NamedTuple):
    name: str
    shown: bool
    scan: Scan


def look_through(file: BinaryIO, size: int) -> tuple[list[Sheet], BinaryIO]:
    """The sheets of a sound file, in its order, and what calamine is to be given of it."""
    parts, foreign = members_of(file, size)
    _check_kind(file, parts)
    if foreign:
        raise gate.refused("embedded")
    content = _Content()
    sheets = content.run(file, parts[CONTENT])
    if len({sheet.name for sheet in sheets}) != len(sheets):
        raise gate.refused("bad_xml", part=CONTENT)
    return sheets, _without_spaces(file, parts[CONTENT]) if content.is_spaced else file


def _without_spaces(file: BinaryIO, content: zipfile.ZipInfo) -> BinaryIO:
    """The same table without the blanks between its elements, with which some programs set them out in lines: calamine
    does not expect them.
    """
    body = _AFTER.sub(rb"\1", _BEFORE.sub(rb"\1", b"".join(inflate(file, content))))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", MIMETYPES[0], zipfile.ZIP_STORED)
        archive.writestr(CONTENT, body)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return made


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
        self._cells: list[tuple[int, int, str, str]] = []  # column, times, mark, text if calamine tells another
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._is_text = False  # within a paragraph of the cell
        self.is_spaced = False  # blanks stand between cells
        self._beside: list[str] = []  # elements in a cell that stand over it or at its edge: drawings, remarks
        self._is_told = True  # whether calamine tells the text as it stands here
        self._shown: dict[str, int] = {}  # such texts of the sheet, each once

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
            self._cell, self._text, self._beside, self._is_told = attributes, [], [], True
        elif self._cell is not None:
            self._inside_cell(name, attributes)

    def _inside_cell(self, name: str, attributes: dict[str, str]) -> None:
        if self._beside or name.startswith("draw:") or name == "office:annotation":
            self._beside.append(name)
            self._is_told &= name == "office:annotation" or not name.startswith("draw:")
        elif name in PARAGRAPHS:
            self._text += ["\n"] if self._text else []
            self._is_text = True
        elif name in SPACES:
            self._text.append(SPACES[name] * min(_times(attributes, "text:c"), gate.MAX_TEXT))
            self._is_told &= name == "text:s"

    def _begin(self, attributes: dict[str, str]) -> None:
        title = attributes.get("table:name", "")
        if self._scan is not None or len(self.sheets) >= MAX_SHEETS:  # a table within a table
            raise gate.refused("bad_xml", part=CONTENT)
        self._scan, self._shown = Scan(title), {}
        shown = attributes.get("table:style-name", "") not in self._hidden_styles
        self.sheets.append(Sheet(title, shown and attributes.get("table:display") != "false", self._scan))
        self._row = 0

    def _characters(self, text: str) -> None:
        if self._is_text and not self._beside:
            self._text.append(text)
        elif self._cell is None and self._scan is not None:
            self.is_spaced = True

    def _end(self, name: str) -> None:
        if name in ("table:table-cell", "table:covered-table-cell") and self._cell is not None:
            self._end_cell(self._cell)
            self._cell, self._is_text = None, False
        elif self._beside:
            self._beside.pop()
        elif name in PARAGRAPHS:
            self._is_text = False
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
            shown = "" if self._is_told and not _is_odd(attributes, text) else text
            self._cells.append((self._column, times, mark, shown))
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
        marked = [
            (column + n, code)
            for column, times, mark, shown in self._cells
            for code in self._codes(scan, mark, shown)
            for n in range(times)
        ]
        for row in range(self._row, self._row + self._repeated) if marked else ():
            scan.marks.extend([(row << COLUMN_BITS | column) << CODE_BITS | code for column, code in marked])

    def _codes(self, scan: Scan, mark: str, shown: str) -> Iterator[int]:
        if mark:
            yield FORMULA if mark == "=" else ERRORS.index(mark) if mark in ERRORS else ERRORS.index("#VALUE!")
        if shown:
            if shown not in self._shown:
                if len(self._shown) >= MANY:
                    raise gate.refused("too_heavy")
                self._shown[shown] = FORMATS + len(scan.formats)
                scan.formats.append(AsShown(shown))
            yield self._shown[shown]


def _is_odd(attributes: dict[str, str], text: str) -> bool:
    """Whether a number, a day or a span shows something else than itself: see formats.py."""
    kind = attributes.get("office:value-type", "")
    if kind in ("percentage", "time"):
        return bool(text)
    if kind == "float":
        return _PADDED.match(text) is not None or has_words(_POWER.sub("", text))
    return kind == "date" and 0 < len(_DIGITS.findall(text)) < (2 if has_words(text) else 3)


def _times(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= 7):
        raise gate.refused("bad_xml", part=CONTENT)
    return max(1, int(text))
