"""PostgreSQL gone, and back: people are told so in time, and work goes on where it stood."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from apps.jobs.models import Job
from program996.management.servers import socket_folder
from tests.conftest import BAC_NINH
from tests.soak.portal import Portal
from tests.soak.visitor import Visitor
from tests.soak.waiting import eventually, nothing_to_do

TOLD_WITHIN, BACK_WITHIN = 5.0, 10.0  # seconds
TIMES = 5
PAGES = ("/", "/dashboard/", "/registers/enterprises/", "/targets/mt5/", "/api/v1/indicators/", "/khong-co/")


@contextmanager
def database_away(portal: Portal, how: signal.Signals) -> Iterator[None]:
    """The launcher sleeps meanwhile, or it would start the server again."""
    launcher = int((portal.data / "run/lock").read_text())
    os.kill(launcher, signal.SIGSTOP)
    try:
        assert portal.send("postgres", how)
        socket = socket_folder(portal.data) / "pg/.s.PGSQL.5432"
        assert how == signal.SIGKILL or eventually(lambda: not socket.exists())
        yield
    finally:
        os.kill(launcher, signal.SIGCONT)


def server_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return True


def test_pages_say_so_and_are_back_soon(portal, say):
    visitor = Visitor(portal.url).sign_in(portal.account("register_keeper", BAC_NINH))
    told, back = [], []
    for number in range(TIMES):
        with database_away(portal, signal.SIGKILL if number % 2 else signal.SIGINT):
            for page in PAGES:
                answer = visitor.get(page)
                assert answer.status == 503, page
                told.append(answer.seconds)
        assert eventually(server_answers)
        started = time.monotonic()
        for page in ("/registers/enterprises/", "/dashboard/", "/api/v1/indicators/"):
            assert eventually(lambda page=page: visitor.get(page).status == 200, BACK_WITHIN), page
        back.append(time.monotonic() - started)
    assert max(told) < TOLD_WITHIN
    assert max(back) < BACK_WITHIN
    assert eventually(nothing_to_do)
    assert not Job.objects.filter(state=Job.State.FAILED).exists()
    say(
        f"PostgreSQL away {TIMES} times: slowest of {len(told)} answers {max(told):.2f} s; "
        f"pages were back {max(back):.1f} s after it at the latest, the session still signed in"
    )
