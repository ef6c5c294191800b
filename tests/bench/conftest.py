"""`make bench`: one real portal with 100,000 enterprises, and smaller bases beside it on the same server."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from apps.core import clock
from program996.demo.years import FULL, USUAL
from tests.bench.measuring import Figure, table
from tests.bench.tasks import LARGE_PLAN, SMALL_PLAN, fill_tasks
from tests.soak.portal import Portal, joined, running_portal

LARGE = 100_000
SMALLER = (1_000, 10_000)
TASKS = {1_000: 1_000, 10_000: 22_000}  # in the bases of so many enterprises
END = "full_load"  # the base of the whole cycle
OWNER = "DATABASE_OWNER_URL"  # bases and scratch tables are made here, and swept
HERE = Path(__file__).parent
taken: list[Figure] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(1800))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("bench")
    for line in table(taken):
        terminalreporter.write_line(line)


@pytest.fixture
def take() -> Callable[..., None]:
    """Say a figure, and fail where its goal is missed."""

    def take(*figures: Figure) -> None:
        taken.extend(figures)
        missed = [figure.name for figure in figures if figure.is_met is False]
        assert missed == []

    return take


@pytest.fixture(scope="session")
def portal(tmp_path_factory) -> Iterator[Portal]:
    with running_portal(tmp_path_factory.mktemp("bench"), LARGE) as running:
        yield running


@pytest.fixture(scope="session")
def base(portal, django_db_blocker) -> Iterator[Callable[[int], AbstractContextManager[None]]]:
    """`with base(10_000): …`: queries of this process go to a base of that many enterprises."""
    names = {LARGE: ""} | {size: f"base_{size}" for size in SMALLER}
    with django_db_blocker.unblock():
        for size in SMALLER:
            make_base(portal, names[size], "--enterprises", str(size), "--tasks", str(TASKS[size]))
            with joined(portal, names[size], role=OWNER):
                fill_tasks(SMALL_PLAN)
                vacuum()
        with joined(portal, role=OWNER):
            fill_tasks(LARGE_PLAN)
            vacuum()
        yield lambda size: joined(portal, names[size], role=OWNER)


@pytest.fixture(scope="session")
def portal_of_cycle(tmp_path_factory) -> Iterator[Portal]:
    """Its own base is that of the usual demonstration. No process works on the other one, whose clock is ahead."""
    with running_portal(tmp_path_factory.mktemp("full"), SMALLER[0]) as portal:
        yield portal


@pytest.fixture(scope="session")
def at(portal_of_cycle, django_db_blocker) -> Iterator[Callable[[str], AbstractContextManager[int]]]:
    """`with at("full") as year: …`: queries of this process go there, its clock stands as there; the running year."""
    portal, days = portal_of_cycle, (FULL.day - date.today()).days

    @contextmanager
    def join(name: str) -> Iterator[int]:
        is_full = name == "full"
        with joined(portal, END if is_full else "", role=OWNER), clock.ahead(days if is_full else 0):
            yield (FULL if is_full else USUAL).running

    with django_db_blocker.unblock():
        ahead = {"CLOCK_DAYS_AHEAD": str(days)}
        make_base(portal, END, "--full", "--enterprises", str(SMALLER[0]), **ahead)
        checked = portal.manage("check_figures", **addresses(portal, END), **ahead)
        assert checked.stdout.strip() == "0 số lệch", checked.stdout
        for name in ("usual", "full"):
            with join(name):
                vacuum()
        yield join


def make_base(portal: Portal, name: str, *demonstration: str, **env: str) -> None:
    """Beside the portal's own, on its server: options of its demonstration, and what its environment has else."""
    with joined(portal, role=OWNER), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    urls, keys = addresses(portal, name), str(portal.data / f"{name}.json")
    for command in (
        ["migrate", "--noinput"],
        ["database_roles"],
        ["load_reference"],
        ["load_demo", *demonstration, "--accounts", keys],
    ):
        made = portal.manage(*command, **urls, **env)
        assert made.returncode == 0, made.stderr


def addresses(portal: Portal, name: str) -> dict[str, str]:
    """Of another base on the portal's server."""
    return {role: portal.env[role].replace("/program996?", f"/{name}?") for role in ("DATABASE_URL", OWNER)}


def vacuum() -> None:
    """What autovacuum does within minutes of a load: no base is measured half-prepared."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
