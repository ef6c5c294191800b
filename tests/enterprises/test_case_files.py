"""Workbooks as offices have sent them: each with what must be said of it."""

from pathlib import Path

import pytest

from apps.exchange.selectors import counts_of, report, suggested

CASES = Path(__file__).parents[1] / "cases"
pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(upload):
    return lambda name: upload((CASES / f"{name}.xlsx").read_bytes(), f"{name}.xlsx")


def told(batch, kind="errors"):
    return [(line["row"], line["column"], line["code"]) for line in report(batch)[kind]]


def suggestions(batch, column):
    return [
        (problem.number, problem.suggestion)
        for problem in batch.problems.filter(column=column).exclude(severity="note").order_by("number")
    ]


def test_codes_that_were_numbers_are_asked_about(sent):
    batch = sent("vsic-0111-0142-0210-typed-as-numbers")
    assert suggestions(batch, "Mã ngành (VSIC)") == [(2, "0111"), (3, "0142"), (4, "0210")]
    assert [pair.meant for pair in suggested(batch)] == ["0111", "0142", "0210"]
    assert "Có phải “0111”?" in report(batch)["errors"][0]["message"]


def test_no_number_becomes_a_division(sent):
    batch = sent("vsic-typed-as-1-5-and-0-1")
    asked = {row for row, column, _code in told(batch) if column == "Mã ngành (VSIC)"}
    assert asked == set(range(2, 17))
    assert {row: code for row, code in suggestions(batch, "Mã ngành (VSIC)") if code} == {15: "1020", 16: "10"}


def test_code_with_its_name_is_read_with_a_note(sent):
    batch = sent("vsic-code-with-its-name")
    assert counts_of(batch).valid == 1
    assert told(batch, "notes") == [(2, "Mã ngành (VSIC)", "industry_name")]
    assert batch.rows.get().clean["industry_code"] == "10"


def test_twelve_digits_of_a_household_that_lost_their_zero(sent):
    batch = sent("household-12-digits-lost-their-zero")
    assert suggestions(batch, "Mã số thuế") == [(2, "027099001234"), (3, "027099001235")]
    assert all("12 chữ số" in line["message"] for line in report(batch)["errors"])


def test_eth_is_read_as_the_letter_it_looks_like(sent, keeper):
    batch = sent("eth-instead-of-d-stroke")
    assert told(batch) == [(4, "Tỉnh, thành phố", "other_unit")]  # Đồng Nai, read rightly, is another's
    assert told(batch, "notes") == [
        (2, "Tên doanh nghiệp", "look_alike"),
        (4, "Tỉnh, thành phố", "look_alike"),
        (5, "Giai đoạn", "look_alike"),
    ]
    rows = [row.clean for row in batch.rows.order_by("number")]
    assert [row["name"] for row in rows[:2]] == ["Đông Hải Ca thử"] * 2
    assert {row["address"] for row in rows} == {"Số 1"}


def test_unseen_signs_are_taken_out_with_a_note(sent):
    batch = sent("zero-width-space-and-soft-hyphen")
    assert (counts_of(batch).valid, told(batch)) == (5, [])
    assert [code for _row, _column, code in told(batch, "notes")] == ["hidden_character"] * 5
    assert {row.clean["name"] for row in batch.rows.all()} >= {"Công tyẨn Một", "Công tyẨn Hai"}


def test_line_breaks_of_windows_are_line_breaks(sent):
    batch = sent("line-break-crlf-refused-lf-taken")
    assert (counts_of(batch).valid, told(batch)) == (2, [])
    assert [row.clean["name"] for row in batch.rows.order_by("number")] == ["Công ty Hai Dòng", "Công ty Hai Dòng B"]


def test_old_fonts_are_a_warning_with_the_text_in_unicode(sent):
    batch = sent("tcvn3-and-vni-names")
    assert told(batch) == [(2, "Tên doanh nghiệp", "old_font"), (3, "Tên doanh nghiệp", "old_font")]
    assert {line["message"].split(".")[0] for line in report(batch)["errors"]} == {
        "Chữ gõ theo bảng mã cũ TCVN3",
        "Chữ gõ theo bảng mã cũ VNI",
    }
    assert suggestions(batch, "Tên doanh nghiệp") == [(2, "Công ty cổ phần Điện tử"), (3, "Công ty cổ phần Điện tử")]
    assert counts_of(batch).pending == 2


def test_days_in_other_forms_are_told_by_their_cause(sent):
    batch = sent("dates-as-serial-iso-and-with-time")
    assert suggestions(batch, "Ngày") == [(2, "15/03/2026"), (3, "15/03/2026"), (4, "15/03/2026"), (5, "")]
    messages = [line["message"] for line in report(batch)["errors"]]
    assert "46096 là số thứ tự ngày của Excel" in messages[0]
    assert "đã là ngày 15/03/2026 ở Việt Nam" in messages[3]
    assert not any("Văn bản" in message or "không có thật" in message for message in messages)


def test_iso_day_gets_its_suggestion(sent):
    assert suggestions(sent("date-in-another-form"), "Ngày") == [(2, "01/02/2024")]


def test_time_in_a_cell_of_a_day_is_asked_about(sent):
    batch = sent("date-of-15-12-shifted-to-14-12-17h")
    [note] = report(batch)["notes"]
    assert (counts_of(batch).valid, note["code"], note["value"]) == (1, "time_in_date", "14/12/2025 17:00")
    assert "17:00" in note["message"]
    assert "ngày đúng là 15/12/2025" in note["message"]


def test_no_suggestion_turns_a_meaning_round(sent):
    batch = sent("suggestions-that-reverse-the-meaning")
    assert counts_of(batch).error == 7
    assert suggested(batch) == []
