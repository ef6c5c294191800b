"""Tables of a new database stand as Django's own, slow way makes them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from django.core.management import call_command
from django.db import connection

from program996.management.commands import migrate
from tests import bases
from tests.journeys.portals import _in, program


@pytest.fixture
def new_base(django_db_setup, django_db_blocker) -> Iterator[str]:
    name, before = "test_new_base", connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        bases._copied(name)
        bases._use(name)
        yield name
        bases._use(before)


def tables(name: str) -> list[str]:
    """As a dump tells them, without what is another word in each dump."""
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()
    dump = [program("pg_dump"), "--schema-only", "-d", _in(os.environ["DATABASE_URL"], name)]
    told = subprocess.run(dump, capture_output=True, text=True, check=True).stdout
    return [line for line in told.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


def test_tables_are_those_that_django_makes(new_base, monkeypatch):
    ours = tables(new_base)
    assert len(ours) > 10_000, len(ours)
    bases._copied(new_base)
    monkeypatch.setattr(migrate, "each_model_by_itself", nullcontext)
    assert tables(new_base) == ours
