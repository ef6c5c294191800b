"""Codes of industries keep their zeros and are held against the version of their day."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from apps.enterprises.industries import IndustryFinder, industries_like, label_of_industry, offered

BEFORE, AFTER = datetime.date(2025, 11, 14), datetime.date(2025, 11, 15)  # VSIC 2025 is in force from the 15th


@pytest.fixture
def finder(reference):
    return IndustryFinder()


@pytest.mark.parametrize(
    ("typed", "division", "code"),
    [
        ("C", "C", "C"),
        ("10", "10", "10"),
        ("C10", "10", "10"),
        ("c10", "10", "10"),
        ("C.10", "10", "10"),
        ("C 10", "10", "10"),
        ("01", "01", "01"),
        ("0111", "01", "0111"),
        ("A0111", "01", "0111"),
        ("01.11", "01", "0111"),
        ("111", "11", "111"),
        ("10200", "10", "10200"),
        ("C10 - Sản xuất chế biến thực phẩm", "10", "10"),
        ("C10 – Sản xuất, chế biến thực phẩm", "10", "10"),
        ("10: Sản xuất", "10", "10"),
        ("1020 Chế biến thủy sản", "10", "1020"),
        ("C - Công nghiệp chế biến", "C", "C"),
    ],
)
def test_code_is_found_and_kept_as_typed(finder, typed, division, code):
    found = finder.find(typed, AFTER)
    assert (found.industry.code, found.code, found.is_unchecked) == (division, code, len(code) > 2)


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [
        ("1", "01"),
        ("C10,C11", ""),
        ("C10 (C11)", ""),
        ("10 - c11", ""),
        ("C – C.10", ""),
        ("4", ""),  # there is no division 04
        ("1.5", ""),
        ("0.1", ""),
        ("10.5", ""),
        ("10 20", ""),
        ("10, 20", ""),
        ("A10", ""),
        ("04", ""),
        ("0411", ""),
        ("123456", ""),
        ("C1O2", "C102"),
        ("Y tế", ""),
        ("Xây dựng nhà", ""),
        ("Sản xuất đồ uống", "C11"),
        ("C10 - Xây dựng", ""),
        ("-1", ""),
        ("", ""),
    ],
)
def test_what_is_no_code_is_asked_about(finder, typed, suggestion):
    with pytest.raises(ValidationError) as refused:
        finder.find(typed, AFTER)
    assert refused.value.code == "industry"
    assert (refused.value.params or {}).get("suggestion", "") == suggestion


@pytest.mark.parametrize(
    ("number", "meant"),
    [
        ("111", "0111"),
        ("142", "0142"),
        ("210", "0210"),
        ("1", "01"),
        ("10", "10"),
        ("1020", "1020"),
        ("10200", "10200"),
        *[(number, "") for number in ("4", "0.1", "1.5", "10.5", "0", "-1", "4294967296", "100000000000000000000")],
    ],
)
def test_number_is_never_a_code_but_may_suggest_one(finder, number, meant):
    assert finder.meant_by_number(number) == meant


@pytest.mark.parametrize(
    ("typed", "on", "version", "of_its_day"),
    [
        ("K64", BEFORE, "2018", True),
        ("K64", AFTER, "2018", False),  # 2025 has division 64 in section L
        ("L64", AFTER, "2025", True),
        ("45", AFTER, "2018", False),  # no such division any more
        ("10", AFTER, "2025", True),
    ],
)
def test_section_and_division_are_held_against_their_version(finder, typed, on, version, of_its_day):
    found = finder.find(typed, on)
    assert (found.industry.version, found.is_of_its_day) == (version, of_its_day)


@pytest.mark.parametrize(
    ("typed", "near"),
    [("Chế biến thực phẩm đóng hộp", "C10 – "), ("Sản xuất thuốc lá điếu", ""), ("Sản xuất", ""), ("Z99", "")],
)
def test_a_name_that_is_no_trade_is_answered_by_the_nearest(finder, typed, near):
    with pytest.raises(ValidationError) as refused:
        finder.find(typed, AFTER)
    said = refused.value.messages[0].partition("Gần nhất: ")[2]
    assert said.startswith(near) if near else bool(said) == (typed == "Sản xuất thuốc lá điếu")


def test_what_is_offered_is_found_as_what_it_says(finder):
    words = {label_of_industry(one): one for one in offered(AFTER)}
    assert next(iter(words)).startswith("A – ")
    for on in (BEFORE, AFTER):
        found = {label: finder.find(label, on) for label in words}
        assert not any(one.is_named_otherwise for one in found.values())
        assert {label: one.code for label, one in found.items()} == {label: one.code for label, one in words.items()}


@pytest.mark.parametrize(("typed", "first"), [("c10", "C10"), ("10", "C10"), ("do uong", "C11"), ("c", "C")])
def test_trades_are_found_by_code_or_name(reference, typed, first):
    assert label_of_industry(industries_like(typed)[0]).startswith(f"{first} – ")
