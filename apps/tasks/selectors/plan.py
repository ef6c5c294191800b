"""What is behind each item of the plan: one grouped statement over the tasks within a person's sight.

It counts tasks that are alike in all that `standing.py` asks for, by item and plan year; of what is left, a few rows
for each item and year, the sums are made here. How far a task is (`rollup.py`) is looked up for open tasks only, once
each; which of them lag says `health.py`. The progress of a medium-term task stands under every year until it is due.
"""

from collections import defaultdict
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet

from apps.core.reading import connection
from apps.tasks.health import first_day, lags
from apps.tasks.models import PlanTask
from apps.tasks.models.plantask import PlanTaskQuerySet
from apps.tasks.moving import DONE, UNDER_WAY, State
from apps.tasks.rollup import percent
from apps.tasks.standing import COUNTS, Work, last_day_of_quarter, quarter_after
from apps.tasks.timeliness import Timeliness

# OFFSET 0 keeps the inner part by itself: it would be worked out again for every place where its columns are named.
_COUNTED = """
SELECT item, year,
    CASE term WHEN %(medium)s THEN greatest(year, date_part('year', due_on)::int) ELSE year END,
    CASE WHEN state IN %(done)s THEN {DONE} WHEN state = %(terminated)s THEN {TERMINATED} WHEN timeliness = '' THEN 0
        WHEN state IN %(started)s THEN {STARTED} ELSE {WAITING} END,
    CASE timeliness WHEN %(overdue)s THEN {OVERDUE} WHEN %(in_time)s THEN
        CASE WHEN {lags} THEN {LAGS} ELSE 0 END
        ELSE 0 END,
    CASE WHEN due_on < %(this_first)s OR due_on > %(next_last)s THEN 0 WHEN due_on < %(next_first)s THEN 1 ELSE 2 END,
    count(*), coalesce(sum(told), 0), max(reported_on)
FROM ({tasks} OFFSET 0) AS task (item, year, term, state, due_on, reported_on, timeliness, told, begins)
GROUP BY 1, 2, 3, 4, 5, 6
"""
NONE, DONE_WORK, TERMINATED, STARTED, WAITING = range(5)  # how a task counts
OVERDUE, LAGS = 1, 2
_STARTED = sorted(UNDER_WAY - {State.APPROVED})


def work_by_item(tasks: PlanTaskQuerySet, on: date) -> dict[str, dict[int, Work]]:
    """Of the tasks given (those of a person's sight), by item and plan year."""
    try:
        inner, given = _told(tasks, on).query.sql_with_params()
    except EmptyResultSet:  # who reads the plan and no task
        return {}
    numbered = {f"given{at}": value for at, value in enumerate(given)}
    placed = inner % tuple(f"%({name})s" for name in numbered)
    codes = {"DONE": DONE_WORK, "TERMINATED": TERMINATED, "STARTED": STARTED, "WAITING": WAITING}
    lag = lags(state="state", begins="begins", due="due_on", on="%(on)s", percent="told")
    sent = _COUNTED.format(tasks=placed, lags=lag, OVERDUE=OVERDUE, LAGS=LAGS, **codes)
    found: dict[str, dict[int, dict[str, Any]]] = defaultdict(lambda: defaultdict(lambda: dict.fromkeys(COUNTS, 0)))
    with connection.cursor() as cursor:
        cursor.execute(sent, _asked(on) | numbered)
        for item, *alike in cursor.fetchall():
            _add(found[item], *alike)
    return {item: {year: Work(**told) for year, told in years.items()} for item, years in found.items()}


def _add(
    years: dict[int, dict[str, Any]], year: int, until: int, kind: int, late: int, quarter: int, count: int,
    progress: int, reported: date | None,
) -> None:  # fmt: skip
    """Tasks that are alike in all that the rules ask for."""
    work = years[year]
    work["total"] += count
    if kind == TERMINATED:
        work["terminated"] += count
    if kind in (NONE, TERMINATED):
        return
    if kind == DONE_WORK:
        work["done"] += count
        work["last_reported"] = max(reported, work.get("last_reported") or reported) if reported else None
    else:
        work["open"] += count
        if kind == STARTED:
            work["started"] += count
        if late:
            work["overdue" if late == OVERDUE else "lagging"] += count
        if quarter:
            work["due_this_quarter" if quarter == 1 else "due_next_quarter"] += count
    for covered in range(year, until + 1):
        years[covered]["covering"] += count
        years[covered]["progress"] += progress


def _told(tasks: PlanTaskQuerySet, on: date) -> Any:
    rows = tasks.with_timeliness(on).annotate(told=percent(), begins=first_day()).order_by()
    columns = ("framework_item_id", "year", "term", "state", "due_on", "reported_on", "timeliness", "told", "begins")
    return rows.values_list(*columns)


def _asked(on: date) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "on": on, "medium": PlanTask.Term.MEDIUM, "terminated": State.TERMINATED,
        "done": tuple(sorted(DONE)), "started": tuple(_STARTED),
        "in_time": Timeliness.OPEN_IN_TIME, "overdue": Timeliness.OPEN_OVERDUE,
    }  # fmt: skip
    for name, at in (("this", 0), ("next", 1)):
        year, quarter = quarter_after(on, at)
        asked[f"{name}_first"] = date(year, 3 * quarter - 2, 1)
        asked[f"{name}_last"] = last_day_of_quarter(year, quarter)
    return asked


def tasks_of_plan(user: Any, units: set[str] | None = None) -> PlanTaskQuerySet:
    """The tasks that stand behind the plan for this person; of these units only, where some are named."""
    tasks = PlanTask.objects.live().visible_to(user)
    return tasks.filter(lead_unit__in=sorted(units)) if units is not None else tasks
