"""What the portal's machine and base have to say of a day: memory, rows, indexes, who waited for whom."""

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.soak.portal import Portal
from tests.test_stack import pid_of

PROCESSES = ("web", "worker", "relay", "beat", "redis", "postgres")
EVERY = 0.25  # seconds
WAITING = """
    SELECT count(*), count(*) FILTER (WHERE wait_event_type = 'Lock'),
        coalesce(max(extract(epoch FROM clock_timestamp() - state_change)) FILTER (WHERE wait_event_type = 'Lock'), 0),
        coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)) FILTER (
            WHERE application_name = 'program996-web'), 0)
    FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
"""
INDEXES = """
    SELECT s.indexrelname, s.idx_scan, pg_relation_size(s.indexrelid), s.relname, a.attname
    FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE NOT i.indisunique AND NOT i.indisprimary
"""
TROUBLES = ("ERROR:", "FATAL:", "PANIC:", "deadlock")


def _asked(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def scans() -> dict[str, tuple[int, int]]:
    """How often each index was read by, and its size. Neither keys nor the indexes of foreign keys, which a base needs
    whether somebody reads by them or not.
    """
    models = apps.get_models(include_auto_created=True)
    keys = {(model._meta.db_table, field.column) for model in models for field in model._meta.concrete_fields
            if field.is_relation}  # fmt: skip
    found = _asked(INDEXES)
    return {name: (int(number), size // 1024) for name, number, size, *place in found if tuple(place) not in keys}


def unused(before: Mapping[str, tuple[int, int]]) -> tuple[list[str], list[str]]:
    """Indexes by which nothing was read since then; and those by which nothing ever was, with what they weigh."""
    found = scans()
    since = sorted(name for name, (number, _size) in found.items() if number and number == before[name][0])
    never = sorted(f"{name} ({size} kB)" for name, (number, size) in found.items() if not number)
    return since, never


def work(portal: Portal) -> dict[str, float]:
    """Seconds of a processor that each process and its children have taken. Of a machine that does other things
    besides, this says more than a clock.
    """
    pids = {name: [pid_of(portal.data, name), *portal.children(name)] for name in PROCESSES}
    return {name: sum(_worked(pid) for pid in own) + _of_gone(own[0]) for name, own in pids.items()}


def _worked(pid: int) -> float:
    return sum(map(int, _stat(pid)[11:13])) / os.sysconf("SC_CLK_TCK")


def _of_gone(pid: int) -> float:
    """Of children that have ended: sessions of the database that were closed."""
    return sum(map(int, _stat(pid)[13:15])) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return ["0"] * 20


def queries_of(session: str, address: str) -> int:
    """Of a page that was opened before, by this process in the portal's base."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200, address
    return len(captured)


def rows_of_tables() -> dict[str, int]:
    names = sorted(name for name in connection.introspection.table_names() if not name.startswith("pg_"))
    counted = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names)
    return dict(_asked(counted))


def grown(before: Mapping[str, int], after: Mapping[str, int]) -> str:
    more = {name: count - before.get(name, 0) for name, count in after.items()}
    told = sorted(((count, name) for name, count in more.items() if count), reverse=True)
    return ", ".join(f"{name} {count:+,}" for count, name in told)


def memory(portal: Portal) -> dict[str, int]:
    """Megabytes of each process and its children together."""
    return {
        name: sum(_resident(pid) for pid in [pid_of(portal.data, name), *portal.children(name)]) for name in PROCESSES
    }


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)


def troubles_in_log(portal: Portal, past: int) -> list[str]:
    """What the database complained of, since its log was so long."""
    return [line for line in portal.log("postgres")[past:].splitlines() if any(word in line for word in TROUBLES)]


class Watch:
    """`with Watch() as watch: …` looks at the sessions of the base again and again."""

    def __init__(self) -> None:
        self.sessions = self.waiting = self.looks = self.looks_with_wait = 0
        self.longest_wait = self.longest_of_web = 0.0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.ended.set()
        self.thread.join()

    def __str__(self) -> str:
        return (
            f"sessions at most {self.sessions}; waiting for a lock at once at most {self.waiting}, in "
            f"{self.looks_with_wait} of {self.looks} looks, longest {self.longest_wait:.1f} s; longest transaction of "
            f"a page {self.longest_of_web:.1f} s"
        )

    def _run(self) -> None:
        while not self.ended.wait(EVERY):
            [(sessions, waiting, wait, of_web)] = _asked(WAITING)
            self.sessions, self.waiting = max(self.sessions, sessions), max(self.waiting, waiting)
            self.longest_wait, self.longest_of_web = max(self.longest_wait, wait), max(self.longest_of_web, of_web)
            self.looks += 1
            self.looks_with_wait += bool(waiting)
        connection.close()
