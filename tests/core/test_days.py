"""A day in another form is answered by its cause and, where it is plain, by the day it means."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.days import EXCEL_BEGINS, parse_day, shown_day

THE_DAY = datetime.date(2026, 3, 15)
REAL_DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2026, 11, 29))


@pytest.mark.parametrize(
    "text", ["15/03/2026", "15/3/2026", "15.03.2026", "15-03-2026", " 15 / 3 / 2026 ", "15–03–2026"]
)
def test_our_form_is_taken(text):
    assert parse_day(text) == THE_DAY


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("46096", "số thứ tự ngày của Excel"),
        ("2026-03-15", "năm, tháng, ngày"),
        ("2026/3/15", "năm, tháng, ngày"),
        ("2026.03.15", "năm, tháng, ngày"),
        ("20260315", "viết liền"),
        ("15032026", "viết liền"),
        ("15/03/2026 00:00:00", "giờ 00:00"),
        ("2026-03-15T00:00:00", "giờ 00:00"),
        ("2026-03-15 00:00:00.000", "giờ 00:00"),
        ("15/03/2026 09:30", "giờ 09:30"),
        ("15/03/2026 9:30 AM", "giờ 09:30"),
        ("15/03/2026 9:30 SA", "giờ 09:30"),
        ("15/03/2026 2:30:00 CH", "giờ 14:30"),
        ("15 tháng ba năm 2026", "bằng số"),
        ("Ngày 15, tháng Ba, 2026", "bằng số"),
        ("１５/０３/２０２６", "Chữ số"),
        ("15/03/２０２６", "Chữ số"),
        ("2026-03-15T00:00:00+07:00", "kèm giờ"),
        ("2026-03-15T10:00:00Z", "kèm giờ"),
        ("15/03/26", "hai chữ số"),
        ("3/15/26", "hai chữ số"),
        ("03/15/2026", "Không có tháng 15"),
        ("15,03,2026", "dấu /"),
        ("15_03_2026", "dấu /"),
        ("'15/03/2026", "dấu /"),
        ("15 tháng 3 năm 2026", "bằng số"),
        ("ngày 15 tháng 3 năm 2026", "bằng số"),
        ("15-thg 3-2026", "bằng số"),
        ("15-Mar-2026", "bằng số"),
        ("March 15, 2026", "bằng số"),
        ("Sunday, March 15, 2026", "bằng số"),
        ("Chủ nhật, 15/03/2026", "ngày/tháng/năm"),
    ],
)
def test_another_form_is_told_by_its_cause_with_the_day_it_means(text, cause):
    with pytest.raises(ValidationError) as refused:
        parse_day(text)
    assert cause in refused.value.messages[0]
    assert refused.value.params["suggestion"] == "15/03/2026"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-03-14T17:00:00.000Z", ["14/03/2026", "15/03/2026 ở Việt Nam"]),
        ("14/03/2026 17:00", ["14/03/2026 hoặc 15/03/2026"]),
        ("14/03/2026 11:30 PM", ["14/03/2026 hoặc 15/03/2026"]),
        ("46095.708333", ["14/03/2026"]),
        ("1/1/76", ["bốn chữ số"]),
        ("03/2026", ["Thiếu ngày"]),
        ("2026", ["Thiếu ngày"]),
        ("15/3", ["Thiếu ngày"]),
        ("31/02/2026", ["đọc là ngày 31", "tháng 2/2026 có ngày 1 đến 28"]),
        ("29-2-2023", ["đọc là ngày 29", "tháng 2/2023 có ngày 1 đến 28"]),
        ("32/13/2026", ["đọc là ngày 32 tháng 13", "có tháng 1 đến 12"]),
    ],
)
def test_a_day_that_could_be_two_is_asked_about(text, words):
    with pytest.raises(ValidationError) as refused:
        parse_day(text)
    assert refused.value.params["suggestion"] == ""
    assert all(word in refused.value.messages[0] for word in words)


@pytest.mark.parametrize(
    "text",
    [
        "00/00/0000",
        "2026-02-30",
        "hôm qua",
        "٣/٣/2026",
        "15/03/20266",
        "15/03/2026 25:00",
        "",
    ],
)
def test_what_is_no_day_is_told_once_and_alike(text):
    with pytest.raises(ValidationError) as refused:
        parse_day(text)
    assert refused.value.messages == ["Ngày không hợp lệ. Nhập ngày/tháng/năm, ví dụ 20/11/2026"]
    assert refused.value.params["suggestion"] == ""


@settings(deadline=None)
@given(REAL_DAYS, st.sampled_from(["iso", "serial", "time", "words", "english", "zone"]))
def test_every_suggestion_is_taken_and_means_the_same_day(day, form):
    written = {
        "iso": day.isoformat(),
        "serial": str((day - EXCEL_BEGINS).days),
        "time": f"{day:%d/%m/%Y} 00:00:00",
        "words": f"ngày {day.day} tháng {day.month} năm {day.year}",
        "english": f"{day:%d-%b-%Y}",
        "zone": f"{day.isoformat()}T08:00:00+07:00",
    }[form]
    with pytest.raises(ValidationError) as refused:
        parse_day(written)
    assert "không hợp lệ" not in refused.value.messages[0]
    assert parse_day(refused.value.params["suggestion"]) == day


@settings(deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"[0-9/.\- :TZ]{1,25}", fullmatch=True))
def test_no_text_breaks_it_and_no_suggestion_is_refused(text):
    day, refusal = asked(text)
    if refusal is None:
        assert parse_day(shown_day(day)) == day
        return
    assert "Văn bản" not in refusal.messages[0]
    suggestion = refusal.params["suggestion"]
    assert suggestion == "" or shown_day(parse_day(suggestion)) == suggestion


def asked(text):
    try:
        return parse_day(text), None
    except ValidationError as refusal:
        return None, refusal


@pytest.mark.parametrize("text", ["1112026", "1212025", "2832024", "15 tháng giêng năm 2026", "15 tháng chạp năm 2026"])
def test_what_may_be_two_days_suggests_none(text):
    with pytest.raises(ValidationError) as refused:
        parse_day(text)
    assert refused.value.params["suggestion"] == ""


@pytest.mark.parametrize(("number", "day"), [(month, f"{month:02}") for month in range(1, 13)])
def test_every_month_has_its_word(number, day):
    words = ["một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai"]
    with pytest.raises(ValidationError) as refused:
        parse_day(f"15 tháng {words[number - 1]} năm 2025")
    assert refused.value.params["suggestion"] == f"15/{day}/2025"
