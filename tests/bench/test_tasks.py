"""Statistics of 22,000 tasks: against the bare statement, and what the page and the API take beyond a thousand."""

from collections.abc import Callable
from datetime import date
from statistics import median

import pytest
from django.db import connection
from django.db.models import Count

from apps.core import memo
from apps.tasks.models import PlanTask
from apps.tasks.statistics import Asked, By, statistics
from tests.bench.conftest import SMALLER, TASKS
from tests.bench.measuring import WARM_UPS, Figure, in_turns, milliseconds, timed
from tests.bench.test_pages import queries_of, signed_in, visit

ON, LEADER = date(2026, 11, 20), "lanh-dao@tdc.example"
TURNS, VISITS = 5, 8
# The least that any count by unit must do: one pass over the rows, by the days that they have.
BARE = """
    SELECT lead_unit_id, count(*),
           count(*) FILTER (WHERE accepted_on <= %(on)s AND reported_on <= due_on),
           count(*) FILTER (WHERE accepted_on <= %(on)s AND reported_on > due_on),
           count(*) FILTER (WHERE (accepted_on IS NULL OR accepted_on > %(on)s) AND due_on >= %(on)s),
           count(*) FILTER (WHERE (accepted_on IS NULL OR accepted_on > %(on)s) AND due_on < %(on)s),
           count(*) FILTER (WHERE accepted_on IS NULL AND due_on BETWEEN %(on)s AND %(on)s::date + 3)
    FROM tasks_plantask WHERE withdrawn_at IS NULL AND state NOT IN ('draft', 'rejected', 'terminated')
    GROUP BY GROUPING SETS ((), (lead_unit_id))
"""
STATEMENTS = {"/tasks/statistics/?on=20/11/2026": 2, "/api/v1/tasks/statistics/?on=2026-11-20": 1}


def bare() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(BARE, {"on": ON})
        return cursor.fetchall()


def test_statistics_cost_little_more_than_the_bare_statement(base, take):
    """As within a request, which reads the units' names and successions once, whatever it shows."""
    with base(SMALLER[1]):
        memo.begin()
        ours, floor = in_turns(timed(lambda: statistics(Asked(ON), None, [By.UNIT])), timed(bare), times=30)
        memo.end()
        count = PlanTask.objects.aggregate(n=Count("pk"))["n"]
    take(
        Figure(
            f"statistics of {count:,} tasks by unit", milliseconds(ours), f"bare SQL {milliseconds(floor)}",
            ours / floor, 1.5,
        )
    )  # fmt: skip


def taken(base, run: Callable[[], Callable[[], float]]) -> tuple[float, float]:
    """The median over a thousand tasks, and over many; the bases take turns."""
    seconds: dict[int, list[float]] = {size: [] for size in SMALLER}
    for _turn in range(TURNS):
        for size in SMALLER:
            with base(size):
                once = run()
                for _ in range(WARM_UPS):
                    once()
                seconds[size] += [once() for _ in range(VISITS)]
    few, many = (median(seconds[size]) for size in SMALLER)
    return few, many


@pytest.mark.parametrize("url", STATEMENTS)
def test_what_more_tasks_cost_is_what_the_statements_take(base, take, url):
    """The page counts twice (classes now, and between two days), the API once."""

    def page() -> Callable[[], float]:
        client = signed_in(LEADER)
        return lambda: visit(client, url)

    few, many = taken(base, page)
    few_bare, many_bare = taken(base, lambda: timed(bare))
    more, more_bare = many - few, STATEMENTS[url] * (many_bare - few_bare)
    queries = []
    for size in SMALLER:
        with base(size):
            queries.append(queries_of(signed_in(LEADER), url))
    beside = f"at {TASKS[SMALLER[0]]:,}: {milliseconds(few)}; bare SQL {milliseconds(more_bare)} more"
    name = f"{url.partition('?')[0]}, {TASKS[SMALLER[1]]:,} tasks"
    take(
        Figure(f"{name}: what it takes more", f"{milliseconds(many)}", beside, more / more_bare, 1.5),
        Figure(f"{name}: as a whole", milliseconds(many), milliseconds(few), many / few),
        Figure(
            f"{name}: queries", str(queries[1]), str(queries[0]), goal_text="equal", met=queries[0] == queries[1],
        ),
    )  # fmt: skip
