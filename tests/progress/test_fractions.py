"""A ratio is printed with its numerator and denominator, year by year, wherever a page shows it."""

import re
from datetime import date

import pytest
from django.urls import reverse

from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit
from apps.targets.models import Indicator, UnitStatistic
from tests.conftest import BAC_GIANG, BAC_NINH
from tests.factories.closings import close
from tests.factories.targets import FractionFactory, IndicatorFactory, IndicatorValueFactory, RatioFactory
from tests.progress.reading import places

OLD_BAC_NINH = "VN-27-2008"


@pytest.fixture
def ratio(reference, by) -> Indicator:
    """2024: 1 of 4 in Bắc Giang and 9 of 10 in the old Bắc Ninh; 2025: 12 of 20 in the new one, not accepted."""
    one = RatioFactory(code="TL")
    FractionFactory(indicator=one, unit_id=BAC_GIANG, numerator=1, denominator=4)
    FractionFactory(indicator=one, unit_id=OLD_BAC_NINH, numerator=9, denominator=10)
    FractionFactory(indicator=one, numerator=10, denominator=14)
    FractionFactory(indicator=one, year=2025, unit_id=BAC_NINH, numerator=12, denominator=20)
    FractionFactory(indicator=one, year=2025, numerator=12, denominator=20)
    close(2024)
    return one


def text_of(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_the_series_shows_both_numbers_of_every_year(ratio, signed_in, officer):
    page = signed_in(officer).get("/targets/tl/")
    rows = {row.year: row for row in page.context["years_table"]}
    assert {year: (row.figure.numerator, row.figure.denominator) for year, row in rows.items()} == {
        2024: (10, 14),
        2025: (12, 20),
    }
    assert [row.accepted for row in rows.values()] == [True, False]
    text = text_of(page)
    assert "71,4 10 / 14" in text, "in the table and among the key figures"
    assert "60,0 12 / 20" in text
    assert "71,428" not in text


def test_a_year_whose_denominator_is_missing_is_a_dash_with_the_reason(ratio, signed_in, officer):
    IndicatorValueFactory(indicator=ratio, year=2023, value=50)
    page = signed_in(officer).get("/targets/tl/")
    assert next(row.value for row in page.context["years_table"] if row.year == 2023) is None
    assert "– Thiếu tử số hoặc mẫu số nên không tính được tỷ lệ." in text_of(page)


@pytest.mark.parametrize(
    ("view", "shown"),
    [("current", "Bắc Ninh 71,4 10 / 14"), ("as-reported", "Bắc Ninh 90,0 9 / 10 Bắc Giang 25,0 1 / 4")],
)
def test_bars_show_both_numbers_in_each_view(ratio, signed_in, officer, view, shown):
    page = signed_in(officer).get("/targets/tl/", {"year": 2024, "units": view})
    assert shown in text_of(page)
    assert not page.context["has_rates"]
    assert f'href="/units/bac-ninh/figures/?units={view}"' in page.content.decode() or view == "as-reported"


def test_tiles_of_who_did_not_report_are_blank_not_zero(ratio, signed_in, officer):
    page = signed_in(officer).get("/targets/tl/", {"year": 2024})
    tiles = page.context["map"].tiles
    assert {tile.shown for tile in tiles if tile.place is None} == {None}
    assert "71,4 % phòng thí nghiệm (10 / 14)" in page.content.decode()


def test_only_what_counts_enterprises_is_set_against_them(ratio):
    UnitStatistic.objects.create(code="active_enterprises", unit_id=BAC_NINH, year=2024, value=400, source="thử")
    assert [place.rate for place in places(ratio, 2025, UnitView.CURRENT)] == [None]
    assert [place.denominator.value for place in places(ratio, 2025, UnitView.CURRENT)] == [None]
    other = IndicatorFactory()
    IndicatorValueFactory(indicator=other, year=2025, unit_id=BAC_NINH, value=8)
    assert [place.rate for place in places(other, 2025, UnitView.CURRENT)] == [None]
    mt5 = Indicator.objects.get(code="MT5")
    IndicatorValueFactory(indicator=mt5, year=2025, unit_id=BAC_NINH, value=8)
    assert [place.rate for place in places(mt5, 2025, UnitView.CURRENT)] == [20]


def test_the_break_in_the_denominator_is_told_by_the_indicator(reference, signed_in, officer):
    mt7 = Indicator.objects.get(code="MT7")
    FractionFactory(indicator=mt7, year=2024, numerator=40, denominator=85)
    FractionFactory(indicator=mt7, year=2025, numerator=45, denominator=51)
    text = text_of(signed_in(officer).get(reverse("progress:indicator_detail", args=["mt7"])))
    assert (
        "Mẫu số thay đổi: 01/03/2025: 93 → 85 bộ, ngành, địa phương; 01/07/2025: 85 → 56 bộ, ngành, địa phương" in text
    )
    assert "2025 01/03/2025: 93 → 85 bộ, ngành, địa phương 01/07/2025: 85 → 56 bộ, ngành, địa phương" in text
    assert "47,1 40 / 85" in text
    assert "88,2 45 / 51" in text


def test_pages_show_both_numbers_and_no_more_digits_than_they_have(reference, signed_in, officer):
    mt7 = Indicator.objects.get(code="MT7")
    for year in (2024, 2025, 2026):
        FractionFactory(indicator=mt7, year=year, numerator=50, denominator=51)
        FractionFactory(indicator=mt7, year=year, unit_id=BAC_NINH, numerator=2, denominator=3)
    close(2024, 2025)
    client, long = signed_in(officer), re.compile(r"\d,\d{3}")
    assert "98,0 50 / 51" in text_of(client.get("/dashboard/"))
    for page in ("/dashboard/", "/dashboard/?scope=bac-ninh", "/targets/", "/targets/mt7/", "/units/bac-ninh/figures/"):
        content = client.get(page).content.decode()
        assert "66,7" in content or "98,0" in content
        assert not long.search(content), f"{page}: {long.search(content)}, also in words for ears"


def test_a_trial_merger_is_one_more_break(reference, signed_in, officer):
    day = date(2026, 3, 1)
    OrganisationUnit.objects.filter(pk=BAC_NINH).update(valid_to=date(2026, 2, 28))
    page = signed_in(officer).get("/targets/mt5/")
    assert [(one.day, one.before, one.after) for one in page.context["breaks"]] == [
        (date(2025, 7, 1), 63, 34),
        (day, 34, 33),
    ]
