"""Workbooks for tests, good and hostile: whole files as bytes."""

import datetime
import io
import struct
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ONE_CELL = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'

Member = tuple[str, str | bytes]


def table(rows: Iterable[Sequence[object]], *, title: str = "Dữ liệu") -> bytes:
    """What a person would save from Excel: one sheet with these rows, a blank sequence being a blank row."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    return saved(book)


def register(count: int) -> bytes:
    """A register of enterprises: header and `count` rows of ten columns."""
    header = [f"Cột {number}" for number in range(1, 11)]
    day = datetime.date(2024, 1, 1)
    return table(
        [header]
        + [
            [f"0{n:09d}", f"Công ty {n}", "Hà Nội", n, n / 4, day + datetime.timedelta(n % 300), True, None, "A", "B"]
            for n in range(1, count + 1)
        ]
    )


def long_register(count: int) -> bytes:
    """Many rows of ten columns, written by hand: a library would take ten times as long."""
    lines = (
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>0{n:09d}</t></is></c>'
        + "".join(f'<c r="{letter}{n}"><v>{n}</v></c>' for letter in "BCDEFGHI")
        + f'<c r="J{n}" t="str"><v>Công ty số {n}</v></c></row>'
        for n in range(1, count + 1)
    )
    return smallest(f"<sheetData>{''.join(lines)}</sheetData>")


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def write(folder: Path, content: bytes) -> Path:
    path = folder / "upload.xlsx"
    path.write_bytes(content)
    return path


def packed(members: Iterable[Member], method: int = zipfile.ZIP_DEFLATED, level: int | None = None) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method, compresslevel=level) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def sheet_xml(body: str = ONE_CELL) -> str:
    return f'{DECLARATION}<worksheet xmlns="{MAIN}">{body}</worksheet>'


def workbook_xml(sheets: str = '<sheet name="Một" sheetId="1" r:id="rId1"/>', properties: str = "") -> str:
    return (
        f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
        f"<workbookPr{properties}/><sheets>{sheets}</sheets></workbook>"
    )


def content_types(extra: str = "", main: str = f"{TYPE}.sheet.main+xml") -> str:
    return (
        f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{main}"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>{extra}</Types>'
    )


def relationships(*links: tuple[str, str]) -> str:
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links, 1)
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'


def parts(body: str = ONE_CELL, **replaced: str | bytes) -> list[Member]:
    """The members of a smallest workbook; `types`, `workbook`, `links`, `sheet` replace one."""
    return [
        ("[Content_Types].xml", replaced.get("types", content_types())),
        ("_rels/.rels", relationships(("officeDocument", "xl/workbook.xml"))),
        ("xl/workbook.xml", replaced.get("workbook", workbook_xml())),
        ("xl/_rels/workbook.xml.rels", replaced.get("links", relationships(("worksheet", "worksheets/sheet1.xml")))),
        ("xl/worksheets/sheet1.xml", replaced.get("sheet", sheet_xml(body))),
    ]


def smallest(body: str = ONE_CELL, extra: Iterable[Member] = (), **replaced: str | bytes) -> bytes:
    return packed([*parts(body, **replaced), *extra])


def ole(encrypted: bool) -> bytes:
    """Head of an OLE file as Excel 97 writes it, or as Excel writes an .xlsx with a password."""
    name = "EncryptedPackage" if encrypted else "Workbook"
    return OLE + bytes(1016) + name.encode("utf-16-le") + bytes(512)


def bomb_by_ratio() -> bytes:
    """One member of 8 MB of blanks: 8 kB packed."""
    return smallest(extra=[("xl/media/image1.xml", b" " * (8 * 1024 * 1024))])


def bomb_by_total() -> bytes:
    """240 MB in a file of about 3 MB, each member at an ordinary ratio."""
    block = b"".join(struct.pack("<Q", n * 0x9E3779B97F4A7C15 & (1 << 64) - 1) + b"<c/>" * 250 for n in range(10_000))
    return packed([*parts(), *((f"xl/worksheets/sheet{number}.xml", block) for number in range(2, 26))], level=1)


def false_size() -> bytes:
    """A member of 900 kB that both headers declare as 4 bytes, with the checksum of those 4."""
    true = smallest(extra=[("a.xml", b" " * 900_000)])
    false = smallest(extra=[("a.xml", b"    ")])
    with zipfile.ZipFile(io.BytesIO(true)) as big, zipfile.ZipFile(io.BytesIO(false)) as small:
        large, little = big.getinfo("a.xml"), small.getinfo("a.xml")
    for old, new in ((large.CRC, little.CRC), (large.file_size, little.file_size)):
        true = true.replace(struct.pack("<I", old), struct.pack("<I", new))
    return true


def two_archives() -> bytes:
    """A workbook hidden behind another: the directory found first is not the one at offset 0."""
    return smallest() + smallest()
