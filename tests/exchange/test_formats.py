"""A number whose format shows something else is read as what is seen; one that is only drawn nicely stays a number."""

import openpyxl
import pytest

from apps.exchange import gate
from apps.exchange.formats import Format
from tests.exchange import otherfiles as other
from tests.exchange import workbooks as make
from tests.exchange.reader import read_here

SHOWN = [
    ("0%", "0.5", "50%"), ("0%", "0.705", "70,5%"), ("0.00%", "1", "100,00%"), ("00000", "123", "00123"),
    ("0000000000", "100109106", "0100109106"), ("0000\\ 000\\ 000", "912345678", "0912 345 678"),
    ("0#########", "912345678", "0912345678"), ('"KĐ-"000', "5", "KĐ-005"), ('0 "kg"', "500", "500 kg"),
    ('#,##0.0 "triệu"', "1234.5", "1.234,5 triệu"), ("#,##0,", "1234567", "1.234,567"), ('0 "m3"', "-5", "-5 m3"),
    ('"Có";;"Không"', "0", "Không"), ("mm/yyyy", "2026-03-01", "03/2026"), ("mmm-yy", "2026-03-01", "03/2026"),
    ("yyyy", "2026-01-01", "2026"), ("hh:mm", "2026-03-15T17:00:00", "17:00"), ("h:mm", "12:30:00", "12:30"),
    ("[h]:mm", "30:00:00", "30:00"), ("dddd", "2026-03-15", "Chủ nhật"),
]  # fmt: skip
PLAIN = [
    "General", "0", "0.00", "#,##0", "#,##0.00", "#\\ ##0", "0;[Red]-0", '#,##0\\ "₫"', "[$₫-42A]#,##0", "#,##0 đ",
    '_-* #,##0\\ _₫_-;\\-* #,##0\\ _₫_-;_-* "-"\\ _₫_-;_-@_-', "0.00E+00", "# ?/?", "@", ";;;", "[>1000]0.0;0",
    "dd/mm/yyyy", "[$-42A]dd/mm/yyyy;@", '"ngày" dd "tháng" mm "năm" yyyy', "d-mmm", "[h]:mm", "dd/mm/yyyy hh:mm",
]  # fmt: skip


@pytest.mark.parametrize(("code", "value", "shown"), SHOWN)
def test_what_is_seen(code, value, shown):
    assert Format(code).is_odd
    assert Format(code).shown(value) == shown


@pytest.mark.parametrize("code", PLAIN)
def test_a_number_or_day_stays_what_it_is(code):
    assert [Format(code).shown(value) for value in ("0", "5", "-1234.5", "2026-03-01")] == [""] * 4


def read(tmp_path, content, ending="xlsx"):
    path = tmp_path / "upload"
    path.write_bytes(content)
    with read_here(path, ending=ending) as table:
        return [[cell and tuple(cell) for cell in cells] for _number, cells in table]


def test_cells_of_a_workbook(tmp_path):
    """In row 1 of style 1, and in row 11 of style 11: the number of a row is none of a style."""
    book = openpyxl.Workbook()
    for row in range(1, 13):
        for column, code in enumerate(["0%", "00000", "#,##0", "@"], 1):
            book.active.cell(row, column, row / 2).number_format = code if column > 1 else f"{'0' * row}.0%"
    book.active["E1"] = 7
    rows = read(tmp_path, make.saved(book))
    assert rows[0] == [("s", "50,0%"), ("s", "00000,5"), ("n", "0.5"), ("n", "0.5"), ("n", "7")]
    assert rows[10][:2] == [("s", "00000000550,0%"), ("s", "00005,5")]
    assert rows[11][1:3] == [("s", "00006"), ("n", "6")]


def test_a_formula_shows_as_its_format_says_and_numbers_beyond_reason_as_excel_has_them(tmp_path):
    styles = f'<styleSheet xmlns="{make.MAIN}"><cellXfs><xf numFmtId="9"/><xf numFmtId="0"/></cellXfs></styleSheet>'
    cells = (
        '<row r="1"><c r="A1"><f>1/2</f><v>0.5</v></c><c r="B1" t="str"><f>A1</f><v>0.5</v></c>'
        '<c r="C1" s="1"><v>1e-300</v></c><c r="D1" s="1"><v>1e308</v></c><c r="E1" s="1"><v>0.5</v></c></row>'
    )
    content = make.smallest(f"<sheetData>{cells}</sheetData>", extra=[("xl/styles.xml", styles)])
    assert read(tmp_path, content) == [[("t", "50%"), ("t", "0.5"), ("s", "1E-300"), ("s", "1E+308"), ("n", "0.5")]]


def test_cells_of_an_ods_as_they_are_seen(tmp_path):
    """Its own text, where the library leaves out a line break or tells a drawing's; a remark is nobody's text."""
    cells = [
        ("string", "", 'Công<text:line-break/>ty<text:tab/>A<text:s text:c="2"/>B</text:p><text:p>C'),
        ("string", "", "<draw:frame><draw:text-box><text:p>HÌNH</text:p></draw:text-box></draw:frame>D"),
        ("string", "", "<office:annotation><text:p>LỜI</text:p></office:annotation>E"),
        ("percentage", 'office:value="0.5"', "50%"),
        ("float", 'office:value="123"', "00123"),
        ("float", 'office:value="500"', "500 kg"),
        ("time", 'office:time-value="PT30H"', "30:00"),
        ("date", 'office:date-value="2026-03-01"', "03/2026"),
        ("date", 'office:date-value="2026-03-15"', "15/03/26"),
        ("float", 'office:value="1234567"', "1.234.567 đ"),
        ("float", 'office:value="5"', ""),
    ]
    row = "".join(
        f'<table:table-cell office:value-type="{kind}" {value}><text:p>{text}</text:p></table:table-cell>'
        for kind, value, text in cells
    )
    body = f'<table:table table:name="A"><table:table-row>{row}</table:table-row></table:table>'
    [found] = read(tmp_path, other.ods(body), "ods")
    assert [value for _kind, value in found] == [
        "Công\nty\tA  B\nC", "D", "E", "50%", "00123", "500 kg", "30:00", "03/2026", "2026-03-15", "1234567", "5",
    ]  # fmt: skip


def test_a_sheet_in_sixteen_bits_is_refused(tmp_path):
    """The library finds nothing in it; a report's sheet had been passed over as blank."""
    xml = make.sheet_xml().replace("UTF-8", "UTF-16").encode("utf-16")
    with pytest.raises(gate.Refused, match="unreadable"):
        read(tmp_path, make.smallest(sheet=xml))


def test_an_ods_that_is_set_out_in_lines_is_read(tmp_path):
    """As SheetJS and others write it."""
    lines = other.ods_table([["Mã", "Tên"], ["0017", "Công ty A"]]).replace("><table:", ">\n    <table:")
    body = lines.replace("<text:p>", "\n  <text:p>").replace("</text:p></table:", "</text:p>\n  </table:")
    assert read(tmp_path, other.ods(body), "ods") == [[("s", "Mã"), ("s", "Tên")], [("s", "0017"), ("s", "Công ty A")]]
