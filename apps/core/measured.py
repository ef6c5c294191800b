"""What the database server tells of itself. The portal's role sees of foreign sessions only that they are there."""

from collections.abc import Iterable

from django.db import connection

from apps.core.measuring import Family, Sample, measure

BYTES = Family("program996_database_bytes", "Size of the database on disk.")
LINES = Family("program996_database_connections", "Connections to the database, by state.", ("state",))
MOST_LINES = Family("program996_database_connections_allowed", "Connections that the server allows in all.")
LONGEST = Family("program996_database_oldest_transaction_seconds", "Age of the oldest transaction still open.")
DEADLOCKS = Family("program996_database_deadlocks", "Deadlocks that the server has broken.", kind="counter")
ROLLBACKS = Family("program996_database_rollbacks", "Transactions rolled back.", kind="counter")
SPILLED = Family("program996_database_spilled_bytes", "Bytes of temporary files of large statements.", kind="counter")

OWN = """
    SELECT pg_database_size(current_database()), deadlocks, xact_rollback, temp_bytes,
        current_setting('max_connections')::int
    FROM pg_stat_database WHERE datname = current_database()
"""
STATES = """
    SELECT coalesce(state, 'unknown'), count(*), extract(epoch FROM max(clock_timestamp() - xact_start))
    FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1
"""


@measure(BYTES, LINES, MOST_LINES, LONGEST, DEADLOCKS, ROLLBACKS, SPILLED)
def database() -> Iterable[Sample]:
    with connection.cursor() as cursor:
        cursor.execute(OWN)
        size, deadlocks, rollbacks, spilled, allowed = cursor.fetchone()
        cursor.execute(STATES)
        states = cursor.fetchall()
    yield from (BYTES(size), DEADLOCKS(deadlocks), ROLLBACKS(rollbacks), SPILLED(spilled), MOST_LINES(allowed))
    yield LONGEST(max(0, *(oldest or 0 for _state, _count, oldest in states)))
    for state, count, _oldest in states:
        yield LINES(count, state)
