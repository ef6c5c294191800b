from decimal import Decimal

import pytest

from apps.progress.outlook import Verdict, outlook

SEED = {2018: 0, 2019: 1950, 2020: 4380, 2021: 7920, 2022: 13640, 2023: 21870, 2024: 30260, 2025: 38450}


def series(values: dict[int, int]) -> dict[int, Decimal]:
    return {year: Decimal(value) for year, value in values.items()}


def test_the_example_of_the_specification():
    look = outlook(series(SEED), Decimal(100_000), 2030)
    assert look.verdict == Verdict.OFF_TRACK
    assert look.recent == 8270
    assert look.needed == 12310
    assert look.forecast == 79_800
    assert (look.low, look.high) == (38_450 + 5 * 8_190, 38_450 + 5 * 8_390)  # the worst and the best of three years
    assert look.gap == 20_200
    assert round(look.times, 1) == Decimal("1.5")
    assert look.percent_of_needed == 67


@pytest.mark.parametrize(
    ("gain", "verdict"),
    [
        (100, Verdict.ON_TRACK),
        (99, Verdict.AT_RISK),
        (75, Verdict.AT_RISK),
        (74, Verdict.OFF_TRACK),
        (0, Verdict.OFF_TRACK),
    ],
)
def test_thresholds(gain, verdict):
    """500 are needed in five years: 100 a year; r = gain / 100."""
    values = {2022: 500 - 3 * gain, 2023: 500 - 2 * gain, 2024: 500 - gain, 2025: 500}
    assert outlook(series(values), Decimal(1000), 2030).verdict == verdict


def test_achieved_even_while_falling():
    assert outlook(series({2022: 50, 2023: 48, 2024: 45, 2025: 41}), Decimal(41), 2030).verdict == Verdict.ACHIEVED


def test_what_does_not_grow_has_no_number_of_times():
    look = outlook(series({2022: 55, 2023: 55, 2024: 55, 2025: 55}), Decimal(20_000), 2030)
    assert (look.is_still, look.fall, look.times) == (True, None, None)
    look = outlook(series({2022: 85, 2023: 75, 2024: 65, 2025: 55}), Decimal(20_000), 2030)
    assert (look.is_still, look.fall, look.times) == (False, 10, None)
    look = outlook(series({2022: 41, 2023: 41, 2024: 41, 2025: 41}), Decimal(41), 2030)
    assert (look.is_still, look.fall) == (False, None), "nothing is needed"


@pytest.mark.parametrize("values", [{}, {2025: 5}, {2024: 1, 2025: 5}, {2022: 0, 2024: 1, 2025: 5}])
def test_too_few_years_say_so(values):
    look = outlook(series(values), Decimal(100), 2030)
    assert look.verdict == Verdict.INSUFFICIENT_DATA
    assert look.forecast is None
    assert look.gap is None


def test_after_the_target_year_there_is_no_forecast():
    look = outlook(series({2027: 1, 2028: 2, 2029: 3, 2030: 4}), Decimal(10), 2030)
    assert look.verdict == Verdict.INSUFFICIENT_DATA


def test_a_share_is_forecast_between_nothing_and_all():
    values = series({2022: 20, 2023: 50, 2024: 45, 2025: 70})
    look = outlook(values, Decimal(100), 2030, most=Decimal(100))
    assert (look.low, look.forecast, look.high) == (45, 100, 100)
    assert outlook(values, Decimal(100), 2030).high == 220
    falling = series({2022: 90, 2023: 60, 2024: 50, 2025: 20})
    assert outlook(falling, Decimal(100), 2030, most=Decimal(100)).forecast == 0
