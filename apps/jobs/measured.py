"""The queue, its workers and how long work takes: mails, imports, recounts and all the rest are kinds of jobs."""

from collections.abc import Iterable

from django.conf import settings
from django.db import connection

from apps.core.measuring import Family, Sample, measure

JOBS = Family("program996_jobs", "Jobs that wait, run or have failed for good.", ("queue", "kind", "state"))
OLDEST = Family("program996_jobs_oldest_due_seconds", "How long the longest waiting due job has waited.", ("queue",))
BEATS = Family("program996_queue_heartbeat_age_seconds", "Since a worker last answered on this queue.", ("queue",))
BUSY = Family("program996_jobs_silent_seconds", "Since the running job that is silent longest gave a sign of life.")
ENDED = Family("program996_jobs_ended_last_hour", "Jobs that ended within an hour.", ("queue", "kind", "state"))
MEAN = Family("program996_jobs_mean_seconds_last_hour", "Mean time of those that were done.", ("queue", "kind"))
LONGEST = Family("program996_jobs_longest_seconds_last_hour", "Longest time of those done.", ("queue", "kind"))

# By the indexes of what waits and what runs; the failed ones stay until somebody has looked at them, so they are few.
STANDING = """
    SELECT queue, kind, state, count(*),
        extract(epoch FROM clock_timestamp()
            - min(created_at) FILTER (WHERE state = 'pending' AND not_before <= clock_timestamp()))
    FROM jobs_job WHERE state IN ('pending', 'running', 'failed') GROUP BY 1, 2, 3
"""
# A job ends within a day of its creation, or its ending is not this hour's news.
LAST_HOUR = """
    SELECT queue, kind, state, count(*), avg(extract(epoch FROM finished_at - started_at)),
        max(extract(epoch FROM finished_at - started_at))
    FROM jobs_job
    WHERE created_at > now() - interval '1 day' AND finished_at > now() - interval '1 hour' GROUP BY 1, 2, 3
"""
SIGNS = """
    SELECT queue, extract(epoch FROM clock_timestamp() - at) FROM jobs_queueheartbeat
    UNION ALL
    SELECT NULL, extract(epoch FROM max(clock_timestamp() - greatest(started_at, beat.at)))
    FROM jobs_job LEFT JOIN jobs_jobheartbeat beat ON beat.job_id = jobs_job.id WHERE state = 'running'
"""


def _rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: list[tuple] = cursor.fetchall()
    return rows


@measure(JOBS, OLDEST)
def queue() -> Iterable[Sample]:
    waited: dict[str, float] = dict.fromkeys(settings.JOBS_QUEUES, 0)
    for queue, kind, state, count, oldest in _rows(STANDING):
        yield JOBS(count, queue, kind, state)
        waited[queue] = max(waited.get(queue, 0), oldest or 0)
    for queue, seconds in waited.items():
        yield OLDEST(seconds, queue)


@measure(ENDED, MEAN, LONGEST)
def last_hour() -> Iterable[Sample]:
    for queue, kind, state, count, mean, longest in _rows(LAST_HOUR):
        yield ENDED(count, queue, kind, state)
        if state == "done" and mean is not None:
            yield MEAN(mean, queue, kind)
            yield LONGEST(longest, queue, kind)


@measure(BEATS, BUSY)
def workers() -> Iterable[Sample]:
    """Of a queue that no worker has ever answered nothing is told: an alert asks for what is absent."""
    for queue, age in _rows(SIGNS):
        if queue is None:
            yield BUSY(max(0, age or 0))
        elif queue in settings.JOBS_QUEUES:
            yield BEATS(max(0, age), queue)
