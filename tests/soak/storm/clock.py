"""One clock for the pages, the jobs, beat and the database, which goes on from where it is put; and beat's bells."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from celery.schedules import crontab
from django.db import connection
from django.utils import timezone

from apps.core import clock as portal_clock
from program996.celery import app

# In a schema of its own, which stands before PostgreSQL's own in the search path of all connections of the storm.
# Beside `now()` the portal's statements and triggers use these three; defaults of columns are bound when made.
_FUNCTIONS = {"now": "STABLE", "statement_timestamp": "STABLE", "transaction_timestamp": "STABLE",
              "clock_timestamp": "VOLATILE"}  # fmt: skip
_MAKE = """
    CREATE SCHEMA storm;
    CREATE TABLE storm.clock (ahead interval NOT NULL);
    INSERT INTO storm.clock VALUES ('0');
    GRANT USAGE ON SCHEMA storm TO PUBLIC;
    GRANT SELECT ON storm.clock TO PUBLIC;
"""
_FUNCTION = """
    CREATE FUNCTION storm.{name}() RETURNS timestamptz LANGUAGE sql {kind}
    AS 'SELECT pg_catalog.{name}() + ahead FROM storm.clock'
"""
_DEFAULTS = """
    SELECT format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT storm.%s', d.adrelid::regclass, a.attname,
                  replace(pg_get_expr(d.adbin, d.adrelid), 'pg_catalog.', ''))
    FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE pg_get_expr(d.adbin, d.adrelid) ~ '^(pg_catalog\\.)?(now|statement_timestamp)\\(\\)$'
"""
SEARCH_PATH = "storm,pg_catalog,public,pg_temp"


def install() -> None:
    """Once, in the base that every storm begins with."""
    with connection.cursor() as cursor:
        cursor.execute(_DEFAULTS)  # written as PostgreSQL writes them while its own come first
        defaults = [line for (line,) in cursor.fetchall()]
        cursor.execute(_MAKE)
        for name, kind in _FUNCTIONS.items():
            cursor.execute(_FUNCTION.format(name=name, kind=kind))
        for line in defaults:
            cursor.execute(line)
        cursor.execute(
            "SELECT count(*) FROM pg_attrdef WHERE pg_get_expr(adbin, adrelid) LIKE '%%statement_timestamp%%'"
        )
        assert cursor.fetchone()[0] == len(defaults) > 0


class Clock:
    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.machine, self.ahead = portal_clock.machine_now, timedelta()
        patch.setattr(timezone, "now", self.now)
        patch.setattr(portal_clock, "machine_now", self.now)

    def now(self) -> datetime:
        return self.machine() + self.ahead

    @property
    def today(self) -> date:
        return timezone.localdate(self.now())

    def put(self, day: date, hour: int = 9, minute: int = 0, second: int = 0) -> None:
        """Forward only: what was written has its moment."""
        before = self.now()
        self.begin(day, hour, minute, second)
        assert self.now() > before, (self.now(), before)

    def begin(self, day: date, hour: int = 9, minute: int = 0, second: int = 0) -> None:
        """Before anything has a moment any day will do."""
        self.ahead = timezone.make_aware(datetime.combine(day, time(hour, minute, second))) - self.machine()
        self.tell_the_database()

    def tell_the_database(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE NONE")
            cursor.execute("UPDATE storm.clock SET ahead = %s", [self.ahead])
            cursor.execute("SET ROLE program996_app")


def bells(since: datetime, until: datetime) -> Iterator[str]:
    """The tasks of beat's own schedule that ring between the two moments, or within the last day of them."""
    begins = max(since, until - timedelta(days=1))
    moment = timezone.localtime(begins).replace(second=0, microsecond=0) + timedelta(minutes=1)
    wanted = [one for one in app.conf.beat_schedule.values() if one["task"] != "jobs.heartbeat"]
    rung: dict[str, datetime] = {}
    while moment <= until:
        for one in wanted:
            schedule, task = one["schedule"], one["task"]
            if not isinstance(schedule, crontab) or _rings(schedule, moment):
                rung[task] = moment
        moment += timedelta(minutes=1)
    yield from sorted(rung, key=lambda task: (rung[task], task))  # rung more often it finds nothing more to do


def _rings(schedule: crontab, moment: datetime) -> bool:
    weekday = moment.isoweekday() % 7
    return moment.minute in schedule.minute and moment.hour in schedule.hour and weekday in schedule.day_of_week
