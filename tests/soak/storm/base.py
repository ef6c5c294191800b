"""The base that every storm begins with: tables, reference data, the demonstration's facts and people, the clock."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from program996.management.roles import ON_DATABASE, ROLE
from tests import bases
from tests.soak.storm import clock

LOADED, RUNNING = "storm_loaded", "storm_running"
BEGINS = date(2026, 12, 2)  # a storm is the same on whichever day it is let loose
ENTERPRISES, TASKS = 120, 160


@contextmanager
def own_base() -> Iterator[clock.Clock]:
    """A fresh copy, and the clock at its first day. The portal's own role works in it, as everywhere."""
    line = connection.settings_dict
    before, options = line["NAME"], dict(line["OPTIONS"])
    with pytest.MonkeyPatch.context() as patch:
        try:
            _make_the_first(patch)
            connection.close()
            bases._copied(RUNNING, f"TEMPLATE {LOADED}")
            bases._use(RUNNING)
            with connection.cursor() as cursor:
                cursor.execute(ON_DATABASE.format(database=RUNNING))
            connection.close()
            line["OPTIONS"]["options"] = f"{options['options']} -c search_path={clock.SEARCH_PATH} -c role={ROLE}"
            running = clock.Clock(patch)
            running.begin(BEGINS)
            yield running
        finally:
            connection.close()
            line["OPTIONS"].update(options)
            bases._use(before)


def _make_the_first(patch: pytest.MonkeyPatch) -> None:
    folder = Path(os.environ["DATA"])
    if (folder / "storm.made").exists():
        return
    bases.make_the_first()
    bases._copied(LOADED, f"TEMPLATE {bases.WHOLE}")
    bases._use(LOADED)
    clock.install()
    line = connection.settings_dict["OPTIONS"]
    known = line["options"]
    connection.close()
    line["options"] = f"{known} -c search_path={clock.SEARCH_PATH}"
    with pytest.MonkeyPatch.context() as meanwhile:
        clock.Clock(meanwhile).begin(BEGINS - timedelta(days=1), 20)
        call_command(
            "load_demo", "--seed", "996", "--enterprises", str(ENTERPRISES), "--tasks", str(TASKS),
            "--accounts", str(folder / "storm-accounts.json"), stdout=StringIO(),
        )  # fmt: skip
    connection.close()
    line["options"] = known
    (folder / "storm.made").touch()
