"""The day of the tests, whenever they are run: what is due, late or still to come is the same in ten years.

The portal's clock and the database's are set by the same span; what the machine's own clock counts (signatures,
sessions, limits, certificates) is left to it.
"""

import os
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

BEGINS = datetime(2026, 12, 2, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))  # half a month before a period ends
VARIABLE = "TESTS_SECONDS_AHEAD"

# A default, a trigger and a statement call the same function by its number: it is replaced where it stands. Planning
# writes its body into the caller, so it must stay one expression.
_CLOCKS = {  # of each, what it is called in PostgreSQL's own source
    "now": ("now", "STABLE"),
    "transaction_timestamp": ("now", "STABLE"),
    "statement_timestamp": ("statement_timestamp", "STABLE"),
    "clock_timestamp": ("clock_timestamp", "VOLATILE"),
}
_SET = """
    CREATE FUNCTION pg_catalog.machine_{name}() RETURNS timestamptz LANGUAGE internal {kind} PARALLEL SAFE
    AS '{source}';
    CREATE OR REPLACE FUNCTION pg_catalog.{name}() RETURNS timestamptz LANGUAGE sql {kind} PARALLEL SAFE
    AS 'SELECT pg_catalog.machine_{name}() + interval ''{seconds} seconds''';
"""


def fix(*, is_todays: bool) -> None:
    """By the first process of a run; all others have it from their environment. `is_todays`: the day stays as it is,
    where a test works in the base of a whole portal, whose processes have the machine's clock.
    """
    os.environ[VARIABLE] = "0" if is_todays else seconds_ahead(BEGINS)


def seconds_ahead(moment: datetime) -> str:
    return str(round((moment - machines_now()).total_seconds()))


def machines_now() -> datetime:
    """What a whole portal beside the tests takes for now."""
    return datetime.now(BEGINS.tzinfo)


def machines_today() -> date:
    return machines_now().date()


def set_the_portal() -> None:
    """Before any model takes hold of `timezone.now`."""
    machine, ahead = timezone.now, timedelta(seconds=int(os.environ[VARIABLE]))
    timezone.now = lambda: machine() + ahead


def set_the_database(cursor) -> None:
    """In an empty base; its copies have it too, a dump of it has not."""
    for name, (source, kind) in _CLOCKS.items():
        cursor.execute(_SET.format(name=name, source=source, kind=kind, seconds=int(os.environ[VARIABLE])))
