"""How far tasks are, in percent: by what their unit told last; of one with sub-tasks, the mean of these."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from apps.tasks.moving import FALLEN, REPORTED

_PROGRESS = """
WITH asked AS (
    SELECT t.id, t.state FROM tasks_plantask t WHERE t.id = ANY(%(tasks)s)
), part AS (
    SELECT a.id AS root, coalesce(s.id, a.id) AS task, coalesce(s.state, a.state) AS state, s.id IS NOT NULL AS is_part
    FROM asked a LEFT JOIN tasks_plantask s
        ON s.parent_id = a.id AND s.withdrawn_at IS NULL AND NOT s.state = ANY(%(fallen)s)
)
SELECT part.root, round(avg(CASE
    WHEN part.state = ANY(%(reported)s) THEN 100
    WHEN part.is_part THEN coalesce(told.percent, 0)
    ELSE told.percent
END))::int
FROM part LEFT JOIN LATERAL (
    SELECT p.percent FROM tasks_taskprogress p WHERE p.task_id = part.task ORDER BY p.told_on DESC, p.id DESC LIMIT 1
) told ON true
GROUP BY part.root
"""


def progress_of(tasks: Iterable[int]) -> dict[int, int]:
    """Percent by task, in one statement for all of a list; without the tasks of which nothing was told.

    A sub-task of which nothing was told counts 0, one that was reported as done 100; the rejected and the ended do
    not count.
    """
    asked: dict[str, Any] = {"tasks": list(tasks), "fallen": sorted(FALLEN), "reported": sorted(REPORTED)}
    if not asked["tasks"]:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, asked)
        return {task: percent for task, percent in cursor.fetchall() if percent is not None}
