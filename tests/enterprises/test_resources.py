"""What each column of the enterprise file takes and refuses, in what words: the same rules as the form's."""

import unicodedata

import pytest
from django.utils import timezone

from apps.accounts.scope import UnitScope
from apps.enterprises.resources import EnterpriseResource
from apps.exchange.models import ImportBatch
from apps.exchange.parse import Cell
from tests.conftest import BAC_NINH
from tests.exchange.enterprise_files import HEADER, OFFICIAL, PLACE, SERVED, rows

KEYS = {column.header: column.key for column in EnterpriseResource.fields}
OWN = UnitScope(ids=frozenset({BAC_NINH, "VN-24-2008", "VN-27-2008"}))


@pytest.fixture
def resource(reference):
    return EnterpriseResource(ImportBatch(register="enterprises", unit_id=BAC_NINH), OWN)


@pytest.fixture
def clean(resource):
    """Clean a good row with some cells changed; a plain text is a text cell."""

    def clean(**changed):
        cells = {KEYS[name]: Cell("s", str(value)) for name, value in zip(HEADER, rows(1)[0], strict=True) if value}
        cells["occurred_on"] = Cell("d", "2024-01-01")
        for key, value in changed.items():
            cells[key] = Cell("s", value) if isinstance(value, str) else value
        return resource.clean_row(cells)

    return clean


def n(value):
    return Cell("n", value)


def nfd(value):
    return unicodedata.normalize("NFD", value)


GOOD = "2300000011"

# column, cell, code, part of the message, suggestion
BAD = [
    ("tax_code", None, "blank", "bắt buộc", ""),
    ("tax_code", "   ", "blank", "bắt buộc", ""),
    ("tax_code", "230O000011", "tax_code", "Chỉ gồm chữ số", "2300000011"),
    ("tax_code", "23OOOOOO11", "tax_code", "Chỉ gồm chữ số", "2300000011"),
    ("tax_code", "MST 23", "tax_code", "Chỉ gồm chữ số", ""),
    ("tax_code", "100109106", "tax_code", "Thiếu một chữ số", "0100109106"),
    ("tax_code", "12345678", "tax_code", "Có 8 chữ số", ""),
    ("tax_code", "12345678901", "tax_code", "Có 11 chữ số", ""),
    ("tax_code", "23000000110001", "tax_code", "Có 14 chữ số", ""),
    ("tax_code", "099123457000", "tax_code", "hộ kinh doanh", ""),
    ("tax_code", "2300000000", "tax_code", "toàn số 0", ""),
    ("tax_code", "2300000011-000", "tax_code", "toàn số 0", ""),
    ("tax_code", "２３００００００１１", "tax_code", "Chỉ gồm chữ số", "2300000011"),
    ("tax_code", "2300000014", "tax_code_check_digit", "không khớp", ""),
    ("tax_code", "2300000014-001", "tax_code_check_digit", "không khớp", ""),
    ("tax_code", n("100109106"), "wrong_kind", "định dạng cột là văn bản", "0100109106"),
    ("tax_code", n("2300000011"), "wrong_kind", "định dạng cột là văn bản", "2300000011"),
    ("tax_code", n("2.3"), "wrong_kind", "định dạng cột là văn bản", ""),
    ("tax_code", Cell("f", ""), "formula", "công thức", ""),
    ("tax_code", Cell("e", "#REF!"), "excel_error", "báo lỗi của Excel", ""),
    ("tax_code", Cell("b", True), "wrong_kind", "TRUE/FALSE", ""),
    ("tax_code", "23000\u202e00011", "control_character", "U+202E", ""),
    ("name", None, "blank", "bắt buộc", ""),
    ("name", "\u00a0 \n", "blank", "bắt buộc", ""),
    ("name", "x" * 301, "too_long", "300 ký tự", ""),
    ("name", "Công ty\x07", "control_character", "U+0007", ""),
    ("name", n("5"), "wrong_kind", "là số", ""),
    ("province", None, "blank", "bắt buộc", ""),
    ("province", "Xứ Mù Sương", "unknown_province", "danh mục đơn vị", ""),
    ("province", "Bắc Nin", "unknown_province", "danh mục đơn vị", "Bắc Ninh"),
    ("province", "Q. Thủ Đức cũ", "unknown_province", "danh mục đơn vị", ""),
    ("province", "x" * 121, "too_long", "120 ký tự", ""),
    ("province", "Hà Nội", "other_unit", "Ngoài địa bàn", ""),
    ("province", "Đắk Nông", "other_unit", "Ngoài địa bàn", ""),
    ("address", "x" * 401, "too_long", "400 ký tự", ""),
    ("ownership", None, "blank", "bắt buộc", ""),
    ("ownership", "TN", "choice", "Chọn: Có vốn nhà nước, Khu vực kinh tế tư nhân", "Khu vực kinh tế tư nhân"),
    ("ownership", "DNNN", "choice", "Chọn: Có vốn nhà nước", "Có vốn nhà nước"),
    ("ownership", "Tư nhâm", "choice", "Chọn: Có vốn nhà nước", "Khu vực kinh tế tư nhân"),
    ("ownership", "Công đoàn", "choice", "Hộ kinh doanh", ""),
    ("ownership", "private", "choice", "Chọn: Có vốn nhà nước", ""),
    ("industry_code", "Z", "industry", "VSIC", ""),
    ("industry_code", "C1O2", "industry", "VSIC", "C102"),
    ("industry_code", "A10", "industry", "VSIC", ""),
    ("industry_code", "04", "industry", "VSIC", ""),
    ("industry_code", "123456", "industry", "VSIC", ""),
    ("industry_code", "x" * 21, "industry", "VSIC", ""),
    ("form", None, "blank", "bắt buộc", ""),
    ("form", "Được kiểm định, hiệu chuẩm", "choice", "Có Chương trình đảm bảo đo lường", SERVED),
    ("form", "served", "choice", "Được kiểm định, hiệu chuẩn, thử nghiệm", ""),
    ("stage", None, "blank", "bắt buộc", ""),
    ("stage", "Đang áp dung", "choice", "Đang áp dụng", "Đang áp dụng"),
    ("stage", "applied", "choice", "Đang áp dụng", ""),
    ("occurred_on", None, "blank", "bắt buộc", ""),
    (
        "occurred_on",
        "31/02/2024",
        "date",
        "Ngày không hợp lệ: đọc là ngày 31, mà tháng 2/2024 có ngày 1 đến 29. Kiểm tra lại",
        "",
    ),
    ("occurred_on", "29/02/2023", "date", "Ngày không hợp lệ", ""),
    ("occurred_on", "02/29/2024", "date", "Không có tháng 29", "29/02/2024"),
    ("occurred_on", "2024-02-29", "date", "năm, tháng, ngày", "29/02/2024"),
    ("occurred_on", "1/1/24", "date", "hai chữ số", "01/01/2024"),
    ("occurred_on", "2027", "date", "Thiếu ngày", ""),
    ("occurred_on", "hôm qua", "date", "Ngày không hợp lệ", ""),
    ("occurred_on", n("45000"), "date", "số thứ tự ngày của Excel", "15/03/2023"),
    ("occurred_on", n("45000.75"), "date", "số thứ tự ngày của Excel", ""),
    ("occurred_on", "31/12/1999", "date", "Trước năm 2000", ""),
    ("occurred_on", Cell("d", "1999-12-31"), "date", "Trước năm 2000", ""),
    ("occurred_on", "01/01/2099", "future", "Ngày không được sau hôm nay", ""),
    ("occurred_on", Cell("d", "2099-01-01T00:00:00"), "future", "Ngày không được sau hôm nay", ""),
    ("note", "x" * 501, "too_long", "500 ký tự", ""),
    ("note", Cell("e", "#N/A"), "excel_error", "báo lỗi của Excel", ""),
]


@pytest.mark.parametrize(
    ("key", "cell", "code", "words", "suggestion"), BAD, ids=[f"{key}-{str(cell)[:24]}" for key, cell, *_ in BAD]
)
def test_bad_cell_is_told_by_column_code_words_and_suggestion(clean, key, cell, code, words, suggestion):
    _row, [problem] = clean(**{key: cell})
    assert (KEYS[problem.column], problem.code, problem.suggestion) == (key, code, suggestion)
    assert words.casefold() in problem.message.casefold()


# column, cell, what is understood (None: the column is not looked at), codes of notes
TAKEN = [
    ("tax_code", "2300000011", "2300000011"),
    ("tax_code", " 23 0000.0011 ", "2300000011"),
    ("tax_code", "2300000011-001", "2300000011-001"),
    ("tax_code", "2300000011001", "2300000011-001"),
    ("name", "  CÔNG  TY\nA ", "CÔNG TY A"),
    ("ownership", "tư nhân", "private"),
    ("ownership", "HỢP TÁC XÃ", "cooperative"),
    ("ownership", "fdi", "fdi"),
    ("form", "được kiểm định hiệu chuẩn", "served"),
    ("stage", "Đang  áp dụng.", "applied"),
    ("occurred_on", "5/3/2024", "2024-03-05"),
    ("occurred_on", "05.03.2024", "2024-03-05"),
    ("occurred_on", Cell("d", "2024-03-05T00:00:00"), "2024-03-05"),
    ("industry_code", "C10", "10"),
    ("industry_code", "C.10", "10"),
    ("industry_code", "C", "C"),
    ("industry_code", None, ""),
    ("address", None, ""),
    ("note", n("12"), "12"),
    ("note", Cell("d", "2024-03-05"), "05/03/2024"),
]


@pytest.mark.parametrize(("key", "cell", "understood"), TAKEN, ids=[f"{k}-{str(c)[:20]}" for k, c, _ in TAKEN])
def test_good_cell_is_understood(clean, key, cell, understood):
    row, problems = clean(**{key: cell})
    assert (row[key], problems) == (understood, [])


def test_household_may_have_twelve_digits(clean):
    row, problems = clean(ownership="Hộ kinh doanh", tax_code="099123456789")
    assert (row["tax_code"], problems) == ("099123456789", [])


def test_place_is_the_unit_of_that_name_on_that_day(clean):
    assert clean(province="Bắc Ninh", occurred_on="01/06/2025")[0]["unit"] == "VN-27-2008"
    assert clean(province="tp Bắc Ninh", occurred_on="01/07/2025")[0]["unit"] == BAC_NINH


@pytest.mark.parametrize(
    ("day", "unit", "words"), [("01/06/2025", "VN-24-2008", "nay thuộc"), ("01/07/2025", BAC_NINH, "ghi vào Bắc Ninh")]
)
def test_old_province_name_is_mapped_and_noted(clean, day, unit, words):
    row, [note] = clean(province="Bắc Giang", occurred_on=day)
    assert (row["unit"], note.code, note.severity) == (unit, "old_province", "note")
    assert words in note.message


@pytest.mark.parametrize("key", ["name", "address", "stage", "province"])
def test_decomposed_text_is_composed_and_noted(clean, key):
    typed = {"stage": "Đang áp dụng", "province": "Bắc Ninh"}.get(key, "Đường Hùng Vương")
    row, [note] = clean(**{key: nfd(typed)})
    assert (KEYS[note.column], note.code, note.severity) == (key, "normalised", "note")
    assert typed in note.message
    assert unicodedata.is_normalized("NFC", str(row[key]))


def test_every_problem_of_a_row_comes_at_once_in_the_order_of_the_file(clean):
    _row, problems = clean(
        tax_code="12", name="", province="Xứ Mù Sương", ownership="?", industry_code="Z", stage="?", occurred_on="?"
    )
    columns = [problem.column for problem in problems]
    assert len(columns) == 7
    assert columns == sorted(columns, key=PLACE.get)


def test_place_and_industry_wait_for_the_day(clean):
    """Without a day nobody can say which unit is meant; only what never was is wrong for sure."""
    row, problems = clean(province="Hà Nội", industry_code="C10", occurred_on="31/02/2024")
    assert [problem.code for problem in problems] == ["date"]
    assert "unit" not in row


def test_drop_downs_are_words_the_rules_take(resource, clean):
    for key, words in resource.drop_downs().items():
        for word in words:
            _row, problems = clean(**{key: word}, occurred_on="01/08/2025")
            assert {problem.code for problem in problems} <= {"other_unit", "industry_version"}


def test_today_is_no_future(clean):
    assert clean(occurred_on=f"{timezone.localdate():%d/%m/%Y}")[1] == []


def test_official_order_of_columns():
    assert [column.header for column in EnterpriseResource.fields] == list(OFFICIAL)


@pytest.mark.parametrize(
    ("column", "former", "value"),
    [
        ("ownership", "Nhà nước", "state"),
        ("ownership", "tư nhân", "private"),
        ("ownership", "FDI", "fdi"),
        ("form", "Được kiểm định, hiệu chuẩn", "served"),
        ("form", "Có chương trình được phê duyệt", "written"),
    ],
)
def test_words_of_earlier_files_are_taken_as_they_stand(column, former, value):
    field = next(field for field in EnterpriseResource.fields if field.key == column)
    assert field.clean(former, {}) == value
