"""The bases of the tests: one is made and filled once a run, each worker gets a copy.

After a test that commits, what it wrote is taken back; only where it changed the tables themselves the copy is made
anew, which takes a hundred times as long.
"""

import fcntl
import gc
import io
import os
from io import StringIO
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase

from tests import day

WHOLE = "test_whole"
SELDOM = (700, 10, 50)  # what is old is looked through a fifth as often: a fifth of the time of migrations went there
_beginnings: dict[str, "Beginning"] = {}


def make_the_first() -> None:
    """Tables, roles and reference data, which are part of every portal; whoever comes first makes them."""
    folder = Path(os.environ["DATA"])
    with (folder / "bases.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "bases.made").exists():
            _fill_the_first()
            (folder / "bases.made").touch()


def begin() -> None:
    """The base of this worker."""
    make_the_first()
    _use(f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")
    _copy_anew()
    TransactionTestCase._fixture_teardown = lambda _self: renew()


def renew() -> None:
    """The base as it was in the beginning, whatever was committed to it."""
    for line in connections.all(initialized_only=True):
        line.close()
    if not _beginnings[connection.settings_dict["NAME"]].is_restored():
        _copy_anew()


def _copy_anew() -> None:
    from program996.management.roles import ON_DATABASE  # once the apps are there: this module also runs by itself

    connection.close()
    name = connection.settings_dict["NAME"]
    _copied(name, f"TEMPLATE {WHOLE}")
    with connection._nodb_cursor() as cursor:
        cursor.execute(ON_DATABASE.format(database=name))
    _beginnings[name] = Beginning()


class Beginning:
    """What a copy holds before anything is committed to it, and the way back there."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            self.mark = cursor.fetchone()[0]
            cursor.execute(_NAMES, ["r"])
            self.tables = [name for (name,) in cursor]
            cursor.execute(_NAMES, ["S"])
            self.places = " UNION ALL ".join(
                f"SELECT '{name}', last_value, is_called FROM {name}" for (name,) in cursor.fetchall()
            )
            self.counts, self.sequences = self._counts(cursor), self._sequences(cursor)
            self.schema = self._schema(cursor)
            self.rows = {name: self._rows(cursor, name) for name in self.counts}
        connection.close()

    def is_restored(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(_SEND_HOME)
            if self._schema(cursor) != self.schema:
                return False
            cursor.execute("SET session_replication_role = replica")  # no trigger, no key: all of it was sound once
            now = self._counts(cursor)
            for name in self.tables:
                if now.get(name) != self.counts.get(name):
                    self._take_back(cursor, name)
            for name, place in self._sequences(cursor).items():
                if place != self.sequences[name]:
                    cursor.execute("SELECT setval(%s, %s, %s)", [name, *self.sequences[name]])
        connection.close()
        return True

    def _take_back(self, cursor, name: str) -> None:
        cursor.execute(f"DELETE FROM {name}")
        if name in self.rows:
            cursor.copy_expert(f"COPY {name} FROM STDIN (FORMAT binary)", io.BytesIO(self.rows[name]))

    def _counts(self, cursor) -> dict[str, tuple[int, int]]:
        """Of each table that is not empty: how many rows, and how many of them were written since."""
        written = f"count(*) FILTER (WHERE xmin::text::bigint > {self.mark})"
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*), {written} FROM {name}" for name in self.tables))
        return {name: (rows, new) for name, rows, new in cursor if rows}

    def _sequences(self, cursor) -> dict[str, tuple[int, bool]]:
        cursor.execute(self.places)
        return {name: (value, is_called) for name, value, is_called in cursor}

    def _schema(self, cursor) -> list[tuple]:
        cursor.execute(_SCHEMA)
        return cursor.fetchall()

    def _rows(self, cursor, name: str) -> bytes:
        kept = io.BytesIO()
        cursor.copy_expert(f"COPY {name} TO STDOUT (FORMAT binary)", kept)
        return kept.getvalue()


_NAMES = "SELECT relname::text FROM pg_class WHERE relkind = %s AND relnamespace = 'public'::regnamespace ORDER BY 1"
# Whoever a test has left behind, with what was not committed.
_SEND_HOME = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
# Every row of a catalogue has the number of the transaction that wrote it: one that is new, changed or gone shows.
_SCHEMA = " UNION ALL ".join(
    f"SELECT '{catalogue}', count(*), max(xmin::text::bigint) FROM {catalogue} {where}"
    for catalogue, where in {
        "pg_class": "WHERE relnamespace = 'public'::regnamespace",
        "pg_attribute": "WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)",
        "pg_namespace": "WHERE nspname !~ '^pg_'",
        **dict.fromkeys(("pg_attrdef", "pg_constraint", "pg_index", "pg_trigger", "pg_proc", "pg_default_acl"), ""),
        "pg_db_role_setting": "WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())",
        "pg_database": "WHERE datname = current_database()",
    }.items()
)


def _fill_the_first() -> None:
    _copied(WHOLE)
    _use(WHOLE)
    with connection.cursor() as cursor:
        day.set_the_database(cursor)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("database_roles", stdout=StringIO())
    call_command("load_reference", stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (FREEZE, ANALYZE)")  # once, not by the first reader of each row in each copy
    connection.close()  # nobody may be in a base that is copied


def _copied(name: str, how: str = "") -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} {how}")


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


if __name__ == "__main__":
    gc.set_threshold(*SELDOM)
    django.setup()
    gc.freeze()
    make_the_first()
