"""Files the gate takes and files it refuses, each by its own code."""

import io
import json
import subprocess
import sys
import zipfile

import openpyxl
import pytest

from apps.exchange import gate
from apps.exchange.parse import CHILD
from tests.exchange import workbooks as make
from tests.exchange.enterprise_files import CASES

DOCTYPE = '<!DOCTYPE a [<!ENTITY b "c">]>'


def code_of(content: bytes) -> str:
    with pytest.raises(gate.Refused) as caught:
        gate.inspect(io.BytesIO(content))
    assert caught.value.message == str(caught.value.message).strip()
    assert caught.value.code in gate.MESSAGES
    return caught.value.code


def with_type(extra: str, *members: make.Member, by: str = 'Override PartName="/xl/a.bin"') -> bytes:
    """Declares a type; the part itself is among `members` or is not there."""
    return make.smallest(types=make.content_types(f'<{by} ContentType="{extra}"/>'), extra=members)


PART = ("xl/a.bin", b"a")


def packed_without(*missing: str) -> bytes:
    return make.packed([(name, content) for name, content in make.parts() if name not in missing])


def with_main(kind: str) -> bytes:
    return make.smallest(types=make.content_types(main=kind))


def with_member(name: str, content: str | bytes = b"<a/>") -> bytes:
    return make.smallest(extra=[(name, content)])


REFUSED = {
    "empty file": (lambda: b"", "empty"),
    "more than 20 MB": (lambda: b"PK\x03\x04" + bytes(gate.MAX_FILE), "too_big"),
    "password": (lambda: make.ole(encrypted=True), "encrypted"),
    "xls of 1997": (lambda: make.ole(encrypted=False), "old_xls"),
    "csv renamed": (lambda: "Mã số thuế,Tên doanh nghiệp\n0100109106,A\n".encode(), "not_xlsx"),
    "web page renamed": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "not_xlsx"),
    "program in front": (lambda: b"MZ" + make.smallest(), "not_xlsx"),
    "truncated at the end": (lambda: make.smallest()[:-40], "bad_zip"),
    "truncated early": (lambda: make.register(50)[:2000], "bad_zip"),
    "bytes after the end": (lambda: make.smallest() + b"\0", "bad_zip"),
    "two archives": (make.two_archives, "bad_zip"),
    "other compression": (lambda: make.packed(make.parts(), zipfile.ZIP_BZIP2), "bad_zip"),
    "false sizes": (make.false_size, "bad_zip"),
    "301 members": (lambda: make.smallest(extra=[(f"xl/media/{n}.txt", b"") for n in range(296)]), "too_many_members"),
    "name climbs out": (lambda: with_member("../evil.xml"), "bad_name"),
    "absolute name": (lambda: with_member("/etc/passwd"), "bad_name"),
    "backslash": (lambda: with_member("xl\\a.xml"), "bad_name"),
    "same name twice": (lambda: with_member("xl/workbook.xml"), "duplicate_member"),
    "same name in capitals": (lambda: with_member("XL/Worksheets/SHEET1.xml"), "duplicate_member"),
    "ratio": (make.bomb_by_ratio, "bomb"),
    "total": (make.bomb_by_total, "bomb"),
    "no content types": (lambda: packed_without("[Content_Types].xml"), "missing_part"),
    "no workbook": (lambda: packed_without("xl/workbook.xml"), "missing_part"),
    "no sheet part": (lambda: packed_without("xl/worksheets/sheet1.xml"), "missing_part"),
    "docx": (lambda: make.packed([("[Content_Types].xml", b""), ("word/document.xml", b"<a/>")]), "wrong_kind"),
    "ods": (lambda: make.packed([("mimetype", "application/vnd.oasis"), ("content.xml", "<a/>")]), "wrong_kind"),
    "type of no workbook": (lambda: with_main("application/xml"), "wrong_kind"),
    "xlsm": (lambda: with_main("application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "macro_file"),
    "macro part": (lambda: with_member("xl/vbaProject.bin"), "macros"),
    "macro part by its type": (lambda: with_type("application/vnd.ms-office.vbaProject", PART), "macros"),
    "macro part that is an OLE file": (lambda: with_member("xl/vbaProject.bin", make.ole(encrypted=False)), "macros"),
    "macro part by the type of its ending": (
        lambda: with_type("application/vnd.ms-office.vbaProject", PART, by='Default Extension="bin"'),
        "macros",
    ),
    "macro sheet": (lambda: with_member("xl/macrosheets/sheet1.xml"), "macros"),
    "embedded object": (lambda: with_member("xl/embeddings/oleObject1.bin"), "embedded"),
    "ole under another name": (lambda: with_member("xl/innocent.bin", make.ole(encrypted=False)), "embedded"),
    "activex": (lambda: with_type("application/vnd.ms-office.activeX+xml", PART), "embedded"),
    "external link": (lambda: with_member("xl/externalLinks/externalLink1.xml"), "external_links"),
    "external link by its type": (lambda: with_type(f"{make.TYPE}.externalLink+xml", PART), "external_links"),
    "dtd in the sheet": (lambda: make.smallest(sheet=DOCTYPE + make.sheet_xml()), "dtd"),
    "dtd elsewhere": (lambda: with_member("docProps/app.xml", DOCTYPE), "dtd"),
    "dtd in utf-16": (lambda: with_member("docProps/app.xml", DOCTYPE.encode("utf-16")), "dtd"),
    "dtd in big-endian utf-16": (lambda: with_member("docProps/app.xml", DOCTYPE.encode("utf-16-be")), "dtd"),
    "dtd across two pieces": (lambda: with_member("docProps/app.xml", " " * (gate.CHUNK - 5) + DOCTYPE), "dtd"),
    "broken workbook part": (lambda: make.smallest(workbook="<workbook>"), "bad_xml"),
    "rare encoding": (lambda: make.smallest(workbook=make.workbook_xml().replace("UTF-8", "cp037")), "bad_xml"),
    "1904": (lambda: make.smallest(workbook=make.workbook_xml(properties=' date1904="1"')), "date_1904"),
    "1904 in words": (lambda: make.smallest(workbook=make.workbook_xml(properties=' date1904="true"')), "date_1904"),
    "no sheet": (lambda: make.smallest(workbook=make.workbook_xml(sheets="")), "no_sheet"),
    "only a hidden sheet": (
        lambda: make.smallest(workbook=make.workbook_xml('<sheet name="A" sheetId="1" state="hidden" r:id="rId1"/>')),
        "no_sheet",
    ),
    "two sheets of one name": (
        lambda: make.smallest(workbook=make.workbook_xml('<sheet name="A" sheetId="1" r:id="rId1"/>' * 2)),
        "bad_xml",
    ),
}


MACROS = (
    "application/vnd.ms-excel.sheet.binary.macroEnabled.main",
    "application/vnd.ms-office.vbaProject",
    "application/vnd.ms-excel.macrosheet+xml",
    f"{make.TYPE}.externalLink+xml",
    "application/vnd.ms-office.activeX+xml",
)


@pytest.mark.parametrize("kind", MACROS)
@pytest.mark.parametrize("by", ['Override PartName="/xl/a.bin"', 'Default Extension="bin"'])
def test_what_is_declared_and_not_there_says_nothing(kind, by):
    assert gate.inspect(io.BytesIO(with_type(kind, by=by))).sheet == "Một"


def test_parts_that_are_linked_and_not_there_are_not_missed():
    links = make.relationships(
        ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")
    )
    assert gate.inspect(io.BytesIO(make.smallest(links=links))).sheet == "Một"


def test_a_link_that_stands_twice_is_refused():
    links = make.relationships(("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet1.xml"))
    assert code_of(make.smallest(links=links.replace("rId2", "rId1"))) == "bad_xml"


def test_a_macro_file_renamed_is_called_so():
    content = (CASES / "xlsm-renamed-xlsx.xlsx").read_bytes()
    with pytest.raises(gate.Refused) as caught:
        gate.inspect(io.BytesIO(content))
    assert caught.value.code == "macro_file"
    assert ".xlsm" in caught.value.message
    assert "đổi đuôi" in caught.value.message
    assert "OLE" not in caught.value.message


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("case", REFUSED)
def test_gate_refuses(case):
    build, code = REFUSED[case]
    content = build()
    assert code == "too_big" or len(content) < gate.MAX_FILE
    assert code_of(content) == code


def test_gate_refuses_encrypted_members():
    content = bytearray(make.smallest())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        directory = archive.start_dir
    content[directory + 8] |= 1
    assert code_of(bytes(content)) == "encrypted"


def test_gate_refuses_a_changed_byte():
    content = bytearray(make.packed(make.parts(), zipfile.ZIP_STORED))
    content[content.index(b"sheetData") + 2] ^= 1
    assert code_of(bytes(content)) == "bad_zip"


def test_gate_takes_ordinary_files():
    assert gate.inspect(io.BytesIO(make.register(10))).sheet == "Dữ liệu"
    assert gate.inspect(io.BytesIO(make.smallest())).sheet == "Một"
    utf16 = make.sheet_xml().replace("UTF-8", "UTF-16").encode("utf-16")
    assert gate.inspect(io.BytesIO(make.smallest(sheet=utf16))).sheet == "Một"


def test_gate_takes_hyperlinks_and_comments():
    book = openpyxl.Workbook()
    book.active["A1"] = "TĐC"
    book.active["A1"].hyperlink = "https://example.vn/"
    book.active["A2"] = "x"
    book.active["A2"].comment = openpyxl.comments.Comment("ghi chú", "người ghi")
    assert gate.inspect(io.BytesIO(make.saved(book))).visible == ["Sheet"]


def test_envelope_is_checked_without_the_rest():
    content = make.smallest()
    assert gate.check_envelope(io.BytesIO(content)) == len(content)
    with pytest.raises(gate.Refused, match="old_xls"):
        gate.check_envelope(io.BytesIO(make.ole(encrypted=False)))


def test_names_from_the_file_are_cut_in_messages():
    assert len(gate.refused("dtd", part="x" * 5000).message) < 300


# What the child can still do once it has confined itself.
PROBE = """
import importlib.util, json, os, resource, socket, sys
spec = importlib.util.spec_from_file_location("child", sys.argv[1])
child = importlib.util.module_from_spec(spec)
spec.loader.exec_module(child)
child.confine()
able = []
def probe(name, act):
    try:
        act()
        able.append(name)
    except (OSError, MemoryError):
        pass
probe("socket", lambda: socket.socket())
probe("open", lambda: open("/etc/passwd"))
probe("fork", lambda: os.fork() or os._exit(0))
probe("memory", lambda: bytearray(b"x" * (150 << 20)) * 2)
cpu = resource.getrlimit(resource.RLIMIT_CPU)[0]
print(json.dumps({"able": able, "uid": os.getuid(), "cpu": cpu, "environment": sorted(os.environ)}))
"""


def test_child_has_no_network_files_or_rights():
    run = subprocess.run(
        [sys.executable, "-I", "-c", PROBE, str(CHILD)], capture_output=True, check=True, env={}, timeout=120
    )
    found = json.loads(run.stdout)
    assert set(found["able"]) <= {"fork"}  # some kernels count processes per container, not per user
    assert found["uid"] != 0
    assert found["cpu"] == gate.CPU_SECONDS
