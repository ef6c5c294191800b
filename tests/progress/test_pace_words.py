"""The recent pace against the one needed, in words: whatever page says it, what does not grow is not said to."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string

from apps.progress import charts
from apps.progress.outlook import outlook
from apps.progress.selectors import GOAL, IndicatorProgress
from apps.targets.models import Indicator

pytestmark = pytest.mark.django_db
FIGURE: Any = SimpleNamespace(value=Decimal(1), denominator=None, adjustment=None)
STILL, FALLING = [55, 55, 55, 55], [85, 75, 65, 55]
MET = "đạt mức cần thiết"


def progress(values: list[int], goal: int) -> IndicatorProgress:
    accepted = dict(zip(range(2022, 2026), map(Decimal, values), strict=True))
    indicator = Indicator(code="MT4", label="Cán bộ", short_name="Cán bộ", unit_label="lượt cán bộ")
    indicator.definition = indicator.definition_en = ""  # as `with_definition` brings them
    return IndicatorProgress(
        indicator=indicator,
        accepted=accepted,
        preliminary=None,
        milestone=None,
        goal=Decimal(goal),
        outlook=outlook(accepted, Decimal(goal), GOAL),
        figures={2025: FIGURE},
    )


def told(template: str, item: IndicatorProgress) -> str:
    rows = [(item, charts.bullet(item))]
    return " ".join(render_to_string(template, {"item": item, "indicator": item.indicator, "rows": rows}).split())


@pytest.mark.parametrize(
    ("values", "goal", "words"),
    [
        (STILL, 20_000, "chưa tăng"),
        (FALLING, 20_000, "đang giảm"),
        ([85, 75, 65, 55], 41, "đang giảm"),  # met, and yet falling
        ([41, 41, 41, 41], 41, MET),
        ([100, 200, 300, 400], 900, MET),
        ([100, 200, 300, 400], 1900, "cần gấp 3,0 lần"),
    ],
)
@pytest.mark.parametrize("template", ["progress/targets_table.html", "progress/key_figures.html"])
def test_pace_in_words(template, values, goal, words):
    page = told(template, progress(values, goal))
    assert words in page
    assert (MET in page) == (words == MET)


@pytest.mark.parametrize(
    ("values", "goal", "words"),
    [
        (STILL, 20_000, "chưa tăng; muốn đạt 20.000 vào năm 2030 cần tăng 3.989 lượt cán bộ mỗi năm."),
        (FALLING, 20_000, "đang giảm, bình quân 10 lượt cán bộ mỗi năm; muốn đạt 20.000"),
        ([41, 41, 41, 41], 41, "là 0,0 lượt cán bộ mỗi năm; mục tiêu năm 2030 là 41."),
        ([100, 200, 300, 400], 900, "cần tăng 100 lượt cán bộ mỗi năm."),
        (
            [100, 200, 300, 400],
            1900,
            "là 100 lượt cán bộ mỗi năm; muốn đạt 1.900 vào năm 2030 cần 300 mỗi năm, gấp 3,0 lần.",
        ),
    ],
)
def test_verdict_says_what_is_needed_in_a_year(values, goal, words):
    assert words in told("progress/verdict_words.html", progress(values, goal))


def test_gain_of_a_few_is_not_written_as_none():
    page = told("progress/targets_table.html", progress([54, 54, 54, 55], 20_000))
    assert "<span>0,3</span>" in page


@pytest.mark.parametrize(("values", "words"), [(STILL, "Cán bộ: chưa tăng; "), (FALLING, "Cán bộ: đang giảm; ")])
def test_heading_speaks_of_no_gain_where_there_is_none(values, words):
    found = charts.finding(progress(values, 20_000))
    assert found.startswith(words)
    assert "mức tăng" not in found
