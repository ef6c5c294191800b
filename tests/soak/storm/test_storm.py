"""`make soak`: an hour of storm. `STORM_MINUTES=15 STORM_SEED=7 pytest tests/soak/storm` is one seed for so long."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.smtp import post_office
from tests.soak.portal import joined
from tests.soak.storm.base import own_base
from tests.soak.storm.faults import FAULTS
from tests.soak.storm.log import Log
from tests.soak.storm.machinery import machinery
from tests.soak.storm.storm import Storm

SEEDS = (1, 2, 3)
MINUTES = float(os.environ.get("STORM_MINUTES", "60"))
SHOWN = 12


@contextmanager
def storm_of(seed: int, settings, log: Log | None = None) -> Iterator[Storm]:
    settings.JOBS_REPUBLISH_SECONDS = 0
    own = SimpleNamespace(env=os.environ)  # the other tests here are joined to a running portal
    with joined(own), own_base() as clock, post_office(settings) as office, machinery(office) as machines:
        yield Storm(seed, clock, machines, log or Log())


def seeds() -> list[int]:
    told = os.environ.get("STORM_SEED")
    return [int(told)] if told else list(SEEDS)


def test_the_same_seed_is_the_same_storm(settings, django_db_blocker):
    """Whatever is found can be seen again."""
    logs = []
    for _twice in range(2):
        with django_db_blocker.unblock(), storm_of(996, settings) as storm:
            logs.append(storm.blow(steps=40).log.steps)
    assert logs[0] == logs[1]


@pytest.mark.parametrize("name", FAULTS)
def test_the_storm_finds(name, settings, say, monkeypatch, django_db_blocker):
    planted = FAULTS[name]
    with django_db_blocker.unblock(), storm_of(996, settings) as storm:
        planted.plant(monkeypatch, storm)
        storm.among = planted.among
        found = storm.blow(steps=planted.steps).log.faults
    assert any(planted.says in line for line in found), found[:5]
    say(f"{name}: {next(line for line in found if planted.says in line)[:200]}")


@pytest.mark.timeout(MINUTES * 60 + 1800)
@pytest.mark.parametrize("seed", seeds())
def test_storm(seed, settings, say, tmp_path, django_db_blocker):
    path = Path(os.environ.get("STORM_LOG", tmp_path / f"storm-{seed}.jsonl"))
    with django_db_blocker.unblock(), storm_of(seed, settings, Log(path)) as storm:
        steps = os.environ.get("STORM_STEPS")
        storm.blow(steps=int(steps) if steps else None, minutes=MINUTES / len(seeds()))
        say(
            f"storm {seed}: {storm.number} steps, {storm.log.requests} requests, until {storm.today}; "
            f"killed: {dict(storm.machinery.killed)}; letters: {len(storm.machinery.office.letters)}; "
            f"faults: {len(storm.log.faults)}; log: {path}"
        )
        assert not storm.log.faults, "\n\n".join(storm.log.faults[:SHOWN])
