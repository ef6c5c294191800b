"""Files as offices make them, each named by what is odd in it, with the outcome it must have.

`Office(build, valid, said)`: so many rows are valid at once; `said` are codes of notes, or words of what is asked or
refused. `errors` counts what is asked at cells.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import openpyxl
from openpyxl.styles import Alignment

from apps.core.text import fold
from tests.exchange import enterprise_files as files
from tests.exchange import otherfiles as other
from tests.exchange import workbooks

Line = Sequence[object]
HEADER = list(files.HEADER)
OTHER_NAMES = {
    "Mã số thuế": "MST", "Tên doanh nghiệp": "Tên DN", "Tỉnh, thành phố": "Địa bàn", "Địa chỉ": "Trụ sở",
    "Loại hình": "Loại hình DN", "Mã ngành (VSIC)": "Mã ngành", "Hình thức tham gia": "Hình thức",
    "Giai đoạn": "Tình trạng áp dụng", "Ngày": "Ngày thực hiện", "Ghi chú": "Diễn giải",
}  # fmt: skip
LETTERHEAD = [
    ["UBND TỈNH BẮC NINH", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["SỞ KHOA HỌC VÀ CÔNG NGHỆ", None, None, None, "Độc lập - Tự do - Hạnh phúc"],
    [],
    ["DANH SÁCH DOANH NGHIỆP ÁP DỤNG CHƯƠNG TRÌNH ĐẢM BẢO ĐO LƯỜNG"],
    ["(Kèm theo Công văn số 12/SKHCN-TĐC ngày 01 tháng 02 năm 2026)"],
    [],
]
SIGNED = [
    [],
    [None, None, None, None, "Bắc Ninh, ngày 01 tháng 02 năm 2026"],
    [None, "Người lập biểu", None, None, "THỦ TRƯỞNG ĐƠN VỊ"],
    [None, "(Ký, ghi rõ họ tên)", None, None, "(Ký tên, đóng dấu)"],
    [None, "Nguyễn Thị A", None, None, "Trần Văn B"],
]


class Office(NamedTuple):
    build: Callable[[], bytes]
    valid: int
    said: tuple[str, ...] = ()
    errors: int = 0
    name: str = "DN-BNH-2026.xlsx"


def book(*sheets: tuple[str, Sequence[Line]], merges: Sequence[str] = ()) -> bytes:
    """Sheets of title and lines; the cells of the first that are merged."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, lines in sheets:
        sheet = made.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
    for cells in merges:
        made.worksheets[0].merge_cells(cells)
        made.worksheets[0][cells.partition(":")[0]].alignment = Alignment(wrap_text=True)
    return workbooks.saved(made)


def one(*lines: Line, merges: Sequence[str] = ()) -> bytes:
    return book(("DS", lines), merges=merges)


def rows(count: int = 3, **options: Any) -> list[list[object]]:
    return files.rows(count, **options)


def headed(change: Callable[[str], object], *more: Line) -> bytes:
    return one([change(name) for name in HEADER], *rows(), *more)


def numbered(lines: Sequence[Line]) -> list[list[object]]:
    return [[number, *line] for number, line in enumerate(lines, 1)]


def without_accents(text: str) -> str:
    return fold(text).upper()


def two_storeys() -> bytes:
    """«Doanh nghiệp» over tax code and name, «Người đại diện» over name and telephone; the others merged downwards."""
    upper = ["STT", "Thông tin doanh nghiệp", None, "Người đại diện", None, *HEADER[2:]]
    lower = [None, "MST", "Tên DN", "Họ tên", "Điện thoại"]
    lines = [[n, *row[:2], "Lê Thị C", "0912345678", *row[2:]] for n, row in enumerate(rows(), 1)]
    down = [f"{letter}1:{letter}2" for letter in "AFGHIJKLM"]
    return one(upper, lower, *lines, merges=["B1:C1", "D1:E1", *down])


def two_storeys_unmerged() -> bytes:
    upper = ["Mã số", None, *HEADER[2:8], "Thời gian", None, "Ghi chú"]
    lower = ["Mã số thuế", "Tên doanh nghiệp", *[None] * 6, "Ngày", "Giờ"]
    lines = [[*row[:9], "8h", row[9]] for row in rows()]
    return one(upper, lower, *lines)


def pages() -> bytes:
    """The heading comes again at the top of every printed page, after a total of the page."""
    lines = rows(6)
    return one(HEADER, *lines[:3], ["Cộng trang 1: 3 doanh nghiệp"], HEADER, *lines[3:])


HEADERS: dict[str, Office] = {
    "letterhead above, header in row 7": Office(lambda: one(*LETTERHEAD, HEADER, *rows()), 3, ("header_row",)),
    "letterhead, merged title and signatures": Office(
        lambda: one(*LETTERHEAD, HEADER, *rows(), *SIGNED, merges=["A4:J4", "A1:C1"]), 3, ("rows_left_out",)
    ),
    "header in capitals": Office(lambda: headed(str.upper), 3),
    "header without accents": Office(lambda: headed(without_accents), 3),
    "header with line breaks": Office(lambda: headed(lambda name: name.replace(" ", "\n", 1)), 3),
    "header with two blanks between words": Office(lambda: headed(lambda name: f"  {name.replace(' ', '  ')} "), 3),
    "header with stars": Office(lambda: headed(lambda name: f"{name} (*)"), 3),
    "header with numbers in front": Office(lambda: headed(lambda name: f"{HEADER.index(name) + 1}. {name}"), 3),
    "header with notes in brackets": Office(lambda: headed(lambda name: f"{name} (bắt buộc)"), 3, ("columns_named",)),
    "header by other names": Office(lambda: headed(OTHER_NAMES.__getitem__), 3, ("columns_named",)),
    "header by other names in capitals without accents": Office(
        lambda: headed(lambda name: without_accents(OTHER_NAMES[name])), 3, ("columns_named",)
    ),
    "two names for one thing in a heading": Office(
        lambda: headed(lambda name: "MST/Mã số DN" if name == HEADER[0] else name), 3, ("columns_named",)
    ),
    "columns in another order": Office(lambda: one(HEADER[::-1], *[row[::-1] for row in rows()]), 3),
    "first column counts, others are nobody's": Office(
        lambda: one(["STT", *HEADER, "Điện thoại"], *[[*row, "0912345678"] for row in numbered(rows())]), 3,
        ("extra_columns",),
    ),
    "line of numbers below the header": Office(
        lambda: one(["TT", *HEADER], ["A", *range(1, 11)], *numbered(rows())), 3
    ),
    "two storeys with merged cells": Office(two_storeys, 3, ("columns_named", "extra_columns")),
    "two storeys, nothing merged": Office(two_storeys_unmerged, 3),
}  # fmt: skip
LEFTOVERS: dict[str, Office] = {
    "total of the file": Office(lambda: one(HEADER, *rows(), ["Tổng cộng", "3 doanh nghiệp"]), 3, ("rows_left_out",)),
    "total in capitals over five cells": Office(
        lambda: one(["STT", *HEADER], *numbered(rows()), ["TỔNG CỘNG", None, "3", "x", "y", "z", "t"]), 3,
        ("rows_left_out",),
    ),
    "totals of groups among the rows": Office(
        lambda: one(HEADER, *rows(2), ["Cộng:", "2"], *rows(3)[2:], ["Tổng số", "3"]), 3, ("rows_left_out",)
    ),
    "heading again on every page": Office(pages, 6, ("rows_left_out",)),
    "place, day and two signatures": Office(lambda: one(HEADER, *rows(), *SIGNED), 3, ("rows_left_out",)),
    "remark below": Office(lambda: one(HEADER, *rows(), [], ["Ghi chú: số liệu đến 2025"]), 3, ("rows_left_out",)),
    "blank rows among and below": Office(lambda: one(HEADER, [], *rows(2), [], [], *rows(3)[2:], [], []), 3),
    "numbers run on below the rows": Office(
        lambda: one(["STT", *HEADER], *numbered(rows()), [4], [5], [6]), 3
    ),
    "an enterprise called Tổng công ty": Office(
        lambda: one(HEADER, *[files.put(row, "Tên doanh nghiệp", "Tổng công ty Sông Cầu") for row in rows()]), 3
    ),
}  # fmt: skip
SHEETS: dict[str, Office] = {
    "cover and guide in front": Office(
        lambda: book(("Bìa", [["BÁO CÁO"]]), ("HD", [["Cột", "Cách nhập"]]), ("Số liệu", [HEADER, *rows()])), 3,
        ("sheet_chosen",),
    ),
    "list of codes in front": Office(
        lambda: book(("Danh mục", [["Mã", "Tên"], ["1", "A"]]), ("DN", [HEADER, *rows()])), 3, ("sheet_chosen",)
    ),
}  # fmt: skip


def table() -> list[Line]:
    return [HEADER, *rows()]


def semicolons_with_marks() -> bytes:
    """As Excel saves it where the comma is the decimal sign."""
    return b"sep=;\r\n" + other.text(table(), ";")


def quoted_zeros() -> bytes:
    return other.text([HEADER, *[[f'="{row[0]}"', *row[1:]] for row in rows()]])


HIDDEN_AND_SHOWN = (("Cũ", "h"), ("DN", ""))
FORMATS: dict[str, Office] = {
    "csv in UTF-8": Office(lambda: other.text(table()), 3, name="a.csv"),
    "csv in UTF-8 with its mark": Office(lambda: other.text(table(), code="utf-8-sig"), 3, name="a.CSV"),
    "csv in UTF-16": Office(lambda: other.text(table(), "\t", "utf-16"), 3, name="a.csv"),
    "csv in UTF-16 without a mark": Office(lambda: other.text(table(), ";", "utf-16-le"), 3, name="a.csv"),
    "csv with semicolons": Office(lambda: other.text(table(), ";"), 3, name="a.csv"),
    "csv with tabs and single line ends": Office(lambda: other.text(table(), "\t", end="\n"), 3, name="a.csv"),
    "csv that says its sign": Office(semicolons_with_marks, 3, name="a.csv"),
    "csv that guards zeros by a formula": Office(quoted_zeros, 3, name="a.csv"),
    "csv below a letterhead, signed": Office(
        lambda: other.text([*LETTERHEAD, *table(), *SIGNED], ";", "utf-8-sig"), 3, ("rows_left_out",), name="a.csv"
    ),
    "csv with line breaks in cells": Office(
        lambda: other.text([HEADER, *[files.put(row, "Ghi chú", "một\nhai") for row in rows()]]), 3, name="a.csv"
    ),
    "ods": Office(lambda: other.ods(other.ods_table(table())), 3, name="a.ods"),
    "ods with a cover and a hidden sheet": Office(
        lambda: other.ods(
            other.ods_table([["BÁO CÁO"]], "Bìa") + "".join(other.ods_table(table(), *of) for of in HIDDEN_AND_SHOWN),
            styles='<style:style style:name="h"><style:table-properties table:display="false"/></style:style>',
        ),
        3, ("sheet_chosen",), name="a.ods",
    ),
    "xls of 1997": Office(lambda: other.xls([*LETTERHEAD, *table()]), 3, ("header_row",), name="a.xls"),
    "csv of one column": Office(lambda: other.text([["a"], ["b"]]), 0, ("một cột",), name="a.csv"),
    "csv in the code of Windows": Office(lambda: "Mã;Tên\r\n1;Đà Nẵng".encode("cp1258", "replace") + b"\xc0", 0,
                                         ("Unicode", "CSV UTF-8"), name="a.csv"),
}  # fmt: skip


def with_values(column: str, *values: object, at: str = "Bắc Ninh") -> bytes:
    """One row for each value of a column."""
    lines = rows(len(values), province=at)
    return one(HEADER, *[files.put(line, column, value) for line, value in zip(lines, values, strict=True)])


def with_codes(*ways: Callable[[str], object]) -> bytes:
    lines = rows(len(ways))
    return one(
        HEADER, *[files.put(line, "Mã số thuế", way(str(line[0]))) for line, way in zip(lines, ways, strict=True)]
    )


def calculated(value: str) -> bytes:
    """The name of each row by a formula, with what it last gave, if anything."""
    body = "".join(
        f'<row r="{n}">'
        + "".join(
            f'<c r="{"ABCDEFGHIJ"[at]}{n}" t="str">'
            + (
                "<f>A1</f>" + (f"<v>{value}</v>" if value else "")
                if n > 1 and at == 1
                else f"<v>{other.said(cell)}</v>"
            )
            + "</c>"
            for at, cell in enumerate(line)
            if cell
        )
        + "</row>"
        for n, line in enumerate([HEADER, *rows()], 1)
    )
    return workbooks.smallest(f"<sheetData>{body}</sheetData>")


DAY, PROVINCE = "Ngày", "Tỉnh, thành phố"
# Of these each value is suggested what it means, with one click for all alike, or asked about.
VALUES: dict[str, Office] = {
    "tax codes with blanks and dots": Office(
        lambda: with_codes(lambda c: f"{c[:4]} {c[4:7]} {c[7:]}", lambda c: f"{c[:1]}.{c[1:]}", lambda c: f" {c} "), 3
    ),
    "tax codes with MST in front": Office(
        lambda: with_codes("MST: {}".format, "MST {}".format, "Mã số thuế:{}".format, "'{}".format, "{}.0".format), 5
    ),
    "tax codes as numbers": Office(lambda: with_codes(int, int), 0, errors=2),
    "days in words": Office(
        lambda: with_values(DAY, "ngày 01 tháng 02 năm 2024", "Ngày 1 tháng 2 năm 2024.", "01 tháng 02 năm 2024"), 0,
        errors=3,
    ),
    "days with two digits for the year": Office(lambda: with_values(DAY, "1/2/24", "01-02-24"), 0, errors=2),
    "days with the year first": Office(lambda: with_values(DAY, "2024-02-01", "2024/02/01"), 0, errors=2),
    "days with a time and a full stop": Office(
        lambda: with_values(DAY, "01/02/2024 00:00", "01/02/2024.", "01/02/2024"), 1, errors=2
    ),
    "days as numbers of Excel": Office(lambda: with_values(DAY, 45323, "45323"), 0, errors=2),
    "quarters and months for days": Office(
        lambda: with_values(DAY, "Quý I/2024", "02/2024", "Tháng 2/2024", "năm 2024"), 0, errors=4
    ),
    "provinces short, by code, by old names": Office(
        lambda: with_values(PROVINCE, "Tỉnh Bắc Ninh", "BẮC NINH", "bac ninh", "VN-24-2025", "T. Bắc Ninh"), 4, errors=1
    ),
    "provinces with what they were": Office(
        lambda: with_values(PROVINCE, "Bắc Ninh (Bắc Giang cũ)", "Bắc Giang (cũ)", "Bắc Giang (nay là Bắc Ninh)"), 3
    ),
    "provinces of before 2008, abroad, misspelt": Office(
        lambda: with_values(PROVINCE, "Hà Tây", "Bắc Kinh", "Bắc Nnih"), 0, errors=3
    ),
    "provinces short for several": Office(lambda: with_values(PROVINCE, "ĐN", "QN"), 0, errors=2),
    "names by formulas": Office(lambda: calculated("Công ty A"), 3, ("formulas",)),
    "names by formulas that gave nothing": Office(lambda: calculated(""), 0, errors=3),
}  # fmt: skip


def renamed(**names: str) -> bytes:
    """The official header, but for the columns at those places (c0, c1, …)."""
    return one([names.get(f"c{at}", name) for at, name in enumerate(HEADER)], *rows())


# What is asked before anything is read: the message names the step.
ASKED: dict[str, Office] = {
    "a heading nobody knows": Office(lambda: renamed(c8="Mốc"), 0, ("Chưa rõ cột nào", "“Ngày”", "“Mốc”", "Chọn cột")),
    "two headings for one column": Office(
        lambda: renamed(c8="Ngày áp dụng", c9="Ngày thực hiện"), 0, ("có thể là “Ngày”", "Chọn cột")
    ),
    "a slip in a heading": Office(lambda: renamed(c0="Mã số thếu"), 0, ("“Mã số thếu” có thể là “Mã số thuế”",)),
    "no header at all": Office(lambda: one(*rows()), 0, ("Không thấy dòng tiêu đề",)),
    "a sheet for each quarter": Office(
        lambda: book(("Quý I", table()), ("Quý II", [HEADER, *rows(2, prefix="24")])), 3, ("sheets_unread",)
    ),
}  # fmt: skip
OFFICE = ASKED | HEADERS | LEFTOVERS | SHEETS | FORMATS | VALUES
