"""`make soak`: one real portal for all tests here. Each says at the end what it did and saw."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.soak.portal import Portal, joined, running_portal

ENTERPRISES = 2000
# Lost bells are rung anew in seconds, not in a minute. That differs and nothing else: a run takes minutes, not hours.
SHORT_WAITS = {"JOBS_REPUBLISH_SECONDS": "3"}
HERE = Path(__file__).parent
lines: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(1800))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("soak")
    for line in lines:
        terminalreporter.write_line(line)


@pytest.fixture
def say() -> Callable[[str], None]:
    return lines.append


@pytest.fixture(scope="session")
def portal(tmp_path_factory, django_db_blocker) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("soak")
    with (
        running_portal(folder, ENTERPRISES, **SHORT_WAITS) as running,
        joined(running),
        django_db_blocker.unblock(),
    ):
        yield running
