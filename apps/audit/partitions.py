"""The audit by years: each has a table of its own behind the one name, made ahead by beat.

What was before the division is the first table, whatever its years. Rows of a year that has no table yet fall into one
more, so that nothing is ever refused; it is empty unless beat has not rung for two years, and then the next ring puts
them where they belong. How it is done in the database stands in the migration that divided it.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.audit.sealing import bounds, day_of

AHEAD = 2  # years that have their table before they begin
TABLE = AuditEvent._meta.db_table
OUTSIDE = f"{TABLE}_default"
NAMED = re.compile(r"audit_auditevent_(?P<until>until_)?(?P<year>\d{4})")
TABLES = """
    SELECT c.relname::text, pg_get_expr(c.relpartbound, c.oid)
    FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = %s::regclass ORDER BY right(c.relname, 4)
"""


@dataclass(frozen=True)
class Year:
    """One of the tables. `bounds` is what PostgreSQL calls its part, with the zone written out."""

    table: str
    last: int
    is_first: bool
    bounds: str

    @property
    def ends_on(self) -> date:
        return date(self.last, 12, 31)

    @property
    def begins_on(self) -> date | None:
        return None if self.is_first else date(self.last, 1, 1)

    def has(self, year: int) -> bool:
        return year <= self.last if self.is_first else year == self.last


def years() -> list[Year]:
    """Oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES, [TABLE])
        found = [(NAMED.fullmatch(name), name, bounds) for name, bounds in cursor.fetchall()]
    return [Year(name, int(told["year"]), bool(told["until"]), bounds) for told, name, bounds in found if told]


def this_year() -> int:
    return day_of(timezone.now()).year


def end_of_this_year() -> datetime:
    """Before it lie all rows. A list that says so is read year by year, from the newest, and no further than its page:
    the table of what has no year would else have to be looked at beside each of them.
    """
    return bounds(date(this_year(), 12, 31))[1]


@transaction.atomic
def make_years() -> int:
    """How many were missing. The owner's function does it, as the portal's role makes no table; it also takes the
    statistics of all years together, which PostgreSQL leaves to whoever divides a table.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_years(%s)", [this_year() + AHEAD])
        made: int = cursor.fetchone()[0]
    return made


def rows_outside() -> int:
    """Rows of years without a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {OUTSIDE}")
        found: int = cursor.fetchone()[0]
    return found
