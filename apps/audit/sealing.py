"""How a day of the audit becomes one hash. PostgreSQL computes it; no row comes to Python.

Of each row an explicit text is hashed: a JSON array of its columns in the order below, moments in UTC to the
microsecond, so that neither a session's time zone nor the order of columns in the table changes it. The day's hash
is that of the seal before, the day, the number of rows and their first and last id, and the rows' hashes by id.
A column added later belongs into the text only where it is not empty, or old seals would no longer agree.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from apps.audit.models import AuditEvent

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")  # not the setting: a sealed day must never come to mean other hours
GENESIS = "0" * 64  # stands before the first seal
REST = timedelta(hours=1)  # a transaction that wrote into the day has ended by then: none takes longer than 10 minutes
LOCK = 9962  # our number among PostgreSQL's advisory locks

DAY = """
SELECT count(*), min(id), max(id), encode(sha256(
    convert_to(concat_ws('|', %(previous)s, %(day)s, count(*), coalesce(min(id), 0), coalesce(max(id), 0)), 'UTF8')
    || coalesce(string_agg(digest, ''::bytea ORDER BY id), ''::bytea)), 'hex')
FROM (
    SELECT id, sha256(convert_to((jsonb_build_array(
        id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), action, actor_id, actor, host(address), unit,
        target_type, target_id, target, reason, before, after, data, request_id
    ) || CASE WHEN actor_name = '' AND unit_name = '' THEN '[]' ELSE jsonb_build_array(actor_name, unit_name) END
    )::text, 'UTF8')) AS digest
    FROM {table} WHERE at >= %(start)s AND at < %(end)s
) AS hashed
"""


@dataclass(frozen=True)
class DayState:
    """What the rows of a day come to, after the seal before them."""

    rows: int
    first_id: int | None
    last_id: int | None
    hash: str


def bounds(day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time.min, ZONE)
    return start, datetime.combine(day + timedelta(days=1), time.min, ZONE)


def day_of(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def last_ended_day(now: datetime) -> date:
    """The last day whose rows have all come to rest."""
    return day_of(now.astimezone(UTC) - REST) - timedelta(days=1)


def first_day() -> date | None:
    oldest = AuditEvent.objects.order_by("at").values_list("at", flat=True).first()
    return day_of(oldest) if oldest else None


def state_of(day: date, previous: str, table: str = AuditEvent._meta.db_table) -> DayState:
    start, end = bounds(day)
    with connection.cursor() as cursor:
        cursor.execute(
            DAY.format(table=table), {"previous": previous, "day": day.isoformat(), "start": start, "end": end}
        )
        return DayState(*cursor.fetchone())
