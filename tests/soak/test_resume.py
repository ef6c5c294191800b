"""A worker dies in the middle of writing a file: the work goes on within seconds, and stands once."""

import os
import signal
import time
from collections import Counter

import pytest
from django.db import connection

from apps.audit.models import AuditEvent
from apps.enterprises.models import ProgrammeEvent
from apps.exchange.models import ImportBatch
from apps.jobs.models import Job
from tests.conftest import BAC_NINH
from tests.jobs.conftest import other_connection
from tests.soak.portal import Portal
from tests.soak.uploads import IMPORTS, SmallFile, misses, small_files, upload, wait_for_state
from tests.soak.visitor import Visitor
from tests.soak.waiting import eventually, failed_jobs, nothing_to_do

RESUMED_WITHIN = 15.0  # seconds
ROWS = 9_000


def big_file(prefix: str) -> SmallFile:
    return small_files(1, "Bắc Ninh", prefix, rows_each=ROWS)[0]


def writing(batch: int) -> Job | None:
    return Job.objects.filter(kind="exchange.write", payload__batch_id=batch, state=Job.State.RUNNING).first()


def kill(portal: Portal, whole: bool) -> None:
    for child in portal.children("worker"):
        os.kill(child, signal.SIGKILL)
    if whole:
        portal.send("worker", signal.SIGKILL)


@pytest.mark.parametrize("whole", [False, True], ids=["children", "main and children"])
def test_writing_goes_on_soon_after_its_worker_was_killed(portal, say, whole):
    file = big_file("97" if whole else "96")
    visitor = Visitor(portal.url).sign_in(portal.account("register_keeper", BAC_NINH))
    assert eventually(nothing_to_do)
    file.batch = upload(visitor, BAC_NINH, file.name, file.content)
    wait_for_state(file.batch, ImportBatch.State.CHECKED)
    assert visitor.post(f"{IMPORTS}{file.batch}/confirm/").status == 200
    assert eventually(lambda: writing(file.batch) is not None, every=0.01)
    job = writing(file.batch)
    assert job.attempts == 1
    time.sleep(0.2)
    kill(portal, whole)
    killed = time.monotonic()
    assert eventually(lambda: Job.objects.get(pk=job.pk).attempts == 2, 120)
    resumed = time.monotonic() - killed
    wait_for_state(file.batch, ImportBatch.State.WRITTEN)
    assert eventually(nothing_to_do)
    assert failed_jobs() == []
    assert misses([file]) == []
    kinds = Counter(Job.objects.filter(payload__batch_id=file.batch).values_list("kind", flat=True))
    assert kinds == {"exchange.check": 1, "exchange.write": 1}
    who = "main process and children" if whole else "children"
    say(f"worker's {who} killed while writing {ROWS} rows: the work went on {resumed:.1f} s later, and stands once")
    assert resumed < RESUMED_WITHIN


def test_undoing_of_a_killed_worker_is_done_by_the_next(portal, say):
    """That nothing is half done when it breaks off is held on every commit (tests/exchange/test_undo.py)."""
    file = small_files(1, "Bắc Ninh", "98")[0]
    visitor = Visitor(portal.url).sign_in(portal.account("register_keeper", BAC_NINH))
    file.batch = upload(visitor, BAC_NINH, file.name, file.content)
    wait_for_state(file.batch, ImportBatch.State.CHECKED)
    assert visitor.post(f"{IMPORTS}{file.batch}/confirm/").status == 200
    wait_for_state(file.batch, ImportBatch.State.WRITTEN)
    assert eventually(nothing_to_do)
    with other_connection() as line:
        line.set_autocommit(False)
        with line.cursor() as cursor:  # the worker stands still in the middle of its statement
            cursor.execute("SELECT 1 FROM enterprises_programmeevent WHERE batch_id = %s FOR UPDATE", [file.batch])
        assert visitor.post(f"{IMPORTS}{file.batch}/undo/", reason="Nhầm tệp").status == 200
        assert eventually(is_held_up)
        kill(portal, whole=True)
        line.rollback()
    wait_for_state(file.batch, ImportBatch.State.UNDONE)
    assert not ProgrammeEvent.objects.live().filter(batch=file.batch).exists()
    assert Job.objects.get(kind="exchange.undo", payload__batch_id=file.batch).attempts == 2
    asked = AuditEvent.objects.filter(target_type="exchange.importbatch", target_id=str(file.batch)).order_by("id")
    assert list(asked.values_list("action", flat=True))[-2:] == ["import.undo_requested", "import.undone"]
    say("worker killed in the middle of an undoing: the next one undid the whole of it, once")


def is_held_up() -> bool:
    """Whether somebody waits for a row in this base."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0
