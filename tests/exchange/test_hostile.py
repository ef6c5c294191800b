"""Files that want to harm the reader, or to show it another face than people see: each verdict, and no crash.

Those of .xlsx stand in test_gate.py and test_parse.py; here are the other kinds, and what a name says falsely.
"""

import contextlib

import pytest

from apps.exchange import gate
from apps.exchange.parse import read_rows
from tests.exchange import otherfiles as other
from tests.exchange import workbooks as make
from tests.exchange.reader import read_here
from tests.exchange.test_gate import DOCTYPE

LINES = [["Mã số thuế", "Tên doanh nghiệp"], ["0100109106", "Công ty A"]]
MANIFEST = "META-INF/manifest.xml"


def ods(*extra, **options):
    return other.ods(other.ods_table(LINES), *extra, **options)


def ods_cells(attributes, row="", text="x"):
    cell = f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'
    return other.ods(f'<table:table table:name="A"><table:table-row {row}>{cell}</table:table-row></table:table>')


def without_manifest(*members):
    return make.packed(members)


REFUSED = {
    "csv: empty": ("csv", lambda: b"", "empty"),
    "csv: more than 20 MB": ("csv", lambda: b"a;b\n" * (6 << 20), "too_big"),
    "csv: an .xlsx by another name": ("csv", lambda: make.register(3), "wrong_ending"),
    "csv: an .xls by another name": ("csv", lambda: other.xls(LINES), "wrong_ending"),
    "csv: a web page": ("csv", lambda: b"\n <html><table><tr><td>a;b</td></tr></table>", "not_csv"),
    "csv: a web page with the mark of UTF-8": ("csv", lambda: b"\xef\xbb\xbf<!DOCTYPE html><p>a;b", "not_csv"),
    "csv: a document in RTF": ("csv", lambda: b"{\\rtf1 a;b}", "not_csv"),
    "csv: a PDF": ("csv", lambda: b"%PDF-1.7 a;b", "not_csv"),
    "csv: a programme": ("csv", lambda: b"\x7fELF;" + bytes(100), "not_csv"),
    "csv: a programme of Windows": ("csv", lambda: b"MZ;x", "not_csv"),
    "csv: a picture": ("csv", lambda: b"\x89PNG\r\n\x1a\n;", "not_csv"),
    "csv: zero bytes": ("csv", lambda: b"a;b\n1;\0\n" + b"a;b\n" * 50, "not_csv"),
    "csv: nothing but zero bytes": ("csv", lambda: bytes(1000), "not_csv"),
    "csv: broken UTF-8 at the end": ("csv", lambda: b"a;b\n" * 50_000 + b"\xff;x", "csv_encoding"),
    "csv: overlong UTF-8": ("csv", lambda: b"a;b\n\xc0\xaf;1\n", "csv_encoding"),
    "csv: half a sign of UTF-16": ("csv", lambda: "a;b\n".encode("utf-16") + b"\x00", "csv_encoding"),
    "csv: half a pair of UTF-16": ("csv", lambda: "a;b\n".encode("utf-16") + b"\x00\xd8", "csv_encoding"),
    "csv: text of TCVN3": ("csv", lambda: b"M\xb7 s\xe8;T\xaan\n1;2\n", "csv_encoding"),
    "csv: a quotation mark that never ends": ("csv", lambda: b'a;b\n"' + b"x;y\n" * 20_000, "csv_quotes"),
    "csv: a cell of a million signs": ("csv", lambda: b"a;b\n1;" + b"x" * 1_100_000, "long_text"),
    "csv: a cell longer than Excel's": ("csv", lambda: b"a;b\n1;" + b"x" * 40_000, "csv_quotes"),
    "csv: one column": ("csv", lambda: b"a\nb\n", "csv_one_column"),
    "csv: one sign": ("csv", lambda: b"x", "csv_one_column"),
    "csv: more rows than are taken": ("csv", lambda: b"a;b\n" * 200_001, "too_many_rows"),
    "csv: more columns than are taken": ("csv", lambda: b";".join([b"a"] * 250) + b"\n", "too_many_columns"),
    "ods: empty": ("ods", lambda: b"", "empty"),
    "ods: an .xlsx by another name": ("ods", lambda: make.register(3), "wrong_ending"),
    "ods: a text by another name": ("ods", lambda: other.text(LINES), "not_xlsx"),
    "ods: a text document": (
        "ods", lambda: ods(kind="application/vnd.oasis.opendocument.text"), "wrong_ending",
    ),
    "ods: no content": ("ods", lambda: make.packed([("mimetype", other.SPREADSHEET)]), "missing_part"),
    "ods: bytes after the end": ("ods", lambda: ods() + b"\0", "bad_zip"),
    "ods: cut off": ("ods", lambda: ods()[:-30], "bad_zip"),
    "ods: climbing name": ("ods", lambda: ods(("../a.xml", "<a/>")), "bad_name"),
    "ods: a password": (
        "ods",
        lambda: make.packed(
            [("mimetype", other.SPREADSHEET), ("content.xml", "x"), (MANIFEST, "<manifest:encryption-data/>")]
        ),
        "encrypted",
    ),
    "ods: macros of Basic": ("ods", lambda: ods(("Basic/Standard/Module1.xml", "<a/>")), "macros"),
    "ods: scripts": ("ods", lambda: ods(("Scripts/python/a.py", "print()")), "macros"),
    "ods: an OLE object": ("ods", lambda: ods(("Object 1", make.ole(encrypted=False))), "embedded"),
    "ods: a link to another file": ("ods", lambda: other.ods('<table:table table:name="A"><table:table-source/>'
                                    "</table:table>"), "external_links"),
    "ods: a link that is run": ("ods", lambda: other.ods("<table:dde-link/>"), "external_links"),
    "ods: an entity": ("ods", lambda: ods(("styles.xml", DOCTYPE)), "dtd"),
    "ods: a bomb": ("ods", lambda: ods(("Pictures/a.bin", " " * (8 << 20))), "bomb"),
    "ods: broken content": ("ods", lambda: make.packed([("mimetype", other.SPREADSHEET), ("content.xml", "<a>")]),
                            "bad_xml"),
    "ods: a cell repeated over all columns": (
        "ods", lambda: ods_cells('table:number-columns-repeated="16384"'), "too_many_columns",
    ),
    "ods: a row repeated to the last": (
        "ods", lambda: ods_cells("", 'table:number-rows-repeated="1048576"'), "too_many_rows",
    ),
    "ods: a rectangle of 30 million cells": (
        "ods", lambda: ods_cells('table:number-columns-repeated="190"', 'table:number-rows-repeated="190000"'),
        "too_many_cells",
    ),
    "ods: a number of times that is none": (
        "ods", lambda: ods_cells('table:number-columns-repeated="-1"'), "bad_xml",
    ),
    "ods: a table within a table": (
        "ods", lambda: other.ods('<table:table table:name="A"><table:table table:name="B"/></table:table>'), "bad_xml",
    ),
    "ods: two sheets of one name": (
        "ods", lambda: other.ods(other.ods_table(LINES) + other.ods_table(LINES)), "bad_xml",
    ),
    "ods: no sheet": ("ods", lambda: other.ods(""), "no_sheet"),
    "xls: empty": ("xls", lambda: b"", "empty"),
    "xls: a web page, as many systems export": ("xls", lambda: b"<html><table></table></html>", "not_xls"),
    "xls: a text": ("xls", lambda: other.text(LINES, "\t"), "not_xls"),
    "xls: an .xlsx by another name": ("xls", lambda: make.register(3), "wrong_ending"),
    "xls: a macro stream": ("xls", lambda: other.xls(LINES, streams=("Workbook", "_VBA_PROJECT_CUR")), "macros"),
    "xls: an embedded object": ("xls", lambda: other.xls(LINES, streams=("Workbook", "\1Ole10Native")), "embedded"),
    "xls: an .xlsx with a password": ("xls", lambda: other.xls(LINES, streams=("EncryptedPackage",)), "encrypted"),
    "xls: a password of its own": ("xls", lambda: other.xls(LINES, locked=True), "encrypted"),
    "xls: a Word document": ("xls", lambda: other.xls(LINES, streams=("WordDocument",)), "not_xls"),
    "xls: nothing but a head": ("xls", lambda: make.OLE + bytes(2000), "not_xls"),
    "xls: cut off": ("xls", lambda: other.xls(LINES * 500)[:3000], "unreadable"),
    "xls: noise where the cells are": (
        "xls", lambda: other.ole(b"\xff" * 5000, ["Workbook"]), "unreadable",
    ),
    "xls: more columns than are taken": ("xls", lambda: other.xls([["x"] * 220]), "too_many_columns"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("case", REFUSED)
def test_refused_by_its_cause(tmp_path, case):
    ending, build, code = REFUSED[case]
    path = tmp_path / "upload"
    path.write_bytes(build())
    with pytest.raises(gate.Refused) as caught, read_rows(path, ending=ending) as table:
        list(table)
    assert caught.value.code == code
    assert caught.value.message


@pytest.mark.parametrize("ending", ["csv", "ods", "xls"])
@pytest.mark.parametrize("seed", range(4))
def test_noise_is_refused_not_fallen_over(tmp_path, ending, seed):
    """A good file with bytes changed anywhere: read or refused, whatever they are."""
    content = bytearray({"csv": other.text(LINES * 20), "ods": ods(), "xls": other.xls(LINES * 20)}[ending])
    for n in range(40):
        content[(seed * 7919 + n * 104_729) % len(content)] ^= 1 + (seed + n) % 255
    path = tmp_path / "upload"
    path.write_bytes(content)
    with contextlib.suppress(gate.Refused), read_rows(path, ending=ending) as table:
        assert all(len(row) == 2 for row in table)


@pytest.mark.parametrize(
    ("ending", "build"),
    [("csv", lambda: other.text(LINES)), ("ods", ods), ("xls", lambda: other.xls(LINES))],
)
def test_good_files_are_read_by_the_process_as_they_are_here(tmp_path, ending, build):
    path = tmp_path / "upload"
    path.write_bytes(build())
    for read in (read_rows, read_here):
        with read(path, ending=ending) as table:
            assert [[cell and cell.value for cell in cells] for _number, cells in table] == LINES


def test_formulas_of_a_text_are_text(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(other.text([["a", "b"], ["=cmd|' /C calc'!A0", "@SUM(1)"]]))
    with read_here(path, ending="csv") as table:
        assert [cell.kind for cell in list(table)[1][1]] == ["s", "s"]


def test_wide_blank_rows_cost_nothing(tmp_path):
    """The blank rest of a sheet stands in two elements, however far it reaches."""
    blank = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16000"/>'
    )
    body = other.ods_table(LINES).replace("</table:table>", f"{blank}</table:table-row></table:table>")
    path = tmp_path / "upload"
    path.write_bytes(other.ods(body))
    with read_here(path, ending="ods") as table:
        assert table.meta.rows == len(list(table)) == 2
