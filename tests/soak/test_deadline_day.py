"""The last hour before the reports of a year are due: all units that have not sent, two imports, the office's two
officers and forty readers at once, against a whole portal.
"""

from collections.abc import Iterator
from statistics import median

import pytest
from django.test import override_settings

from tests.bench.measuring import milliseconds, table
from tests.smtp import open_office
from tests.soak.conftest import ENTERPRISES, SHORT_WAITS
from tests.soak.deadline import day as days
from tests.soak.deadline import seen
from tests.soak.deadline.day import Day
from tests.soak.portal import joined, running_portal
from tests.soak.waiting import eventually, failed_jobs, nothing_to_do

SEED = 996
HEAVIEST = 5


@pytest.fixture(scope="module")
def day(tmp_path_factory, django_db_blocker) -> Iterator[Day]:
    """On a portal of its own, whose reports nobody else needs and whose mails go to an office that keeps them."""
    folder = tmp_path_factory.mktemp("deadline")
    with (
        open_office() as (office, host, port),
        running_portal(folder, ENTERPRISES, EMAIL_URL=f"smtp://{host}:{port}", **SHORT_WAITS) as portal,
        joined(portal),
        override_settings(SECRET_KEY=portal.env["SECRET_KEY"]),  # by it sessions are good there
        django_db_blocker.unblock(),
    ):
        yield Day(portal, office, SEED)


def test_all_units_send_in_the_last_hour_while_forty_people_read(day, say):
    portal = day.portal
    day.each_page_alone()
    queries = day.queries()
    memory, rows, scans, log = seen.memory(portal), seen.rows_of_tables(), seen.scans(), len(portal.log("postgres"))
    with seen.Watch() as watch:
        begun = seen.work(portal)
        day.readers_alone()
        read = seen.work(portal)
        day.last_hour()
        done = seen.work(portal)
    assert eventually(nothing_to_do, 300)
    since, never = seen.unused(scans)
    for line in (
        *told(day), weighed(day, queries), f"base: {watch}",
        worked(day, days.READING, begun, read), worked(day, days.LAST_HOUR, read, done),
        held(memory, seen.memory(portal)),
        f"more rows: {seen.grown(rows, seen.rows_of_tables())}",
        f"indexes by which nothing was read meanwhile: {', '.join(since)}",
        f"indexes by which nothing was ever read, loading included: {', '.join(never)}",
    ):  # fmt: skip
        say(line)
    assert day.faults() == []
    assert failed_jobs() == []
    assert seen.troubles_in_log(portal, log) == []
    assert portal.manage("check_figures").stdout == "0 số lệch\n"
    audit = portal.manage("audit_verify")
    assert audit.returncode == 0, audit.stdout


def told(day: Day) -> Iterator[str]:
    units, log = day.crew.units, day.log
    accepted = sum(unit.is_accepted for unit in units)
    yield (
        f"last hour in {day.seconds:.0f} s: {len(units)} units filled in {sum(unit.typed for unit in units)} cells, "
        f"signed and sent; {accepted} accepted; {sum(len(file.facts) for file in day.files)} rows imported meanwhile; "
        f"{len(day.office.letters)} letters; {len(log.asked)} requests, {len(log.refused())} refused"
    )
    for turn in (days.READING, days.LAST_HOUR):
        yield f"{turn}: one in twenty waits longer than this"
        yield from table(log.figures(turn, days.QUIET))


def weighed(day: Day, queries: dict[str, int]) -> str:
    """The pages that take longest while nobody else is there, each with its queries."""
    alone = {page: day.log.took(days.QUIET, page) for page in queries}  # no section, where nothing was left to type
    took = {page: median(seconds) for page, seconds in alone.items() if seconds}
    heaviest = sorted(took, key=lambda page: -took[page])[:HEAVIEST]
    return "heaviest pages: " + ", ".join(
        f"{one} {milliseconds(took[one])}, {queries[one]} queries" for one in heaviest
    )


def held(before: dict[str, int], after: dict[str, int]) -> str:
    return "memory: " + ", ".join(f"{name} {before[name]} → {after[name]} MB" for name in before)


def worked(day: Day, turn: str, before: dict[str, float], after: dict[str, float]) -> str:
    count = sum(one.turn == turn for one in day.log.asked)
    each = ", ".join(f"{name} {(after[name] - before[name]) / count * 1000:.0f} ms" for name in ("web", "postgres"))
    return f"{turn}: {count} requests, of a processor for each of them {each}"
