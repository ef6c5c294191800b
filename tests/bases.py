"""The bases of the tests: one is made and filled once a run; each worker, and each test that commits, gets a copy.

A copy takes a tenth of a second, emptying all tables and loading the reference data anew took two.
"""

import fcntl
import os
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase

from program996.management.roles import ON_DATABASE

WHOLE = "test_whole"


def begin() -> None:
    """The base of this worker: tables, roles and reference data, which are part of every portal."""
    folder = Path(os.environ["DATA"])
    with (folder / "bases.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "bases.made").exists():
            _make_the_first()
            (folder / "bases.made").touch()
    _use(f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")
    renew()
    TransactionTestCase._fixture_teardown = lambda _self: renew()


def renew() -> None:
    """The base as it was in the beginning, whatever was committed to it."""
    for line in connections.all(initialized_only=True):
        line.close()
    name = connection.settings_dict["NAME"]
    _copied(name, f"TEMPLATE {WHOLE}")
    with connection._nodb_cursor() as cursor:
        cursor.execute(ON_DATABASE.format(database=name))


def _make_the_first() -> None:
    _copied(WHOLE)
    _use(WHOLE)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("database_roles", stdout=StringIO())
    call_command("load_reference", stdout=StringIO())
    connection.close()  # nobody may be in a base that is copied


def _copied(name: str, how: str = "") -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} {how}")


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
