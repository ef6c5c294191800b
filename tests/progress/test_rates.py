"""Whose denominator, of which year, and why there is none."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit, Succession
from apps.progress.breaks import breaks_of, in_one_line
from apps.progress.rates import Denominators, has_rate
from apps.targets.models import Indicator, UnitStatistic
from tests.conftest import BAC_GIANG, BAC_NINH

OLD_BAC_NINH = "VN-27-2008"
CURRENT, AS_REPORTED = UnitView.CURRENT, UnitView.AS_REPORTED


@pytest.fixture
def statistic(reference):
    def make(unit: str, year: int, value: int) -> None:
        UnitStatistic.objects.create(code="active_enterprises", unit_id=unit, year=year, value=value, source="thử")

    return make


def told(unit: str, year: int, view: UnitView = CURRENT) -> tuple[Decimal | None, int | None, str]:
    found = Denominators(view).of(unit, year)
    return found.value, found.year, found.reason


def test_in_2025_the_successors_own_number_goes_before_its_predecessors(statistic):
    statistic(BAC_GIANG, 2025, 300)
    statistic(OLD_BAC_NINH, 2025, 500)
    assert told(BAC_NINH, 2025) == (800, 2025, "")
    statistic(BAC_NINH, 2025, 790)
    assert told(BAC_NINH, 2025) == (790, 2025, "")
    assert told(BAC_GIANG, 2025, AS_REPORTED) == (300, 2025, "")


def test_one_predecessor_missing_is_no_denominator(statistic):
    statistic(BAC_GIANG, 2024, 300)
    assert told(BAC_NINH, 2024) == (None, 2024, "thiếu số doanh nghiệp năm 2024 của Bắc Ninh")
    statistic(BAC_GIANG, 2023, 290)
    statistic(OLD_BAC_NINH, 2023, 490)
    assert told(BAC_NINH, 2024)[0] is None, "half a year is not mended by another"
    assert told(BAC_NINH, 2023) == (780, 2023, "")


def test_the_nation_has_no_rate_and_lacks_nothing(statistic):
    statistic(BAC_NINH, 2025, 790)
    found = Denominators(CURRENT).of(None, 2025)
    assert (found.value, found.year, found.reason) == (None, None, "")


def test_a_later_year_states_the_year_of_its_denominator(statistic):
    statistic(BAC_NINH, 2025, 790)
    assert told(BAC_NINH, 2026) == (790, 2025, "")
    assert told(BAC_NINH, 2024) == (None, None, "chưa có số doanh nghiệp đang hoạt động")


def test_as_reported_a_unit_has_only_its_own(statistic):
    statistic(BAC_GIANG, 2025, 300)
    statistic(OLD_BAC_NINH, 2025, 500)
    assert told(BAC_NINH, 2025, AS_REPORTED) == (None, None, "chưa có số doanh nghiệp đang hoạt động")


def test_a_unit_that_took_in_another_adds_it_for_the_years_before(statistic):
    for year in (2024, 2025):
        statistic("BTC", year, 10)
    assert told("BTC", 2025)[0] == 10
    assert told("BTC", 2024)[0] is None
    for one in Succession.objects.filter(successor="BTC", share__gt=0):
        statistic(one.predecessor_id, 2024, 5)
    assert told("BTC", 2024)[0] == 10 + 5 * Succession.objects.filter(successor="BTC", share__gt=0).count()


def test_a_part_has_its_share(statistic):
    OrganisationUnit.objects.create(id="PART", slug="part", kind="province", valid_from=date(2026, 3, 1))
    Succession.objects.create(
        predecessor_id=BAC_NINH, successor_id="PART", effective_on=date(2026, 3, 1), relation="split", share="0.4"
    )
    statistic(BAC_NINH, 2025, 1000)
    assert told("PART", 2025) == (400, 2025, "")


def test_only_what_counts_enterprises_has_a_rate(reference):
    rated = [indicator.code for indicator in Indicator.objects.all() if has_rate(indicator)]
    assert rated == ["MT5", "MT5a", "MT5b", "MT5c"]


def test_who_must_issue_a_plan_is_fewer_after_each_reorganisation(reference):
    found = breaks_of(Indicator.objects.get(code="MT7"))
    assert [one.label for one in found] == [
        "01/03/2025: 93 → 85 bộ, ngành, địa phương",
        "01/07/2025: 85 → 56 bộ, ngành, địa phương",
    ]
    assert [one.year for one in found] == [2025, 2025]
    assert in_one_line(found) == (2025, "2025: 93 → 85 → 56 đơn vị")


def test_of_what_provinces_report_the_break_is_theirs(reference):
    found = breaks_of(Indicator.objects.get(code="MT5"))
    assert in_one_line(found) == (2025, "01/07/2025: 63 → 34 tỉnh, thành phố")
    assert len(found) == 1
    assert in_one_line([]) is None


def test_a_planned_end_is_no_break_yet(reference):
    OrganisationUnit.objects.filter(pk=BAC_NINH).update(valid_to=timezone.localdate())
    assert len(breaks_of(Indicator.objects.get(code="MT5"))) == 1


def test_without_enterprises_there_is_no_rate(statistic):
    statistic(BAC_NINH, 2025, 0)
    assert Denominators(CURRENT).of(BAC_NINH, 2025).rate(Decimal(3)) is None
    assert Denominators(CURRENT).of(None, 2025).rate(Decimal(3)) is None
