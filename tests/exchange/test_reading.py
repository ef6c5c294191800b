"""Sheets as people and programmes leave them: which one is read, where its header stands, what is said of the rest."""

import openpyxl
import pytest

from apps.exchange.models import ImportBatch
from apps.exchange.selectors import counts_of, report
from tests.exchange import enterprise_files as files
from tests.exchange import workbooks

pytestmark = pytest.mark.django_db
CASES = files.CASES


def notes(batch):
    """{code: message}; a batch that was refused says why instead."""
    assert batch.state == ImportBatch.State.CHECKED, batch.refusal
    return {line["code"]: line["message"] for line in report(batch)["notes"]}


def book(*sheets):
    """Sheets of (title, lines)."""
    made = openpyxl.Workbook(write_only=True)
    for title, lines in sheets:
        sheet = made.create_sheet(title)
        for line in lines:
            sheet.append(line)
    return workbooks.saved(made)


def register_sheet(count, header=files.HEADER):
    return [list(header), *files.rows(count)]


@pytest.mark.parametrize(
    ("case", "valid", "said"),
    [
        ("macro-type-declared-but-no-bin-part", 1, {}),
        ("written-by-sheetjs-0.18.5", 4, {}),
        ("hidden-filtered-rows", 4, {"hidden_rows": "2 dòng"}),
        ("second-visible-sheet", 1, {"sheets_unread": "“Tháng 2”"}),
        ("letterhead-above-the-header", 5, {"header_row": "dòng"}),
        ("first-sheet-empty", 5, {"sheet_chosen": "Đọc trang tính"}),
    ],
)
def test_cases(upload, case, valid, said):
    batch = upload((CASES / f"{case}.xlsx").read_bytes())
    found = notes(batch)
    assert counts_of(batch).valid == valid
    assert {code: words in found.get(code, "") for code, words in said.items()} == dict.fromkeys(said, True)
    assert set(found) - set(said) <= {"extra_columns", "time_in_date"}  # of the header and the cells, not of the sheet


def test_header_below_a_letterhead_of_two_columns(upload):
    head = [
        ["UBND TỈNH BẮC NINH", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [],
        ["Danh sách doanh nghiệp"],
        [],
    ]
    batch = upload(workbooks.table([*head, *register_sheet(3)]))
    assert counts_of(batch).new == 3
    assert "dòng 5" in notes(batch)["header_row"]
    assert list(batch.rows.values_list("number", flat=True)) == [6, 7, 8]


BELOW = [
    [],
    [None, "Tổng cộng: 3 doanh nghiệp"],
    ["Bắc Ninh, ngày 20 tháng 11 năm 2026"],
    [None, None, "NGƯỜI LẬP BIỂU"],
]


def test_total_place_and_signature_below_the_rows_are_told_not_read(upload):
    batch = upload(workbooks.table([*register_sheet(3), *BELOW, ["(Ký, ghi rõ họ tên)"]]))
    assert (counts_of(batch).rows, counts_of(batch).new) == (3, 3)
    said = notes(batch)["rows_left_out"]
    assert "Đã bỏ qua 4 dòng không phải dữ liệu: dòng 6 “Tổng cộng: 3 doanh nghiệp”, dòng 7 “Bắc Ninh, ngày 20" in said


@pytest.mark.parametrize("last", [["0100109106"], ["01O0109106", "Công ty A"], [None, "Công ty A", "Bắc Ninh", "Phố"]])
def test_row_begun_below_the_others_is_a_row(upload, last):
    batch = upload(workbooks.table([*register_sheet(3), last]))
    assert (counts_of(batch).rows, counts_of(batch).new) == (4, 3)
    assert "rows_left_out" not in {line["code"] for line in report(batch)["notes"]}


def test_line_of_a_group_among_the_rows_is_still_asked_about(upload):
    """What stands between rows may be a row whose cells were lost."""
    header, *lines = register_sheet(3)
    batch = upload(workbooks.table([header, lines[0], ["I. Thành phố Bắc Ninh"], *lines[1:]]))
    assert (counts_of(batch).rows, counts_of(batch).new) == (4, 3)


def test_marks_of_required_columns_and_the_line_of_numbers_are_no_matter(upload):
    header = [f"{name} (*)" if at % 2 else f"{name}:" for at, name in enumerate(files.HEADER)]
    numbers = [f"({number})" for number in range(1, 11)]
    batch = upload(workbooks.table([header, numbers, *files.rows(2)]))
    assert counts_of(batch).rows == counts_of(batch).new == 2
    assert notes(batch) == {}


def test_cover_and_guide_before_the_rows(upload):
    content = book(
        ("Bìa", [["Báo cáo năm 2026"]]), ("Trống", []), ("Số liệu", register_sheet(2)), ("Khác", [["Ghi chép"]])
    )
    batch = upload(content)
    found = notes(batch)
    assert (batch.sheet, counts_of(batch).new) == ("Số liệu", 2)
    assert "“Số liệu”" in found["sheet_chosen"]
    assert "“Khác”" in found["sheets_unread"]
    assert "Bìa" not in found["sheets_unread"]


def test_first_sheet_with_a_header_and_nothing_below(upload):
    batch = upload(book(("Mẫu", register_sheet(0)), ("Tháng 1", register_sheet(2))))
    assert (batch.sheet, counts_of(batch).new) == ("Tháng 1", 2)


def test_empty_sheets_and_those_of_our_own_template_are_not_spoken_of(upload):
    guide = [["Cột", "Cách nhập"]]
    content = book(("Dữ liệu", register_sheet(1)), ("Sheet2", []), ("Hướng dẫn", guide), ("Danh mục", guide))
    assert notes(upload(content)) == {}


def test_no_header_anywhere_names_what_came_nearest(upload):
    nearly = [list(files.HEADER[:6]), *files.rows(1)]
    batch = upload(book(("Bìa", [["x"]]), ("Gần đúng", [["x"], *nearly])))
    assert batch.state == ImportBatch.State.REFUSED
    assert "dòng 2 của trang “Gần đúng”" in batch.refusal
    assert "“Ngày”" in batch.refusal
    nothing = upload(book(("Bìa", [["x"]]), ("Khác", [["y"]])), name="b.xlsx")
    assert "Không thấy dòng tiêu đề" in nothing.refusal
    assert "“Mã số thuế”" in nothing.refusal


def test_merged_cells_count_for_every_row_and_are_told(upload):
    made = openpyxl.Workbook()
    sheet = made.active
    lines = register_sheet(3)
    for place in (1, 2, 3):  # one enterprise, three stages
        lines[place][0], lines[place][1] = lines[1][0], "Công ty Ba Giai Đoạn"
        lines[place][files.PLACE["Giai đoạn"]] = ("Tiếp cận", "Khảo sát", "Đang xây dựng")[place - 1]
    for line in lines:
        sheet.append(line)
    for letter in "AB":
        sheet.merge_cells(f"{letter}2:{letter}4")
    batch = upload(workbooks.saved(made))
    assert counts_of(batch).valid == 3
    assert "A2:A4" in notes(batch)["merged_cells"]
    assert {row.clean["name"] for row in batch.rows.all()} == {"Công ty Ba Giai Đoạn"}


def test_hidden_column_is_read_and_told(upload):
    made = openpyxl.Workbook()
    for line in register_sheet(1):
        made.active.append(line)
    made.active.column_dimensions["J"].hidden = True
    assert "“Ghi chú”" in notes(upload(workbooks.saved(made)))["hidden_columns"]


@pytest.mark.parametrize("case", ["a-cell-stands-twice", "shared-string-index-is-a-word", "xlsm-renamed-xlsx"])
def test_refused_cases(upload, case):
    batch = upload((CASES / f"{case}.xlsx").read_bytes())
    assert batch.state == ImportBatch.State.REFUSED
    assert ("đổi đuôi" if case.startswith("xlsm") else "hỏng") in batch.refusal
