"""What is behind each item of the plan: one grouped statement over the tasks within a person's sight.

By item and plan year it counts what `standing.py` tells the rules of; the progress of a medium-term task stands under
every year until it is due. The latest progress is looked up for open tasks only, once each: the inner part is kept
apart (MATERIALIZED), or the look-up would be made again for every column.
"""

from collections import defaultdict
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Case, IntegerField, OuterRef, Subquery, Value, When

from apps.tasks.models import PlanTask, TaskProgress
from apps.tasks.models.plantask import PlanTaskQuerySet
from apps.tasks.moving import DONE, REPORTED, UNDER_WAY, State
from apps.tasks.standing import Work, last_day_of_quarter, quarter_after
from apps.tasks.timeliness import Timeliness

_COUNTED = """
WITH task AS MATERIALIZED ({tasks})
SELECT item, covered,
    count(*) FILTER (WHERE is_own),
    count(*) FILTER (WHERE is_own AND is_done),
    count(*) FILTER (WHERE is_own AND is_open),
    count(*) FILTER (WHERE is_own AND state = %(terminated)s),
    count(*) FILTER (WHERE is_own AND state = ANY(%(started)s)),
    count(*) FILTER (WHERE is_own AND timeliness = %(overdue)s),
    count(*) FILTER (WHERE is_own AND timeliness = %(in_time)s AND state = ANY(%(pursued)s) AND begins <= %(on)s
        AND (coalesce(told, 0) + %(lag)s) * (due_on - begins) <= 100 * (%(on)s - begins)),
    count(*) FILTER (WHERE is_done OR is_open),
    coalesce(sum(told) FILTER (WHERE is_done OR is_open), 0),
    count(*) FILTER (WHERE is_own AND is_open AND due_on BETWEEN %(this_first)s AND %(this_last)s),
    count(*) FILTER (WHERE is_own AND is_open AND due_on BETWEEN %(next_first)s AND %(next_last)s),
    max(reported_on) FILTER (WHERE is_own AND is_done)
FROM (
    SELECT told.*, covered, covered = year AS is_own, state = ANY(%(done)s) AS is_done,
        timeliness <> '' AND state <> ALL(%(done)s) AS is_open,
        coalesce(starts_on, make_date(year, 1, 1)) AS begins
    FROM task AS told (item, year, term, state, starts_on, due_on, reported_on, timeliness, told),
        generate_series(year, CASE term WHEN %(medium)s THEN greatest(year, date_part('year', due_on)::int)
            ELSE year END) AS covered
) AS task
GROUP BY item, covered
"""
_STARTED = sorted(UNDER_WAY - {State.APPROVED})
_PURSUED = [State.APPROVED, State.IN_PROGRESS]


def work_by_item(tasks: PlanTaskQuerySet, on: date) -> dict[str, dict[int, Work]]:
    """Of the tasks given (those of a person's sight), by item and plan year."""
    inner, given = _told(tasks, on).query.sql_with_params()
    numbered = {f"given{at}": value for at, value in enumerate(given)}
    placed = inner % tuple(f"%({name})s" for name in numbered)
    found: dict[str, dict[int, Work]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(tasks=placed), _asked(on) | numbered)
        for item, year, *counts in cursor.fetchall():
            found[item][year] = Work(*counts)
    return dict(found)


def _told(tasks: PlanTaskQuerySet, on: date) -> Any:
    latest = TaskProgress.objects.filter(task=OuterRef("pk")).order_by("-told_on", "-id")
    told = Case(
        When(state__in=sorted(REPORTED), then=Value(100)),
        When(state__in=_STARTED, then=Subquery(latest.values("percent")[:1])),
        output_field=IntegerField(),
    )
    columns = ("framework_item_id", "year", "term", "state", "starts_on", "due_on", "reported_on", "timeliness", "told")
    return tasks.with_timeliness(on).annotate(told=told).order_by().values_list(*columns)


def _asked(on: date) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "on": on, "done": sorted(DONE), "started": _STARTED, "terminated": State.TERMINATED, "pursued": _PURSUED,
        "in_time": Timeliness.OPEN_IN_TIME, "overdue": Timeliness.OPEN_OVERDUE, "lag": settings.TASK_LAG_POINTS,
        "medium": PlanTask.Term.MEDIUM,
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
