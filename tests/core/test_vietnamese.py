"""Vietnamese in the database and at the gate: sorting, searching, normal form, numbers."""

import unicodedata
from decimal import Decimal
from importlib import import_module

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from apps.core.numbers import parse_decimal, parse_whole
from apps.core.text import clean_text, fold


def ask(function: str, text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [text])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ordered",
    [
        ["Cần Thơ", "Dak", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Gia Lai"],
        ["an", "ăn", "ân", "bo"],
        ["ma", "mà", "mả", "mã", "má", "mạ", "mai"],
        ["Hà Giang", "Hà Nam", "Hà Nội", "Hải Dương"],
        ["la", "lá cờ", "lan"],
        ["o", "ô", "ơ", "u", "ư"],
        ["Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị"],
        ["Công ty 9", "công ty A", "CÔNG TY B"],
    ],
)
def test_vn_sort_is_the_order_of_a_vietnamese_dictionary(ordered):
    shuffled = ordered[::-1]
    assert sorted(shuffled, key=lambda name: ask("vn_sort", name)) == ordered


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Đắk Lắk", "dak lak"),
        ("Hoà Bình", "hoa binh"),
        ("Hòa Bình", "hoa binh"),
        (unicodedata.normalize("NFD", "Thừa Thiên Huế"), "thua thien hue"),
        ("Chương trình đảm bảo đo lường", "chuong trinh bao dam do luong"),
        ("Chương trình bảo đảm đo lường", "chuong trinh bao dam do luong"),
        ("ỨNG  DỤNG", "ung dung"),
    ],
)
def test_vn_fold_takes_marks_away(typed, found):
    assert ask("vn_fold", typed) == found


@pytest.mark.django_db
def test_the_order_in_which_letters_are_looked_up_changes_nothing():
    """Every letter of a text, and what is none, by the lists of the first migration."""
    lists = import_module("apps.core.migrations.0001_initial")
    signs = sorted({*lists.KEY_FROM, *lists.KEY_FROM.upper(), *map(chr, range(32, 127)), *"«ßéÿжµ–"})
    text, low = "".join(signs), "".join(signs).lower()
    letters = str.maketrans(lists.KEY_FROM, lists.KEY_TO)
    tones = str.maketrans(lists.TONE_FROM, lists.TONE_TO)
    assert ask("vn_sort", text) == f"{low.translate(letters)}\x01{low.translate(tones)}"
    assert ask("vn_fold", text) == fold(text)


def test_text_has_one_form():
    assert clean_text("  Công  ty\u00a0" + unicodedata.normalize("NFD", "Đắk Lắk") + " ") == "Công ty Đắk Lắk"
    assert clean_text(" a\r\nb ", multiline=True) == "a\nb"


@pytest.mark.parametrize("hidden", ["a\u202eb", "a\x00b", "a\x1bb", "a\u2067b"])
def test_hidden_characters_are_refused_by_name(hidden):
    with pytest.raises(ValidationError) as refused:
        clean_text(hidden)
    assert refused.value.code == "control_character"
    assert "U+" in refused.value.messages[0]


@pytest.mark.parametrize(
    ("text", "value"), [("1.234", 1234), ("1234", 1234), ("1.234.567", 1_234_567), ("−5", -5), ("0", 0), (" 7 ", 7)]
)
def test_whole_numbers(text, value):
    assert parse_whole(text) == value


@pytest.mark.parametrize("text", ["1,5", "1.5", "12.34", "1.2345", "abc", "", "1e3", "1.234,5", "--1", "NaN"])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(ValidationError):
        parse_whole(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1234.5", "1234.5"),
        ("1.5", "1.5"),
        ("1234.567", "1234.567"),
        ("1.234.567", "1234567"),
        ("−0,25", "-0.25"),
        ("12", "12"),
    ],
)
def test_decimals_in_both_spellings(text, value):
    assert parse_decimal(text) == Decimal(value)


def test_a_lone_point_before_three_digits_is_refused_with_both_readings():
    with pytest.raises(ValidationError) as refused:
        parse_decimal("1.234")
    assert refused.value.messages == ["“1.234” có thể là 1234 hoặc 1,234. Nhập lại một trong hai"]


@pytest.mark.parametrize("text", ["", "abc", "1,2,3", "1.23.4", "Infinity", "1e5", "٣"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValidationError):
        parse_decimal(text)
