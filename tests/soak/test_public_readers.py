"""A hundred people read the public pages, each from an address of their own, for a minute: who is signed in does not
notice. Their page is timed in turns, alone and meanwhile, so that whatever else the machine does weighs on both.
"""

import gzip
import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlsplit

import pytest
from django.db import connection

from apps.public.places import provinces_on
from apps.targets.models import Publication
from tests.bench.measuring import milliseconds
from tests.conftest import BAC_NINH
from tests.soak.conftest import ENTERPRISES
from tests.soak.portal import Portal, joined, running_portal
from tests.soak.visitor import Visitor

READERS, SECONDS, TURNS, FIRST = 100, 60, 6, 20
LOOKS, STEP = (4, 12), 0.5  # seconds that a person spends on a page
OWN_PAGE = "/dashboard/"
MOST = 1.1  # of the time that the page takes alone
SEED = 996


@pytest.fixture(scope="module")
def behind_a_proxy(tmp_path_factory, django_db_blocker) -> Iterator[Portal]:
    """A portal that is told by whoever stands in front where its readers sit."""
    folder = tmp_path_factory.mktemp("readers")
    with (
        running_portal(folder, ENTERPRISES, PROXY_COUNT="1") as portal,
        joined(portal),
        django_db_blocker.unblock(),
    ):
        yield portal


def addresses() -> list[str]:
    """What people open, the first page as often as all provinces together."""
    last = Publication.objects.in_force().latest("pk")
    provinces = [f"/provinces/{one.slug}/" for one in provinces_on(last)]
    connection.close()
    files = [f"/open-data/{last.pk}/{name}" for name in ("figures.csv", "targets.json", "datapackage.json")]
    pages = ["/provinces/", "/documents/", "/open-data/", "/about/", "/share/results.png"]
    both = [*pages, *provinces]
    return ["/"] * len(provinces) + ["/en/"] * 10 + both + [f"/en{one}" for one in both] + files


@dataclass
class Reader:
    """Keeps what was read, as browsers do, and asks anew with its tag."""

    url: str
    number: int
    pages: list[str]
    reading: threading.Event
    is_over: threading.Event
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    def read(self) -> None:
        dice = random.Random(SEED + self.number)
        while not self.is_over.is_set():
            self.rest(dice.uniform(*LOOKS))
            if not self.is_over.is_set():
                self.open(dice.choice(self.pages))

    def rest(self, seconds: float) -> None:
        """Between the turns time stands still: nobody comes at the same moment when the next one begins."""
        while seconds > 0 and not self.is_over.is_set():
            self.reading.wait()
            self.is_over.wait(min(STEP, seconds))
            seconds -= STEP

    def open(self, page: str) -> None:
        told = {"X-Forwarded-For": f"203.0.113.{self.number}", "Accept-Encoding": "gzip"}
        if page in self.tags:
            told["If-None-Match"] = self.tags[page]
        line = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            line.request("GET", page, headers=told)
            answer = line.getresponse()
            body = answer.read()
        except OSError as error:
            self.wrong.append(f"{page}: {error}")
            return
        finally:
            line.close()
        self.statuses[answer.status] += 1
        self.tags[page] = answer.headers.get("ETag", "")
        whole = gzip.decompress(body) if answer.headers["Content-Encoding"] else body
        is_whole = answer.status == 304 or bool(whole)
        if answer.status not in (200, 304) or not is_whole or "Set-Cookie" in answer.headers:
            self.wrong.append(f"{page}: {answer.status}, {len(body)} bytes")


@contextmanager
def readers(url: str, pages: list[str]) -> Iterator[tuple[list[Reader], threading.Event]]:
    """They read while the event is set."""
    reading, is_over = threading.Event(), threading.Event()
    found = [Reader(url, number, pages, reading, is_over) for number in range(1, READERS + 1)]
    threads = [threading.Thread(target=one.read, daemon=True) for one in found]
    for one in threads:
        one.start()
    try:
        yield found, reading
    finally:
        is_over.set()
        reading.set()
        for one in threads:
            one.join(timeout=40)


def timed_for(visitor: Visitor, seconds: float) -> list[float]:
    took, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        answer = visitor.get(OWN_PAGE)
        assert answer.status == 200
        took.append(answer.seconds)
        time.sleep(0.1)
    return took


def test_a_hundred_readers_keep_nobody_waiting(behind_a_proxy, say):
    portal, pages = behind_a_proxy, addresses()
    visitor = Visitor(portal.url).sign_in(portal.account("register_keeper", BAC_NINH))
    alone, meanwhile = [], []
    with readers(portal.url, pages) as (people, reading):
        reading.set()  # what a page does the first time is not its price
        timed_for(visitor, FIRST)
        reading.clear()
        for _turn in range(TURNS):
            alone += timed_for(visitor, SECONDS / TURNS)
            reading.set()
            meanwhile += timed_for(visitor, SECONDS / TURNS)
            reading.clear()
    statuses = sum((one.statuses for one in people), Counter())
    wrong = [fault for one in people for fault in one.wrong]
    ratio = median(meanwhile) / median(alone)
    say(
        f"{READERS} readers in {SECONDS + FIRST} s: {statuses.total()} answers, {dict(sorted(statuses.items()))}; "
        f"{OWN_PAGE} of who is signed in {milliseconds(median(meanwhile))}, alone {milliseconds(median(alone))}: "
        f"{ratio:.2f} (goal ≤ {MOST})"
    )
    assert wrong == []
    assert statuses.keys() == {200, 304}
    assert statuses.total() > READERS * SECONDS / max(LOOKS)
    assert "Traceback" not in portal.log("web")
    assert ratio <= MOST
