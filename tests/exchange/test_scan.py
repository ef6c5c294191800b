"""The pass over a sheet before its cells are read: what is damaged, what is hidden or merged, what is too much."""

import contextlib
import datetime
import io
import logging
import re
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.exchange import gate, parse, scan, spelling
from apps.exchange.gate import Refused
from apps.exchange.parse import Cell, read_rows
from tests.examples import examples
from tests.exchange import workbooks as make
from tests.exchange.enterprise_files import CASES


def read(folder, content, place=0):
    with read_rows(make.write(folder, content), place) as table:
        return table.meta, list(table)


def refusal(folder, content):
    with pytest.raises(Refused) as caught:
        read(folder, content)
    return caught.value


def sheet(*rows):
    return f"<sheetData>{''.join(rows)}</sheetData>"


ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize("case", ["a-cell-stands-twice", "shared-string-index-is-a-word"])
def test_damaged_cases_are_refused(tmp_path, case):
    error = refusal(tmp_path, (CASES / f"{case}.xlsx").read_bytes())
    assert error.code in ("cell_twice", "bad_text_index")
    assert "hỏng" in error.message


# Each once as most writers spell it and once with a comment in it, which goes the other way.
@pytest.mark.parametrize("odd", ["", "<!-- -->"], ids=["usual", "odd"])
@pytest.mark.parametrize(
    "body, code, says",
    [
        (sheet('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), "cell_twice", "A1"),
        (sheet('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), "cell_twice", "A1"),
        (sheet('<row r="1"><c r="A1"><v>1</v></c><c r="C1"/><c r="B1"/></row>'), "cell_twice", "B1"),
        (sheet('<row r="2"><c r="A3"><v>1</v></c></row>'), "cell_twice", "A3"),
        (sheet('<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>'), "cell_twice", "A1"),
        (sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is><is><t>b</t></is></c></row>'), "cell_twice", "A1"),
        (sheet('<row r="5"/>', ROW.replace("1", "5")), "row_twice", "5"),
        (sheet('<row r="7"><c r="A7"><v>1</v></c></row>', '<row r="2"><c r="A2"><v>1</v></c></row>'), "row_twice", "2"),
        (sheet('<row r="7"/>', '<row r="2"/>'), "row_twice", "2"),
        (sheet(ROW) + sheet(ROW), "sheet_twice", "Một"),
        (sheet('<row r="1"><c r="A1" t="s"><v>một</v></c></row>'), "bad_text_index", "Một"),
        (sheet('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'), "bad_text_index", "Một"),
        (sheet('<row r="1"><c r="A1" t="s"><v>0.5</v></c></row>'), "bad_text_index", "Một"),
        (sheet('<row r="1"><c r="A1" t="s"><v>18446744073709551616</v></c></row>'), "bad_text_index", "Một"),
        (sheet('<row r="1"><c r="A1" t="s"><v>4</v></c></row>'), "unreadable", "hỏng"),
        (sheet('<row r="1"><c r="A1" t="x"><v>1</v></c></row>'), "unreadable", "hỏng"),
        (sheet('<row r="1"><c r="A1" t="e"><v>#SPILL!</v></c></row>'), "odd_error", "A1"),
    ],
)  # fmt: skip
def test_what_two_readers_could_take_differently_is_refused(tmp_path, caplog, odd, body, code, says):
    error = refusal(tmp_path, make.smallest(body.replace("</row>", f"{odd}</row>", 1)))
    assert (error.code, says in error.message) == (code, True)
    assert "Traceback" not in caplog.text


def scanned(xml, reader):
    file = io.BytesIO(make.smallest(sheet=xml))
    with zipfile.ZipFile(file) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    found = scan.Scan("Một")
    try:
        reader(found).run(file, part)
        found.tell()
    except (Refused, spelling.UnusualError) as error:
        return error if isinstance(error, spelling.UnusualError) else error.code
    return {key: value for key, value in vars(found).items() if key not in ("_told", "_indexes")}


TEXTS = st.sampled_from(["", "1", "2.5", "#N/A", "#REF!", "a&amp;b", " ", "công ty", "0", "99"])
CELLS = st.builds(
    lambda kind, style, formula, value, blank: (
        (f' s="{style}"' if style else "")
        + (f' t="{kind}"' if kind else "")
        + (f">{formula}{value}</c>" if formula or value else "/>")
    ).replace("/>", blank + "/>"),
    st.sampled_from(["", "s", "n", "str", "e", "b", "inlineStr"]),
    st.sampled_from([None, 1, 12]),
    st.sampled_from(["", "", "", "<f>A1+1</f>", "<f/>", '<f t="shared" si="0"/>', '<f t="shared" ref="A1:A9">1</f>']),
    st.one_of(
        st.sampled_from(["", "<v/>", "<is><t/></is>"]),
        TEXTS.map("<v>{}</v>".format),
        TEXTS.map("<is><t>{}</t></is>".format),
    ),
    st.sampled_from(["", " "]),  # before the end of a tag without content, as Python's own XML writes
)
ROWS = st.lists(
    st.tuples(
        st.integers(1, 3),  # steps to the next row
        st.sampled_from(["", ' spans="1:9"', ' hidden="1"', ' ht="0" customHeight="1"', ' hidden="false"']),
        st.lists(st.tuples(st.integers(0, 3), CELLS), max_size=6),
        st.sampled_from(["", "", "", "\n  ", "<!-- -->", "<?a b?>"]),
    ),
    max_size=8,
)


@settings(max_examples=examples(75), deadline=None)
@given(ROWS, st.sampled_from(["", '<cols><col min="2" max="3" hidden="1"/></cols>']))
def test_both_ways_through_the_xml_see_the_same(rows, before):
    number, lines = 0, []
    for step, attributes, cells, between in rows:
        number += step
        column, spelt = 0, []
        for ahead, rest in cells:
            column += ahead
            spelt.append(f'<c r="{scan.cell_name(number - 1, column)}"{rest}')
            column += 1 if ahead else 0  # now and then a place comes twice
        lines.append(f'<row r="{number}"{attributes}>{between.join(spelt)}</row>' + between)
    xml = make.sheet_xml(
        f'{before}<sheetData>{"".join(lines)}</sheetData><mergeCells><mergeCell ref="A2:B4"/></mergeCells>'
    )
    usual = scanned(xml, spelling.Blocks)
    if isinstance(usual, spelling.UnusualError):
        assert "<!" in xml or "<?a" in xml or "&amp;" in xml or "<is></is>" in xml
        return
    other = scanned(xml, spelling.Events)
    assert usual == other or {"cell_twice", "bad_text_index", "odd_error"} >= {usual, other}


def test_what_openpyxl_writes_is_the_usual_spelling(tmp_path):
    """The other way takes three times as long, and a long file of it is refused as too heavy."""
    book = openpyxl.Workbook()
    for number in range(5):
        book.active.append(
            ["Công ty", None, "", 1.5, True, datetime.date(2026, 1, 1 + number), "=A1", "#N/A", " a & b "]
        )
        book.active.cell(number + 1, 12).number_format = "0.00"  # a cell that has a format and no value
    book.save(tmp_path / "openpyxl.xlsx")
    with (tmp_path / "openpyxl.xlsx").open("rb") as file:
        found = scan.Scan("Sheet")
        spelling.Blocks(found).run(file, gate.inspect(file, 0).part)
    assert (found.rows, found.last_column) == (5, 8)


@pytest.mark.parametrize("size", [gate.CHUNK - 3, gate.CHUNK, gate.CHUNK + 11, 3 * gate.CHUNK])
def test_pieces_may_end_anywhere(size):
    line = '<row r="{0}" spans="1:2"><c r="A{0}" t="str"><v>{1}</v></c><c r="B{0}"><f>1</f><v>2</v></c></row>'
    for shift in range(0, 140, 7):
        text = "x" * (size // 40)
        rows = "".join(line.format(number, text + "y" * shift) for number in range(1, 60))
        found = scanned(make.sheet_xml(f"<sheetData>{rows}</sheetData>"), spelling.Blocks)
        assert (found["rows"], found["last_row"], len(found["marks"])) == (59, 58, 59)


def test_a_prefix_before_every_name_is_as_usual():
    merged = '<mergeCells><mergeCell ref="A2:B4"/></mergeCells>'
    body = "<sheetData>" + "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}"><f>1</f><v>2</v></c></row>' for n in range(1, 3000)
    )
    xml = make.sheet_xml(f'<cols><col min="2" max="2" hidden="1"/></cols>{body}</sheetData>{merged}')
    prefixed = re.sub("<(/?)(?=[a-z])", r"<\1x:", xml).replace("xmlns=", "xmlns:x=", 1)
    assert scanned(prefixed, spelling.Blocks) == scanned(xml, spelling.Blocks) == scanned(prefixed, spelling.Events)


def test_hidden_rows_and_columns_are_read_and_told(tmp_path):
    body = '<cols><col min="2" max="2" hidden="1"/><col min="4" max="16384" hidden="true"/></cols>' + sheet(
        ROW,
        '<row r="2" hidden="1"><c r="A2"><v>2</v></c><c r="B2"><v>5</v></c></row>',
        '<row r="3" ht="0" customHeight="1"><c r="A3"><v>3</v></c></row>',
        '<row r="4" hidden="1"><c r="A4"/></row>',
        '<row r="5" hidden="0" ht="0.5"><c r="A5"><v>4</v></c></row>',
    )
    meta, rows = read(tmp_path, make.smallest(body))
    assert [number for number, _ in rows] == [1, 2, 3, 5]
    assert meta.hidden_rows == 2
    assert meta.hidden_columns[:2] == [1, 3]
    assert max(meta.hidden_columns) == gate.MAX_COLUMNS - 1


def test_cells_merged_downwards_count_for_each_row(tmp_path):
    body = (
        sheet(
            '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>7</v></c><c r="C1"><v>9</v></c></row>',
            '<row r="2"><c r="A2"/><c r="B2"><v>8</v></c></row>',
            '<row r="3"><c r="A3"/></row>',
            '<row r="4"><c r="A4"/><c r="C4"><v>6</v></c></row>',
            '<row r="5"><c r="C5"><v>5</v></c></row>',
        )
        + '<mergeCells count="3"><mergeCell ref="A1:A4"/><mergeCell ref="C1:D1"/><mergeCell ref="B2:B4"/></mergeCells>'
    )
    n = [None, *(Cell("n", str(number)) for number in range(1, 10))]
    meta, rows = read(tmp_path, make.smallest(body))
    # Row 3 holds nothing but merged cells: it is no row of its own.
    assert rows == [
        (1, [n[1], n[7], n[9]]),
        (2, [n[1], n[8], None]),
        (4, [n[1], n[8], n[6]]),
        (5, [None, None, n[5]]),
    ]
    assert meta.merges == [[0, 0, 3], [1, 1, 3]]


@pytest.fixture
def endless(monkeypatch, tmp_path):
    """The same reader with a second of the processor's time, which never comes to the end of a file.

    Real sheets that are too much for a slow machine are little for a quick one.
    """
    apps = parse.CHILD.parents[1]
    changes = {
        "exchange/gate": ("CPU_SECONDS = 5 ", "CPU_SECONDS = 1 "),
        "exchange/child": (
            "def read_xlsx(file: io.BytesIO, place: int) -> Read:\n",
            "def read_xlsx(file: io.BytesIO, place: int) -> Read:\n    while True: ...\n",
        ),
    }
    for name in (
        "exchange/child",
        "exchange/gate",
        "exchange/scan",
        "exchange/formats",
        "exchange/spelling",
        "documents/packages",
        "documents/confined",
    ):
        old, new = changes.get(name, ("", ""))
        text = (apps / f"{name}.py").read_text()
        assert old in text
        copied = tmp_path / f"{name}.py"
        copied.parent.mkdir(exist_ok=True)
        copied.write_text(text.replace(old, new) if old else text)
    monkeypatch.setattr(parse, "CHILD", tmp_path / "exchange" / "child.py")


def test_too_much_work_is_refused_as_such(endless, tmp_path, caplog):
    error = refusal(tmp_path, make.smallest(sheet('<row r="1"><c r="A1" t="str"><v>x</v></c></row>')))
    assert error.code == "too_slow"
    assert "Trang tính quá nặng" in error.message
    assert "Traceback" not in caplog.text


def test_too_much_memory_is_refused_as_such(tmp_path, caplog):
    text = "<si><t>x</t></si>" * 10 + f"<si><t>{'y' * 30_000}</t></si>"
    strings = f'{make.DECLARATION}<sst xmlns="{make.MAIN}">{text}</sst>'
    cells = "<row>" + '<c t="s"><v>10</v></c>' * 100 + "</row>"
    error = refusal(
        tmp_path, make.smallest(f"<sheetData>{cells * 300}</sheetData>", extra=[("xl/sharedStrings.xml", strings)])
    )
    assert error.code == "too_heavy"
    assert "256 MB" in error.message
    assert "Traceback" not in caplog.text


def test_the_reader_says_one_line_whatever_happens(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    bodies = [
        sheet('<row r="1"><c r="A1" t="s"><v>4</v></c></row>'),
        sheet('<row r="1"><c r="A1"><v>x</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="d"><v>x</v></c></row>'),
        sheet('<row r="1"><c r="A1" s="4294967296"><v>1e999</v></c></row>'),
    ]
    for body in bodies:
        with contextlib.suppress(Refused):
            read(tmp_path, make.smallest(body))
    assert not re.search('Traceback|panicked|File "|RUST_BACKTRACE', caplog.text)
    assert all("\n" not in record.getMessage() for record in caplog.records)


def test_another_visible_sheet_can_be_read(tmp_path):
    content = (CASES / "second-visible-sheet.xlsx").read_bytes()
    assert read(tmp_path, content, 1)[0].sheet == "Tháng 2"
    with pytest.raises(Refused) as caught:
        read(tmp_path, content, 2)
    assert caught.value.code == "no_sheet"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<c r="B2" t="inlineStr"><v>x</v></c>', "lost_text"),
        ('<c r="B2" t="inlineStr"><f>1</f><v>x</v></c>', "lost_text"),
        ('<c r="B2" t="inlineStr"><is><t>a</t></is><v>b</v></c>', "cell_twice"),
        ('<c r="B2" t="str"><v>b</v><is><t>a</t></is></c>', "cell_twice"),
        ('<c r="B2"><f>A1</f></c>', "uncalculated"),
        ('<c r="A2"/><c r="B2"><f>A1</f></c><c r="C2" t="str"><f>B1</f></c>', "uncalculated"),
    ],
)
@pytest.mark.parametrize("usual", [True, False], ids=["usual spelling", "any spelling"])
def test_a_row_that_says_something_is_never_read_as_blank(tmp_path, cell, code, usual):
    note = "" if usual else "<!-- odd -->"
    body = f'<sheetData>{note}<row r="1"><c r="A1"><v>1</v></c></row><row r="2">{cell}</row></sheetData>'
    assert refusal(tmp_path, make.smallest(body)).code == code


def test_formulas_that_show_nothing_leave_a_row_blank(tmp_path):
    body = sheet('<row r="1"><c r="A1"><v>1</v></c></row>', '<row r="2"><c r="A2" t="str"><f>A9</f><v></v></c></row>')
    assert [number for number, _cells in read(tmp_path, make.smallest(body))[1]][:1] == [1]


def test_what_a_merge_covers_is_not_what_people_see(tmp_path):
    lines = ('<row r="1"><c r="A1"><v>1</v></c></row>', '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><v>3</v></c></row>')
    body = sheet(*lines) + '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>'
    one, three = Cell("n", "1"), Cell("n", "3")
    assert read(tmp_path, make.smallest(body))[1] == [(1, [one, None]), (2, [one, three])]


def test_a_column_without_width_is_hidden(tmp_path):
    body = '<cols><col min="2" max="2" width="0" customWidth="1"/><col min="3" max="3" width="0.5"/></cols>'
    assert read(tmp_path, make.smallest(body + make.ONE_CELL))[0].hidden_columns == [1]
