"""What an .xls says beside the values that calamine tells: formulas, errors, merged cells, hidden rows and columns, and
formats that show something else than the number. One pass over the records of the book (BIFF8, and BIFF5 without
formats). Standard library only, as gate.py.
"""

import struct
from array import array
from collections.abc import Iterator
from typing import NamedTuple

from apps.exchange import gate
from apps.exchange.formats import BUILT_IN, LONGEST, MANY, Format
from apps.exchange.scan import CODE_BITS, COLUMN_BITS, ERRORS, FORMATS, FORMULA, Scan

SECTOR_END = 0xFFFFFFFA  # numbers from here on are no sectors
ENTRY = 128
STREAM, ROOT = 2, 5
_BOF, _EOF, _SHEET, _XF, _FORMAT = 0x0809, 0x000A, 0x0085, 0x00E0, 0x041E
_ROW, _COLUMNS, _MERGED = 0x0208, 0x007D, 0x00E5
_NUMBER, _RK, _MANY_RK, _FORMULA, _ERROR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
_OF_ERRORS = {0x00: 1, 0x07: 2, 0x0F: 3, 0x17: 4, 0x1D: 5, 0x24: 6, 0x2A: 7}  # places in ERRORS
_BIFF8 = 0x0600
Record = tuple[int, bytes]


class Told(NamedTuple):
    """A book: where its sheets begin, and what its styles are."""

    stream: bytes
    sheets: list[int]
    styles: dict[int, int]  # of those with an odd format, its code
    formats: list[Format]


def book_of(content: bytes) -> Told:
    try:
        stream = _stream(content)
        return _globals(stream)
    except (struct.error, IndexError, ValueError) as error:
        raise gate.refused("unreadable") from error


def tell(book: Told, sheet: int, scan: Scan) -> None:
    """To `scan`, which knows how far the sheet reaches."""
    scan.formats = list(book.formats)
    try:
        for kind, body in _records(book.stream, book.sheets[sheet]):
            _take(scan, book, kind, body)
    except (struct.error, IndexError) as error:
        raise gate.refused("unreadable") from error
    marks = sorted(mark for mark in scan.marks if _is_within(scan, mark))
    scan.marks = array("Q", marks)
    scan.merges = [one for one in scan.merges if one[0] <= scan.last_row]


def _take(scan: Scan, book: Told, kind: int, body: bytes) -> None:
    if kind in (_NUMBER, _RK):
        row, column, style = struct.unpack_from("<HHH", body)
        _mark_format(scan, book, row, column, style)
    elif kind == _MANY_RK:
        row, first = struct.unpack_from("<HH", body)
        for at in range((len(body) - 6) // 6):
            _mark_format(scan, book, row, first + at, *struct.unpack_from("<H", body, 4 + 6 * at))
    elif kind == _FORMULA:
        row, column, style = struct.unpack_from("<HHH", body)
        _mark(scan, row, column, FORMULA)
        if body[12:14] != b"\xff\xff":
            _mark_format(scan, book, row, column, style)
        elif body[6] == 2:
            _mark(scan, row, column, _OF_ERRORS.get(body[8], ERRORS.index("#VALUE!")))
    elif kind == _ERROR and body[7]:
        row, column = struct.unpack_from("<HH", body)
        _mark(scan, row, column, _OF_ERRORS.get(body[6], ERRORS.index("#VALUE!")))
    else:
        _around(scan, kind, body)


def _around(scan: Scan, kind: int, body: bytes) -> None:
    if kind == _ROW and body[12] & 0x20:
        scan.hidden_rows += struct.unpack_from("<H", body)[0] <= scan.last_row
    elif kind == _COLUMNS and body[8] & 1:
        first, last = struct.unpack_from("<HH", body)
        scan.hidden_columns += range(first, min(last + 1, gate.MAX_COLUMNS))
    elif kind == _MERGED:
        for at in range(struct.unpack_from("<H", body)[0]):
            top, bottom, column, _last = struct.unpack_from("<HHHH", body, 2 + 8 * at)
            if bottom > top and column < gate.MAX_COLUMNS:
                scan.merges.append((top, column, bottom))


def _mark(scan: Scan, row: int, column: int, code: int) -> None:
    scan.marks.append((row << COLUMN_BITS | min(column, gate.MAX_COLUMNS)) << CODE_BITS | code)


def _mark_format(scan: Scan, book: Told, row: int, column: int, style: int) -> None:
    if style in book.styles:
        _mark(scan, row, column, FORMATS + book.styles[style])


def _is_within(scan: Scan, mark: int) -> bool:
    row, column = mark >> CODE_BITS + COLUMN_BITS, mark >> CODE_BITS & (1 << COLUMN_BITS) - 1
    return row <= scan.last_row and column <= scan.last_column


# --- the book ---------------------------------------------------------------------------------------------------------


def _records(stream: bytes, start: int) -> Iterator[Record]:
    """Of one part of the stream, to its end; charts and the like within it are parts of their own."""
    at, depth = start, 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        at += 4 + length
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, body


def _globals(stream: bytes) -> Told:
    sheets: list[int] = []
    styles: list[int] = []
    codes: dict[int, str] = {}
    version = struct.unpack_from("<H", stream, 4)[0]
    for kind, body in _records(stream, 0):
        if kind == _SHEET:
            sheets.append(struct.unpack_from("<I", body)[0])
        elif kind == _XF and version == _BIFF8:
            styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _FORMAT and version == _BIFF8:
            number, length, flags = struct.unpack_from("<HHB", body)
            text = body[5 : 5 + 2 * length].decode("utf-16-le") if flags & 1 else body[5 : 5 + length].decode("latin-1")
            codes[number] = text[:LONGEST]
    formats: list[Format] = []
    places: dict[int, int] = {}
    for number in sorted(set(styles)):
        found = Format(codes.get(number, BUILT_IN.get(number, "")))
        if found.is_odd:
            places[number] = len(formats)
            formats.append(found)
        if len(formats) > MANY:
            raise gate.refused("too_heavy")
    return Told(stream, sheets, {at: places[one] for at, one in enumerate(styles) if one in places}, formats)


# --- the file around it -----------------------------------------------------------------------------------------------


def _stream(content: bytes) -> bytes:
    """The book out of its OLE file."""
    size, small = 1 << struct.unpack_from("<H", content, 30)[0], 1 << struct.unpack_from("<H", content, 32)[0]
    if size not in (512, 4096) or small != 64:
        raise ValueError(size)
    sectors = _Sectors(content, size)
    directory = sectors.chain(sectors.table, *struct.unpack_from("<I", content, 48))
    entries = [directory[at : at + ENTRY] for at in range(0, len(directory) - ENTRY + 1, ENTRY)]
    [book, *_more] = [one for one in entries if one[66] == STREAM and _name(one) in ("Workbook", "Book")]
    start, length = struct.unpack_from("<II", book, 116)
    if length >= struct.unpack_from("<I", content, 56)[0]:
        return sectors.chain(sectors.table, start)[:length]
    root = next(one for one in entries if one[66] == ROOT)
    inner = _Sectors(sectors.chain(sectors.table, *struct.unpack_from("<I", root, 116)), small, offset=0)
    packed = sectors.chain(sectors.table, *struct.unpack_from("<I", content, 60))
    return inner.chain(array("I", packed[: len(packed) // 4 * 4]), start)[:length]


def _name(entry: bytes) -> str:
    return entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace")


class _Sectors:
    def __init__(self, content: bytes, size: int, offset: int | None = None) -> None:
        self.content, self.size = content, size
        self.offset = size if offset is None else offset  # the head of a file takes one
        self.table = array("I", b"" if offset == 0 else self._table())

    def _table(self) -> bytes:
        """Which sector follows which: the first 109 parts of that list are named in the head, the others in a chain."""
        parts = list(struct.unpack_from("<109I", self.content, 76))
        after, seen = struct.unpack_from("<I", self.content, 68)[0], 0
        while after < SECTOR_END and seen <= len(self.content) // self.size:
            more = struct.unpack(f"<{self.size // 4}I", self._sector(after))
            parts += more[:-1]
            after, seen = more[-1], seen + 1
        return b"".join(self._sector(one) for one in parts if one < SECTOR_END)

    def _sector(self, number: int) -> bytes:
        start = self.offset + number * self.size
        found = self.content[start : start + self.size]
        if not found:
            raise ValueError(number)
        return found.ljust(self.size, b"\0")

    def chain(self, table: "array[int]", number: int) -> bytes:
        found: list[bytes] = []
        while number < SECTOR_END:
            if len(found) > len(self.content) // self.size:
                raise ValueError("a circle")
            found.append(self._sector(number))
            number = table[number]
        return b"".join(found)
