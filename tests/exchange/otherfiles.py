"""Tables that are no .xlsx, as whole files in bytes: .csv in its many codes, .ods, and the .xls of 1997."""

import csv
import datetime
import io
import struct
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from tests.exchange.workbooks import OLE

Line = Sequence[object]
SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style", "draw")
)


def said(value: object) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, datetime.date) else "" if value is None else str(value)


def text(lines: Iterable[Line], sign: str = ",", code: str = "utf-8", end: str = "\r\n") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=sign, lineterminator=end).writerows([map(said, line) for line in lines])
    return out.getvalue().encode(code)


def ods_cell(value: object) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, datetime.date):
        day = f'office:value-type="date" office:date-value="{value}"'
        return f"<table:table-cell {day}><text:p>x</text:p></table:table-cell>"
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


def ods_table(lines: Iterable[Line], title: str = "Trang 1", style: str = "") -> str:
    rows = "".join(f"<table:table-row>{''.join(map(ods_cell, line))}</table:table-row>" for line in lines)
    return f'<table:table table:name="{title}" table:style-name="{style}">{rows}</table:table>'


def ods(body: str, *extra: tuple[str, str], kind: str = SPREADSHEET, styles: str = "") -> bytes:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        for name, more in (("content.xml", content), ("META-INF/manifest.xml", "<a/>"), *extra):
            archive.writestr(name, more)
    return file.getvalue()


def xls(
    lines: Iterable[Line], *, streams: Sequence[str] = ("Workbook",), locked: bool = False, more: bytes = b""
) -> bytes:
    """A workbook of one sheet as BIFF8 in an OLE file: texts, numbers and days; `more` records behind the cells."""
    return ole(_biff(list(lines), locked, more), streams)


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _biff(lines: list[Line], locked: bool, more: bytes) -> bytes:
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    if locked:
        start += record(0x002F, struct.pack("<HHHH", 1, 1, 1, 1))
    # Three formats of cells: as it is, a day, per cent.
    formats = b"".join(record(0x00E0, struct.pack("<HHHHHHIIH", 0, n, 1, 0, 0, 0, 0, 0, 0)) for n in (0, 14, 9))
    name = "Trang 1".encode("utf-16-le")
    head = start + formats
    at = len(head) + 4 + 8 + len(name) + 4
    head += record(0x0085, struct.pack("<IHBB", at, 0, len(name) // 2, 1) + name) + record(0x000A)
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, line in enumerate(lines):
        for column, value in enumerate(line):
            sheet += _biff_cell(row, column, value)
    return head + sheet + more + record(0x000A)


def _biff_cell(row: int, column: int, value: object) -> bytes:
    if value is None or value == "":
        return b""
    if isinstance(value, datetime.date):
        serial = (value - datetime.date(1899, 12, 30)).days
        return record(0x0203, struct.pack("<HHHd", row, column, 1, serial))
    if isinstance(value, int | float):
        return record(0x0203, struct.pack("<HHHd", row, column, 0, value))
    words = str(value)
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(words), 1) + words.encode("utf-16-le"))


def ole(content: bytes, streams: Sequence[str]) -> bytes:
    """The first stream holds the content, the others are there by name."""
    content += bytes(-len(content) % 512) + bytes(max(0, 4096 - len(content) - len(content) % 512))
    content += bytes(-len(content) % 512)
    sectors = len(content) // 512
    table = [*range(2, sectors + 1), 0xFFFFFFFE] if sectors else []
    entries = [0xFFFFFFFE, *table, 0xFFFFFFFD]  # the directory, the content, the table itself
    tables = -(-(len(entries)) // 128)
    entries += [0xFFFFFFFD] * (tables - 1)
    while -(-len(entries) // 128) > tables:
        tables += 1
        entries.append(0xFFFFFFFD)
    entries += [0xFFFFFFFF] * (-len(entries) % 128)
    first = sectors + 1
    header = OLE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, tables, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += b"".join(struct.pack("<I", first + n) if n < tables else b"\xff" * 4 for n in range(109))
    directory = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)
    for at, name in enumerate(streams, 1):
        place, size = (1, len(content)) if at == 1 else (0xFFFFFFFE, 0)
        directory += _entry(name, 2, place, size, right=at + 1 if at < len(streams) else 0xFFFFFFFF)
    directory = (directory + bytes(512))[:512]
    return header + directory + content + struct.pack(f"<{len(entries)}I", *entries)


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    words = (name + "\0").encode("utf-16-le")
    head = words + bytes(64 - len(words)) + struct.pack("<HBB", len(words), kind, 1)
    return head + struct.pack("<III", 0xFFFFFFFF, right, child) + bytes(36) + struct.pack("<IQ", start, size)
