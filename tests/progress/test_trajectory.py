"""The line chart as the server draws it: places, words, titles; any figures stay on the paper."""

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.progress.breaks import Break
from apps.progress.outlook import outlook
from apps.progress.selectors import GOAL, IndicatorProgress
from apps.progress.trajectory import APART, HALF, LINE, Trajectory, trajectory
from apps.targets.models import Indicator

SEED = {2018: 0, 2019: 1950, 2020: 4380, 2021: 7920, 2022: 13640, 2023: 21870, 2024: 30260, 2025: 38450}
RUNNING: Any = SimpleNamespace(year=2026, value=Decimal(45_980))
MERGER = Break(date(2025, 7, 1), 2025, 63, 34, "tỉnh")


def progress(values: dict[int, int], *, goal: int = 100_000, milestone: int | None = 50_000) -> IndicatorProgress:
    accepted = {year: Decimal(value) for year, value in values.items()}
    return IndicatorProgress(
        indicator=Indicator(code="MT5", label="Doanh nghiệp", unit_label="doanh nghiệp", decimals=0),
        accepted=accepted,
        preliminary=RUNNING,
        milestone=Decimal(milestone) if milestone is not None else None,
        goal=Decimal(goal),
        outlook=outlook(accepted, Decimal(goal), GOAL),
    )


def drawn(values: dict[int, int], breaks: tuple[Break, ...] = (), **numbers) -> Trajectory:
    drawing = trajectory(progress(values, **numbers), breaks)
    assert drawing
    return drawing


def test_years_run_over_the_whole_width():
    drawing = drawn(SEED)
    assert [year.x for year in drawing.years][:1] == ["0.00%"]
    assert [year.x for year in drawing.years][-1:] == ["100.00%"]
    assert drawing.points[-1].x == "58.33%"  # 7 of 12 years


def test_narrow_drawing_shows_four_years_that_do_not_touch():
    few = [int(year.text) for year in drawn(SEED).years if not year.room]
    assert few == [2018, 2022, 2025, 2030]
    # At 320 px some 170 are left for twelve years, and a year is 28 px wide.
    assert min(later - sooner for sooner, later in pairwise(few)) * 170 / 12 > 28 + 8


def test_years_of_a_wide_drawing_do_not_touch():
    wide = [int(year.text) for year in drawn(SEED).years if "broad" not in year.room]
    assert wide == [2018, 2020, 2022, 2025, 2028, 2030]
    # At 480 px some 284 are left for twelve years; at 720, where the others come, a year has 43.
    assert min(later - sooner for sooner, later in pairwise(wide)) * 284 / 12 > 28 + 8


def test_every_point_has_its_words():
    drawing = drawn(SEED, (MERGER,))
    assert drawing.points[0].title == "2018: 0 doanh nghiệp, giá trị gốc (trước Đề án)"
    assert drawing.points[-1].title == "2025: 38.450 doanh nghiệp, đã chấp nhận"
    assert drawing.running
    assert drawing.running.title == "2026: 45.980 doanh nghiệp, tạm tính"
    assert drawing.goal.title == "Mục tiêu 2030: 100.000"
    assert (drawing.goal_label.title, drawing.goal_label.text) == ("Mục tiêu 100.000", "cần +12.310/năm")
    assert (drawing.forecast.title, drawing.forecast.text) == ("Dự báo 79.800", "tăng +8.270/năm")
    assert drawing.milestone
    assert drawing.milestone.text == "Mục tiêu 2025: 50.000"
    assert drawing.change
    assert drawing.change.text == "01/07/2025: 63 → 34 tỉnh"
    assert drawing.tone == "b"


@pytest.mark.parametrize(("last", "words"), [(30, "tăng +10/năm"), (0, "chưa tăng"), (-30, "giảm 10/năm")])
def test_what_does_not_grow_is_not_said_to(last, words):
    assert drawn({2022: 100, 2023: 100, 2024: 100, 2025: 100 + last}).forecast.text == words


def test_labels_keep_clear_of_the_axis_and_the_ticks():
    """A forecast near zero, and a milestone as high as a tick: 10.000 of 20.000."""
    drawing = drawn({2022: 55, 2023: 55, 2024: 55, 2025: 55}, goal=20_000, milestone=10_000)
    years = float(drawing.foot) + 7  # where the letters of the years begin
    assert float(drawing.forecast.y) + 15 < years, "the second line with what hangs below it"
    assert drawing.milestone
    assert drawing.milestone.y in [tick.y for tick in drawing.ticks]
    assert min(abs(float(drawing.milestone_low) - float(tick.y)) for tick in drawing.ticks) >= LINE - 0.1


def test_the_last_figure_stands_below_its_point_where_there_is_room():
    """And the milestone's words are in the way."""
    years, near = range(2022, 2026), {"goal": 20_000, "milestone": 600}
    told = [drawn(dict.fromkeys(years, last), **near | more).last_below for last, more in (
        (55, {}), (10_000, {"milestone": 10_000}), (10_000, {}))]  # fmt: skip
    assert told == [False, True, False]


def test_line_is_broken_over_a_year_that_nobody_knows():
    known = {year: value for year, value in SEED.items() if year != 2020}
    assert len(drawn(known).accepted) == len(known) - 2


def test_nothing_is_drawn_without_a_forecast():
    assert trajectory(progress({2024: 1, 2025: 2})) is None


def test_axis_has_six_ticks_at_most_and_begins_at_zero():
    for values in (SEED, {year: value * 9 for year, value in SEED.items()}):
        ticks = [tick.text for tick in drawn(values).ticks]
        assert ticks[0] == "0"
        assert len(ticks) <= 6


@pytest.mark.parametrize(("goal", "ticks"), [(41, "0 10 20 30 40"), (100_000, "0 20.000 40.000 60.000 80.000 100.000")])
def test_axis_is_counted_in_even_steps(goal, ticks):
    known = {year: value * goal // 100_000 for year, value in SEED.items()}
    found = [tick.text for tick in drawn(known, goal=goal).ticks]
    assert found[: len(ticks.split())] == ticks.split()


figures = st.lists(st.integers(0, 400_000), min_size=8, max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(figures, st.integers(1, 400_000), st.one_of(st.none(), st.integers(0, 400_000)))
def test_whatever_the_figures_everything_lies_on_the_paper(values, goal, milestone):
    drawing = drawn(dict(zip(range(2018, 2026), values, strict=True)), goal=goal, milestone=milestone)
    marks = [*drawing.ticks, *drawing.points, drawing.last, drawing.goal, drawing.forecast, drawing.goal_label]
    assert all(0 <= float(mark.y) <= drawing.height for mark in marks)
    assert all(0 <= float(line.y2) <= float(drawing.foot) for line in (*drawing.accepted, drawing.need, drawing.pace))
    ends = float(drawing.forecast.y), float(drawing.goal_label.y)
    assert abs(ends[0] - ends[1]) >= APART - 0.2
    assert min(ends) >= HALF - 0.1
    assert max(ends) <= float(drawing.foot) - HALF + 0.1
    if milestone is not None:
        low = float(drawing.milestone_low)
        assert 0 < low < float(drawing.foot)
        assert all(abs(low - float(tick.y)) >= LINE - 0.2 for tick in drawing.ticks)


@pytest.mark.django_db
def test_drawing_needs_no_script_and_no_inline_style():
    page = render_to_string(
        "components/trajectory.html", {"drawing": drawn(SEED, (MERGER,)), "label": "Thiếu <20.200>"}
    )
    assert 'role="img" aria-label="Thiếu &lt;20.200&gt;"' in page
    assert page.count("<title>") == len(SEED) + 3  # running year, milestone, goal
    assert "<script" not in page
    assert "style=" not in page
    assert not re.search(r'(x1|x2|cx|y1)="[^"]*,', page), "a place with a decimal comma"
