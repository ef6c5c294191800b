"""Ten years at ten times the load, beside a portal of today: ten million rows of the audit, a million stages.

How long a page takes is held beside the same page over a thousandth of the rows, a count and a file beside the bare
statement, as in the other benches.
"""

import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median

import pyrage
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.sealing import GENESIS, bounds, state_of
from apps.audit.services import seal_days
from apps.core import clock
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.progress.services import recompute
from apps.progress.sources import COUNTS
from tests.accounts.clients import prove
from tests.bench import ten_years
from tests.bench.conftest import OWNER, SMALLER, make_base, vacuum
from tests.bench.measuring import WARM_UPS, Figure, in_turns, milliseconds, timed
from tests.bench.test_exports import copied, page_file, read_by_list, unlimited  # noqa: F401
from tests.bench.test_pages import MUCH_LONGER, TURNS, VISITS, signed_in, visit
from tests.bench.test_recount import bare
from tests.soak.portal import Portal, joined

NAME = "ten_years"
READER = "quan-tri@tdc.example"
ROWS = int(os.environ.get("BENCH_AUDIT_ROWS", ten_years.AUDIT_OF_A_YEAR))
KEEPER = "so-dang-ky@tdc.example"
LIST = "/registers/enterprises/"
DAY = {"small": date.today(), "large": date(2030, 6, 15)}
# The page, who opens it, and how many times longer it may take. What a filter asks for is told by the base: of a day
# with rows, and of words that find as many as a page shows.
PAGES = {
    "audit, first page": (READER, "/audit/", MUCH_LONGER),
    "audit of a day": (READER, "/audit/?since={day:%d/%m/%Y}&until={day:%d/%m/%Y}", MUCH_LONGER),
    "audit of a year": (READER, "/audit/?since=01/01/{day:%Y}&until=31/12/{day:%Y}", MUCH_LONGER),
    "audit of a person": (READER, "/audit/?q=so-dang-ky@tdc.example", None),  # in ten years they did more
    "audit of an object": (READER, "/audit/?target_type=enterprises.enterprise&target_id=77", MUCH_LONGER),
    "audit of words": (READER, "/audit/?q={words}", 4),  # the index of each year is asked
    "audit of words that are everywhere": (READER, "/audit/?q=cong ty", None),
    "audit of a kind of act": (READER, "/audit/?action=report.accepted", MUCH_LONGER),
    "list of enterprises": (KEEPER, f"{LIST}?per_page=50", MUCH_LONGER),
    "search of enterprises": (KEEPER, f"{LIST}?q={{words}}", MUCH_LONGER),
    "enterprises of a stage and year": (KEEPER, f"{LIST}?stage=applied&year=2026", 2),  # all of them are counted
}
WORDS = {"small": "so 277", "large": "so 27712"}


@pytest.fixture(scope="module")
def size(portal_of_cycle: Portal, django_db_blocker) -> Iterator[Callable[[str], AbstractContextManager[None]]]:
    """`with size("large"): …`: the base of ten years, on the last of their days; "small" is that of today."""
    ahead = (ten_years.day_of_the_end() - date.today()).days

    @contextmanager
    def join(name: str) -> Iterator[None]:
        is_large = name == "large"
        with joined(portal_of_cycle, NAME if is_large else "", role=OWNER), clock.ahead(ahead if is_large else 0):
            without_limits()
            yield

    with django_db_blocker.unblock():
        make_base(portal_of_cycle, NAME, "--enterprises", str(SMALLER[0]))
        with join("large"):
            started = time.perf_counter()
            ten_years.fill_register()
            ten_years.fill_audit(ROWS)
            vacuum()
            recompute()
            print(f"filled in {time.perf_counter() - started:.0f} s")
        yield join


def without_limits() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET synchronous_commit = off")


def reader(email: str) -> Client:
    client = signed_in(email)
    prove(client, User.objects.get(email=email))
    return client


def test_size(size, take):
    with size("large"):
        told = {"rows of the audit": AuditEvent.objects.count(), "stages": ProgrammeEvent.objects.count()}
    said = ", ".join(f"{count:,} {name}" for name, count in told.items())
    whole = told["rows of the audit"] >= 10 * ROWS and told["stages"] >= 1_000_000
    take(Figure("ten years at ten times the load", said, "", goal_text="10,000,000 and 1,000,000", met=whole))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_the_same_after_ten_years(size, take, name):
    email, url, goal = PAGES[name]
    seconds: dict[str, list[float]] = {"small": [], "large": []}
    queries = {}
    for _turn in range(TURNS):
        for base in seconds:
            with size(base):
                client, address = reader(email), url.format(day=DAY[base], words=WORDS[base])
                for _ in range(WARM_UPS):
                    visit(client, address)
                with CaptureQueriesContext(connection) as captured:
                    visit(client, address)
                queries[base] = len(captured)
                seconds[base] += [visit(client, address) for _ in range(VISITS)]
    large, small = median(seconds["large"]), median(seconds["small"])
    take(
        Figure(f"{name}, ten years", milliseconds(large), f"today {milliseconds(small)}", large / small, goal),
        Figure(f"queries of it ({name})", str(queries["large"]), str(queries["small"])),
    )


def test_recount_of_an_indicator(size, take):
    keys = [("MT5", str(COUNTS["MT5"].basis))]
    with size("large"):
        assert recompute(["MT5"]) == {"MT5": 0}
        same, floor = in_turns(timed(partial(recompute, ["MT5"])), timed(partial(bare, keys)), times=5)
    take(Figure("MT5 over 1,000,000 stages", milliseconds(same), f"bare SQL {milliseconds(floor)}", same / floor, 1.25))


def test_file_of_all_enterprises(size, take):
    with size("large"):
        client, count = signed_in(KEEPER), Enterprise.objects.live().count()
        assert page_file(client).count(b"\r\n") == count + 1
        mine, floor = in_turns(timed(partial(page_file, client)), timed(read_by_list), times=3)
    take(Figure(f"{count:,} enterprises: .csv", milliseconds(mine), f"COPY TO {milliseconds(floor)}", mine / floor, 2))


def test_file_of_a_day_of_the_audit(size, take):
    """As it is sent: one after another, never whole in memory."""
    url = "/audit/?since=15/06/2030&until=15/06/2030&export=csv"
    start, end = bounds(date(2030, 6, 15))
    copy = f"COPY (SELECT * FROM audit_auditevent WHERE at >= '{start}' AND at < '{end}') TO STDOUT"

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.copy_expert(copy, io.BytesIO())

    def file(client) -> int:
        return sum(len(part) for part in client.get(url).streaming_content)

    with size("large"):
        client, rows = reader(READER), AuditEvent.objects.filter(at__gte=start, at__lt=end).count()
        mine, bare_copy = in_turns(timed(partial(file, client)), timed(floor), times=3)
    each = f"{mine / max(rows, 1) * 1e6:.0f} µs a row"
    take(
        Figure(
            f"audit of a day, {rows:,} rows: .csv",
            f"{milliseconds(mine)}, {each}",
            f"COPY TO {milliseconds(bare_copy)}",
        )
    )


def test_a_day_is_sealed(size, take):
    """Beside the same number of rows in a table that has no other years."""
    day = date(2030, 6, 15)
    start, end = bounds(day)
    with size("large"), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE alone AS SELECT * FROM audit_auditevent WHERE at >= %s AND at < %s", [start, end]
        )
        mine, alone = in_turns(
            timed(partial(state_of, day, GENESIS)), timed(partial(state_of, day, GENESIS, "alone")), times=7
        )
        assert state_of(day, GENESIS) == state_of(day, GENESIS, "alone")
        cursor.execute("DROP TABLE alone")
    take(Figure("seal of a day among ten years", milliseconds(mine), f"alone {milliseconds(alone)}", mine / alone, 1.5))


def test_a_year_is_archived(size, take, tmp_path):
    """Written, read back and dropped; what others wait for meanwhile is the last of it."""
    key = pyrage.x25519.Identity.generate()
    path = Path(tmp_path / "key")
    path.write_text(f"{key}\n")
    given = {"BACKUP_RECIPIENT": str(key.to_public()), "AUDIT_YEARS_AT_HAND": 5}
    with size("large"), override_settings(**given):
        sealed = timed(partial(seal_days, until=date(ten_years.FIRST, 12, 31)))()
        seconds = {}
        for name, options in {"written, read back": [], "read back, dropped": ["--drop"]}.items():
            order = partial(call_command, "archive_year", "2027", "--to", tmp_path, "--identity", path, *options)
            seconds[name] = timed(order)()
        [file] = tmp_path.glob("*.gz.age")
        checked = timed(partial(call_command, "audit_verify", "--archive", file, "--identity", path))()
        restored = timed(partial(call_command, "restore_year", file, "--identity", path))()
        again = AuditEvent.objects.filter(at__year=2027).count()
    assert again == ROWS
    told = ", ".join(f"{name} {took:.0f} s" for name, took in seconds.items())
    take(
        Figure(f"a year of {ROWS:,} rows archived", told, f"{file.stat().st_size / 1e6:.0f} MB"),
        Figure(
            "its file verified, restored", f"{checked:.0f} s, {restored:.0f} s", f"its days sealed in {sealed:.0f} s"
        ),
    )
