"""Reading through the real child process."""

import datetime
import json
import os
import signal
import subprocess
import sys
import time
import unicodedata

import openpyxl
import pytest

from apps.exchange import parse
from apps.exchange.gate import Refused
from apps.exchange.parse import Cell, read_rows
from tests.exchange import workbooks as make


def read(folder, content, **options):
    with read_rows(make.write(folder, content), **options) as table:
        return table.meta, list(table)


def refusal(folder, content, **options):
    with pytest.raises(Refused) as caught:
        read(folder, content, **options)
    return caught.value


def cells_of(folder, body):
    """{row number: cells} of a sheet written by hand."""
    return dict(read(folder, make.smallest(body))[1])


def n(text):
    return Cell("n", text)


def s(text):
    return Cell("s", text)


def test_read_five_thousand_rows(tmp_path):
    meta, rows = read(tmp_path, make.register(5000))
    assert meta == ("Dữ liệu", 0, ["Dữ liệu"], ["Dữ liệu"], 0, 5001, 10, 0, [], [])
    assert [number for number, _ in rows] == list(range(1, 5002))
    assert rows[0][1][0] == s("Cột 1")
    assert rows[4000][1] == [
        s("0000004000"),
        s("Công ty 4000"),
        s("Hà Nội"),
        n("4000"),
        n("1000"),
        Cell("d", "2024-04-10"),
        Cell("b", True),
        None,
        s("A"),
        s("B"),
    ]


def test_values_keep_their_kind(tmp_path):
    name = unicodedata.normalize("NFD", "Đồng Nai")
    moment = datetime.datetime(2024, 2, 29, 8, 30)
    content = make.table(
        [
            ["0100109106", 100109106, -1234.5, 0.1 + 0.2, 1e20, 0, 1e-7],
            [name, "  hai  dấu cách ", "dòng\nmới", "=".join("ab"), "", None, "😀"],
            [datetime.date(2024, 2, 29), moment, datetime.time(8, 30), True, False],
        ]
    )
    rows = dict(read(tmp_path, content)[1])
    assert rows[1] == [s("0100109106"), *map(n, ("100109106", "-1234.5", "0.3", "1" + "0" * 20, "0", "0.0000001"))]
    assert rows[2][0].value == name
    assert rows[2][1:] == [s("  hai  dấu cách "), s("dòng\nmới"), s("a=b"), None, None, s("😀")]
    assert rows[3][:5] == [
        Cell("d", "2024-02-29"),
        Cell("d", "2024-02-29T08:30:00"),
        s("08:30:00"),
        Cell("b", True),
        Cell("b", False),
    ]


def test_row_numbers_are_those_of_excel(tmp_path):
    book = openpyxl.Workbook()
    book.active["C4"], book.active["D4"] = "Mã số thuế", "Tên"
    book.active["C6"], book.active["E9"] = "0100109106", 5
    meta, rows = read(tmp_path, make.saved(book))
    assert (meta.rows, meta.columns) == (9, 5)
    assert rows == [
        (4, [None, None, s("Mã số thuế"), s("Tên"), None]),
        (6, [None, None, s("0100109106"), None, None]),
        (9, [None, None, None, None, n("5")]),
    ]


@pytest.mark.parametrize("dimension", ["A1", "A1:A1", "A1:XFD1048576", "Z90:Z99"])
def test_wrong_dimension_does_not_matter(tmp_path, dimension):
    body = f'<dimension ref="{dimension}"/><sheetData><row r="2"><c r="B2"><v>5</v></c></row></sheetData>'
    assert cells_of(tmp_path, body) == {2: [None, n("5")]}


def test_absent_references(tmp_path):
    body = (
        '<sheetData><row r="2"><c><v>1</v></c><c/><c><f>1+1</f><v>2</v></c></row><row/>'
        '<row><c><v>4</v></c><c r="D4" t="e"><v>#REF!</v></c><c><f>A1</f><v>6</v></c></row></sheetData>'
    )
    assert cells_of(tmp_path, body) == {
        2: [n("1"), None, Cell("f", "2"), None, None],
        4: [n("4"), None, None, Cell("e", "#REF!"), Cell("f", "6")],
    }


def test_errors_and_formulas_are_told_apart(tmp_path):
    body = (
        '<sheetData><row r="3"><c r="B3" t="e"><v>#REF!</v></c><c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="D3"><f>1+1</f><v>2</v></c><c r="E3" t="str"><f>A1&amp;"x"</f><v>một x</v></c>'
        '<c r="F3" t="b"><f>TRUE()</f><v>1</v></c><c r="G3"><f>Z1</f></c><c r="H3"><v>NaN</v></c>'
        '<c r="I3" t="inlineStr"><is><t>#REF!</t></is></c></row>'
        '<row r="5"><c r="A5"><v>5</v></c><c r="J5"><f>Z1</f></c></row></sheetData>'
        '<extLst xmlns:x="urn:x"><x:ext><x:f>B3</x:f></x:ext></extLst>'
    )
    f = [Cell("f", text) for text in ("2", "một x", "TRUE", "")]
    assert cells_of(tmp_path, body) == {
        3: [None, Cell("e", "#REF!"), Cell("e", "#DIV/0!"), *f, Cell("e", "#NUM!"), s("#REF!"), None],
        5: [n("5"), *[None] * 8, Cell("f", "")],
    }


def test_prefixed_elements_are_understood(tmp_path):
    body = (
        f'<x:sheetData xmlns:x="{make.MAIN}"><x:row r="2"><x:c r="B2" t="e"><x:v>#N/A</x:v></x:c>'
        '<x:c r="C2"><x:f>1</x:f><x:v>1</x:v></x:c></x:row></x:sheetData>'
    )
    assert cells_of(tmp_path, body) == {2: [None, Cell("e", "#N/A"), Cell("f", "1")]}


def test_shared_strings_with_blank_ones_between(tmp_path):
    cells = "".join(f'<c t="s"><v>{index}</v></c>' for index in range(4))
    strings = '<si><t>a</t></si><si><t/></si><si/><si><r><t>Hà</t></r><r><t xml:space="preserve"> Nội</t></r></si>'
    extra = [("xl/sharedStrings.xml", f'{make.DECLARATION}<sst xmlns="{make.MAIN}">{strings}</sst>')]
    content = make.smallest(f'<sheetData><row r="1">{cells}</row></sheetData>', extra=extra)
    assert read(tmp_path, content)[1] == [(1, [s("a"), None, None, s("Hà Nội")])]


def test_empty_styled_cells_below_do_not_count(tmp_path):
    body = (
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    )
    meta, rows = read(tmp_path, make.smallest(body))
    assert (meta.rows, meta.columns, rows) == (1, 1, [(1, [n("1")])])


def test_empty_sheet_has_no_rows(tmp_path):
    meta, rows = read(tmp_path, make.smallest("<sheetData/>"))
    assert (meta.rows, meta.columns, rows) == (0, 0, [])


def test_nul_never_arrives(tmp_path):
    body = '<sheetData><row r="1"><c t="inlineStr"><is><t>a_x0000_b</t></is></c></row></sheetData>'
    assert cells_of(tmp_path, body) == {1: [s("a\N{REPLACEMENT CHARACTER}b")]}


def test_hidden_sheets_are_never_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.title, book.active["A1"] = "Ẩn", "bí mật"
    book.active.sheet_state = "hidden"
    for title in ("Rất ẩn", "Số liệu", "Hướng dẫn"):
        book.create_sheet(title)["B2"] = title
    book["Rất ẩn"].sheet_state = "veryHidden"
    book.active = 2
    meta, rows = read(tmp_path, make.saved(book))
    assert meta[:7] == ("Số liệu", 0, ["Số liệu", "Hướng dẫn"], ["Số liệu", "Hướng dẫn"], 2, 2, 2)
    assert rows == [(2, [None, s("Số liệu")])]


@pytest.mark.parametrize(
    "body, code, says",
    [
        ('<sheetData><row r="1"><c r="GS1"><v>1</v></c></row></sheetData>', "too_many_columns", "GS1"),
        ('<sheetData><row r="200001"><c><v>1</v></c></row></sheetData>', "too_many_rows", "Một"),
        ('<sheetData><row r="1"><c><v>1</v></c></row><row r="200000"><c r="GR200000"><v>1</v></c></row></sheetData>',
         "too_many_cells", "200000 dòng × 200 cột"),
        ('<sheetData><row r="1"><c><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
         "too_many_columns", "XFD1048576"),
        ('<sheetData><row r="99999999999"><c><v>1</v></c></row></sheetData>', "bad_cell", "99999999999"),
        ('<sheetData><row r="1"><c r="AAAAAAAA1"><v>1</v></c></row></sheetData>', "bad_cell", "AAAAAAAA1"),
        ('<sheetData><row r="1"><c r="B1" t="e"><v>#SPILL!</v></c></row></sheetData>', "odd_error", "B1"),
        (f'<sheetData><row r="8"><c t="str"><v>{"x" * 32768}</v></c></row></sheetData>', "long_text", "8"),
        ('<sheetData><row r="1"><c t="s"><v>7</v></c></row></sheetData>', "unreadable", "Không đọc được"),
        ('<sheetData><row r="1"><c><v>1</v></c>', "bad_xml", "sheet1.xml"),
    ],
)  # fmt: skip
def test_cells_are_refused(tmp_path, body, code, says):
    error = refusal(tmp_path, make.smallest(body))
    assert error.code == code
    assert says in error.message


def test_refusal_of_the_gate_comes_through(tmp_path):
    assert refusal(tmp_path, make.ole(encrypted=True)).code == "encrypted"
    assert refusal(tmp_path, b"").code == "empty"
    assert refusal(tmp_path, make.bomb_by_ratio()).code == "bomb"


def test_memory_is_limited(tmp_path):
    strings = (
        f'{make.DECLARATION}<sst xmlns="{make.MAIN}">{"<si><t>x</t></si>" * 10}<si><t>{"y" * 30000}</t></si></sst>'
    )
    row = "<row>" + '<c t="s"><v>10</v></c>' * 100 + "</row>"
    content = make.smallest(f"<sheetData>{row * 300}</sheetData>", extra=[("xl/sharedStrings.xml", strings)])
    assert len(content) < 20_000
    assert refusal(tmp_path, content).code == "too_heavy"


def child(monkeypatch, tmp_path, code):
    """Put a child of our own in place of the true one."""
    script = tmp_path / "child.py"
    script.write_text(code)
    monkeypatch.setattr(parse, "CHILD", script)
    monkeypatch.setattr(parse, "GRACE", 0.5)


FIELDS = {"sheet": "A", "place": 0, "sheets": [], "filled": [], "hidden": 0, "rows": 9, "columns": 1}
FIELDS |= {"hidden_rows": 0, "hidden_columns": [], "merges": []}
META = f"print({json.dumps(FIELDS)!r}, flush=True)\n"


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(60)",
        META + "import time; time.sleep(60)",
        META + "import os, time; os.close(1); os.close(2); time.sleep(60)",
        META + "import os; os.kill(os.getpid(), 9)",
        META + "import os; os.abort()",
        META + "raise MemoryError",
        META + "print('[1,[\"n1\"]]'); print('[2,[\"n', end='')",
        META + "print('[1,[1]]')",
        META + "print('[1,[\"\"]]')",
        META + "print('[1,[\"x1\"]]')",
        META + "print('[1,[[\"n1\"]]]')",
        META + "print('[2,[null]]'); print('[1,[null]]')",
        META + "print('[300000,[null]]')",
        META + "print('{}')",
        META + "print('x' * 3_000_000)",
        'print(\'{"refused": [], "message": 1}\')',
        "print('null')",
        "",
    ],
)
def test_child_gone_wrong_is_a_refusal(monkeypatch, tmp_path, code):
    child(monkeypatch, tmp_path, code)
    assert refusal(tmp_path, make.smallest(), quiet=0.5).code == "unreadable"


def test_child_out_of_its_processor_time_is_told_as_such(monkeypatch, tmp_path):
    """By the signal the system sends then, not by any clock of ours."""
    child(monkeypatch, tmp_path, META + "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)")
    error = refusal(tmp_path, make.smallest())
    assert error.code == "too_slow"
    assert "công thức" in error.message


def test_noise_is_kept_for_the_log_only(monkeypatch, tmp_path, caplog):
    child(monkeypatch, tmp_path, META + "import sys; sys.stderr.write('a' * 900_000 + '\\ncause\\n'); sys.exit(1)")
    assert "cause" not in refusal(tmp_path, make.smallest()).message
    assert "cause" in caplog.text
    assert len(caplog.text) < 4000


def test_child_sees_no_secrets(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "bí mật")
    child(
        monkeypatch,
        tmp_path,
        f"import json, os\nprint(json.dumps({FIELDS!r} | {{'sheet': ' '.join(os.environ)}}))",
    )
    assert "SECRET_KEY" not in read(tmp_path, make.smallest())[0].sheet


def test_consumer_that_stops_early_ends_the_child(monkeypatch, tmp_path):
    started = []
    start = parse._start
    monkeypatch.setattr(parse, "_start", lambda *asked: started.append(start(*asked)) or started[-1])
    path = make.write(tmp_path, make.long_register(5000))
    with read_rows(path) as table:
        next(iter(table))
    assert started[0].returncode == -signal.SIGKILL
    with pytest.raises(ZeroDivisionError), read_rows(path):
        1 / 0  # noqa: B018
    assert started[1].returncode is not None


def test_a_kernel_that_grants_no_larger_pipe_stops_no_import(monkeypatch, tmp_path):
    def refused(*_asked):
        raise PermissionError

    monkeypatch.setattr("fcntl.fcntl", refused)
    assert len(read(tmp_path, make.register(10))[1]) == 11


def test_slow_consumer_is_not_held_against_the_file(tmp_path):
    with read_rows(make.write(tmp_path, make.long_register(5001)), quiet=10.0) as table:
        table._rows = iter(table)
        next(table._rows)
        time.sleep(0.2)
        assert sum(1 for _ in table) == 5000


def test_descriptors_are_given_back(tmp_path):
    path = make.write(tmp_path, make.smallest())
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with read_rows(path) as table:
            list(table)
    assert len(os.listdir("/proc/self/fd")) == before


# Its own process: the peak of this one already holds the files it built.
READER = """
import sys, time
from apps.exchange.parse import read_rows
began = time.monotonic()
with read_rows(sys.argv[1]) as table:
    count = sum(1 for _ in table)
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(count, time.monotonic() - began, peak)
"""


def test_parent_holds_no_rows(tmp_path):
    figures = []
    for count in (10, 20_000):
        path = make.write(tmp_path, make.long_register(count))
        run = subprocess.run([sys.executable, "-c", READER, str(path)], capture_output=True, check=True, text=True)
        rows, seconds, peak = run.stdout.split()
        assert int(rows) == count
        figures.append(int(peak))
    print(f"\n20.000 rows × 10 columns: {float(seconds):.2f} s; peak of the parent {figures[1] / 1024:.0f} MB")
    assert figures[1] - figures[0] < 8 * 1024
