"""A claim is a lock of the session that runs the job, under a number of this attempt alone.

The database frees it with the session, at once, however the process ended; so a running job whose number is free has
lost its worker, whatever the clock says. Effect and lock share one session: where it breaks, both are gone.
"""

import uuid
from collections.abc import Iterable

from django.db import Error, connection

from apps.jobs.models import Job

# `started_at` makes it the attempt's own: a worker that was given up while it hung, and wakes, holds its old number.
NUMBER = "hashtextextended(id::text || '/' || extract(epoch FROM started_at)::text, 996)"
# Shared, so that nobody ever waits: who looks whether it is free asks for the whole of it.
HOLD = f"SELECT {NUMBER}, pg_advisory_lock_shared({NUMBER}) FROM jobs_job WHERE id = %s"
# In the list of columns: in a condition it might be asked of rows that other conditions leave out.
LOOK = f"SELECT id, pg_try_advisory_xact_lock({NUMBER}) FROM jobs_job WHERE id = ANY(%s)"


def hold(pk: uuid.UUID) -> int:
    """Take the number, before the commit that shows the job as running; outlives that transaction."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [pk])
        return cursor.fetchone()[0]


def let_go(number: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [number])
    except Error:  # the session is broken, and the lock gone with it
        connection.close()


def left(running: Iterable[Job]) -> set[uuid.UUID]:
    """Those of the running jobs that nobody holds any more. To be asked with their rows locked."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [[row.pk for row in running]])
        return {pk for pk, is_free in cursor.fetchall() if is_free}
