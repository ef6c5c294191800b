"""What people type in a province column."""

import unicodedata
from datetime import date

import pytest
from django.db.models import Value

from apps.core.models import VnFold
from apps.core.text import fold
from apps.organisations.matching import ProvinceMatch, ProvinceMatcher
from apps.organisations.models import UnitName

BEFORE = date(2024, 3, 12)
AFTER = date(2026, 1, 15)


@pytest.mark.parametrize(
    "text",
    [
        "Hồ Chí Minh",
        "TP. Hồ Chí Minh",
        "TP Hồ Chí Minh",
        "tp.hcm",
        "TPHCM",
        "TP HCM",
        "Thành phố Hồ Chí Minh",
        "thanh pho ho chi minh",
        "  HỒ   CHÍ MINH ",
        unicodedata.normalize("NFD", "Thành phố Hồ Chí Minh"),
    ],
)
def test_spellings_of_one_name(matcher, text):
    assert matcher.match(text, AFTER) == ProvinceMatch("VN-79-2025")
    assert matcher.match(text, BEFORE) == ProvinceMatch("VN-79-2008")


@pytest.mark.parametrize(
    "text, unit",
    [
        ("Hoà Bình", "VN-17-2008"),
        ("Hòa Bình", "VN-17-2008"),
        ("tinh hoa binh", "VN-17-2008"),
        ("Thừa Thiên - Huế", "VN-46-2008"),
        ("Thừa Thiên–Huế", "VN-46-2008"),
        ("Thua Thien Hue", "VN-46-2008"),
        ("Bà Rịa - Vũng Tàu", "VN-77-2008"),
        ("Bà Rịa — Vũng Tàu", "VN-77-2008"),
        ("Ba Ria-Vung Tau", "VN-77-2008"),
        ("Tỉnh Bà Rịa Vũng Tàu", "VN-77-2008"),
        ("Dak Lak", "VN-66-2008"),
        ("Đắc Lắc", "VN-66-2008"),
        ("Hà Tĩnh", "VN-42-2008"),
        ("Bắc Giang", "VN-24-2008"),
    ],
)
def test_names_of_the_old_map_on_their_day(matcher, text, unit):
    assert matcher.match(text, BEFORE).unit_id == unit


def test_all_names_match_their_own_unit_on_their_own_days(matcher):
    for eras in matcher.by_unit.values():
        for era in eras:
            for day in filter(None, (era.valid_from, era.valid_to)):
                for text in (era.short_name, fold(era.short_name).upper(), f"Tỉnh {era.short_name}"):
                    assert matcher.match(text, day).unit_id == era.unit_id, (text, day)


def test_old_name_after_the_merger_goes_to_the_successor_and_says_so(matcher):
    found = matcher.match("Bắc Giang", AFTER)
    assert found.unit_id == "VN-24-2025"
    assert found.note == "“Bắc Giang” là đơn vị đến 30/06/2025, từ 01/07/2025 thuộc Bắc Ninh: ghi vào Bắc Ninh."


def test_old_name_before_the_merger_stays_and_says_so(matcher):
    found = matcher.match("bac giang", BEFORE)
    assert found.unit_id == "VN-24-2008"
    assert found.note == "“Bắc Giang”: ghi theo đơn vị tại ngày 12/03/2024 (Bắc Giang, nay thuộc Bắc Ninh)."


def test_days_around_the_merger(matcher):
    assert matcher.match("Bắc Giang", date(2025, 6, 30)).unit_id == "VN-24-2008"
    assert matcher.match("Bắc Giang", date(2025, 7, 1)).unit_id == "VN-24-2025"
    assert matcher.match("Bắc Ninh", date(2025, 6, 30)) == ProvinceMatch("VN-27-2008")
    assert matcher.match("Bắc Ninh", date(2025, 7, 1)) == ProvinceMatch("VN-24-2025")


def test_renamed_unit_is_found_by_either_name(matcher):
    assert matcher.match("Huế", date(2023, 5, 1)) == ProvinceMatch("VN-46-2008")
    early = matcher.match("Thừa Thiên Huế", date(2023, 5, 1))
    assert early.unit_id == "VN-46-2008"
    assert early.note == "“Thừa Thiên Huế”: ghi theo đơn vị tại ngày 01/05/2023 (Thừa Thiên Huế, nay là Huế)."
    late = matcher.match("Thừa Thiên Huế", date(2025, 3, 1))
    assert late.unit_id == "VN-46-2008"
    assert late.note == "“Thừa Thiên Huế” là tên đến 31/12/2024, sau đó là Huế: ghi vào Huế."
    assert matcher.match("TT Huế", AFTER).unit_id == "VN-46-2025"


def test_every_name_of_the_old_map_finds_one_unit_of_today_and_is_noted_where_it_is_gone(matcher):
    for eras in matcher.by_unit.values():
        for era in eras:
            found = matcher.match(era.short_name, AFTER)
            assert str(found.unit_id).endswith("-2025")
            assert bool(found.note) != matcher._is_name_today(era)


@pytest.mark.parametrize("text", ["Bắc Giag", "Hà Tây", "", "12", "Tỉnh", "=1+1"])
def test_unknown_text_finds_nothing_and_says_so(matcher, text):
    found = matcher.match(text, AFTER)
    assert found.unit_id is None
    assert found.suggestion in ("", "Bắc Giang")
    assert found.note.startswith("Không khớp tỉnh, thành phố nào") or "tỉnh cũ" in found.note


def test_misspelt_name_gets_a_suggestion(matcher):
    assert matcher.match("Bắc Giag", AFTER).note.endswith("Có phải “Bắc Giang”?")


def test_day_before_the_map_finds_nothing(matcher):
    found = matcher.match("Bắc Ninh", date(2008, 7, 31))
    assert found == ProvinceMatch(None, "“Bắc Ninh” chưa là tỉnh, thành phố vào ngày 31/07/2008.")


def test_the_matcher_reads_the_database(reference):
    assert ProvinceMatcher.load().match("TP Huế", AFTER).unit_id == "VN-46-2025"


@pytest.mark.django_db
def test_rows_are_matched_without_asking_the_database_again(matcher, django_assert_num_queries):
    texts = ["Bắc Giang", "TP. Hồ Chí Minh", "Thua Thien - Hue", "Hà Nội", "Nơi nào đó"]
    with django_assert_num_queries(0):
        found = [matcher.match(text, day) for text in texts for day in (BEFORE, AFTER)]
    assert [one.unit_id is None for one in found] == [False] * 8 + [True] * 2


@pytest.mark.parametrize(
    "text", ["Đắk Lắk", "ẰẾỮỘỴ đảm  bảo", "Thừa Thiên - Huế", "École Ö 12\tĐ", "Bà Rịa\n- Vũng Tàu"]
)
def test_fold_equals_the_sql_function(reference, text):
    given = unicodedata.normalize("NFD", text)
    name = UnitName.objects.annotate(folded=VnFold(Value(given))).first()
    assert name.folded == fold(given)


def test_fold_equals_the_sql_function_for_every_unit(reference):
    assert all(fold(name.name) == name.name_fold for name in UnitName.objects.all())
