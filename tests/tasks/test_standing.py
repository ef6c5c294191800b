"""What is told of an item, from the counts of its tasks: every sign and every status, on both sides of its rule."""

from datetime import date

import pytest

from apps.framework.models import FrameworkItem
from apps.tasks.standing import Mark, Standing, Work, mark_of, quarter_after, standing_of, together

TODAY = date(2026, 11, 20)
DONE = Work(total=1, done=1, covering=1, progress=100, last_reported=date(2019, 3, 1))
OPEN = Work(total=1, open=1, covering=1, progress=0)
STARTED = Work(total=1, open=1, started=1, covering=1, progress=40)
LATE = Work(total=1, open=1, overdue=1, started=1, covering=1, progress=40)
LAGGING = Work(total=1, open=1, lagging=1, started=1, covering=1, progress=10)
STOPPED = Work(total=1, terminated=1)
DRAFT = Work(total=1)


def times(count: int, work: Work) -> Work:
    return together([work] * count)


def item(timing: str, first: int = 2019, last: int = 2030, quarter: int | None = None) -> FrameworkItem:
    return FrameworkItem(code="A.9", timing=timing, first_year=first, last_year=last, quarter=quarter)


@pytest.mark.parametrize(
    ("work", "year", "mark"),
    [
        (DONE, 2025, Mark.DONE),
        (together((DONE, LATE)), 2025, Mark.PARTIAL),
        (together((DONE, STOPPED)), 2025, Mark.PARTIAL),
        (together((STARTED, LATE)), 2025, Mark.UNDER_WAY),
        (LATE, 2025, Mark.NOT_DONE),
        (STOPPED, 2025, Mark.NOT_DONE),
        (DRAFT, 2025, Mark.NO_TASK),
        (Work(), 2025, Mark.NO_TASK),
        (DONE, 2026, Mark.DONE),
        (together((DONE, OPEN)), 2026, Mark.UNDER_WAY),
        (DRAFT, 2026, Mark.PLANNED),
        (OPEN, 2027, Mark.PLANNED),
        (STARTED, 2027, Mark.UNDER_WAY),
    ],
)
def test_sign_of_a_year(work, year, mark):
    assert mark_of(work, year, TODAY.year) == mark


@pytest.mark.parametrize(
    ("what", "years", "standing"),
    [
        (item("annual"), {}, Standing.NO_TASK),
        (item("annual"), {2026: DRAFT}, Standing.NO_TASK),
        (item("annual"), {2026: OPEN}, Standing.NOT_STARTED),
        (item("annual"), {2025: DONE}, Standing.IN_PROGRESS),  # years of the plan are left
        (item("annual"), {2026: times(5, STARTED)}, Standing.IN_PROGRESS),
        (item("annual"), {2026: together((times(5, STARTED), LATE))}, Standing.IN_PROGRESS),
        (item("annual"), {2026: together((times(4, STARTED), LATE))}, Standing.AT_RISK),
        (item("annual"), {2026: together((times(4, STARTED), LAGGING))}, Standing.AT_RISK),
        (item("annual"), {2026: together((STARTED, LATE))}, Standing.OVERDUE),
        (item("span", last=2025), {2024: DONE, 2025: STARTED}, Standing.OVERDUE),
        (item("span", last=2025), {2024: DONE}, Standing.DONE),
        (item("span", last=2025), {2025: STOPPED}, Standing.OVERDUE),
        (item("once", last=2019), {2019: DONE}, Standing.DONE),
        (item("once", last=2019, quarter=1), {2019: DONE}, Standing.DONE),
        (item("once", last=2018, first=2018), {2018: DONE}, Standing.DONE_LATE),
        (item("every5", first=2020), {2020: DONE, 2026: STARTED}, Standing.OVERDUE),  # the turn of 2025
        (item("every5", first=2020), {2020: DONE, 2024: DONE}, Standing.IN_PROGRESS),
    ],
)
def test_status_of_an_item(what, years, standing):
    assert standing_of(what, years, TODAY).standing == standing


def test_item_of_a_quarter_is_late_after_its_last_day():
    late = Work(total=1, done=1, last_reported=date(2019, 4, 1))
    assert standing_of(item("once", last=2019, quarter=1), {2019: late}, TODAY).standing == Standing.DONE_LATE


def test_single_item_done_in_a_later_year_has_two_signs():
    done = Work(total=1, done=1, last_reported=date(2020, 2, 1))
    told = standing_of(item("once", last=2019), {2019: done}, TODAY)
    assert told.marks == {2019: Mark.NOT_DONE, 2020: Mark.DONE}


def test_turns_take_the_tasks_of_the_years_around_them():
    told = standing_of(item("every5", first=2020), {2019: DONE, 2024: DONE, 2026: LATE}, TODAY)
    assert told.marks == {2020: Mark.DONE, 2025: Mark.PARTIAL, 2030: Mark.PLANNED}


def test_bar_of_a_span_is_the_mean_of_its_years():
    years = {2019: DONE, 2020: together((DONE, STARTED)), 2021: STARTED}
    told = standing_of(item("span", last=2022), years, date(2021, 6, 1))
    assert (told.percent, told.marks) == ((100 + 70 + 40 + 0) // 4, {})
    assert standing_of(item("span", last=2022), {}, TODAY).percent is None
    assert standing_of(item("span", last=2022), {2020: DONE}, TODAY).percent == 100


@pytest.mark.parametrize(
    ("day", "quarters"), [(date(2026, 12, 31), [(2026, 4), (2027, 1)]), (date(2026, 1, 1), [(2026, 1), (2026, 2)])]
)
def test_quarters(day, quarters):
    assert [quarter_after(day, at) for at in (0, 1)] == quarters
