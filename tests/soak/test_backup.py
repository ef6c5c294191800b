"""A whole portal with backups on: a disaster a minute after all was well, and its disk lost a minute after that."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg2
import pytest

from apps.audit.models import AuditEvent
from apps.audit.services import record
from apps.documents.models import StoredFile
from apps.documents.services import path_of
from apps.enterprises.models import Enterprise
from apps.exchange.models import ImportBatch
from apps.upkeep.models import Run
from program996.backup.counting import Counts, count_tables
from program996.backup.thinning import ZONE
from program996.management.processes import BASE_DIR
from tests.conftest import BAC_NINH, TDC
from tests.soak.portal import Portal, joined, running_portal
from tests.soak.uploads import IMPORTS, small_files, upload, wait_for_state
from tests.soak.visitor import Visitor
from tests.soak.waiting import eventually, nothing_to_do
from tests.test_stack import free_port, launch, stop, throw_away

ENTERPRISES, WRITES = 300, 75
RPO, RTO = timedelta(minutes=5), timedelta(minutes=60)
BEATING = {"jobs_queueheartbeat", "jobs_jobheartbeat", "upkeep_run", "django_session"}  # written whatever people do
MARK = "soak.mark"


@dataclass
class Lost:
    """What lay elsewhere when the machine was gone, and what was true when all was well."""

    portal: Portal
    store: Path
    well_at: datetime
    counts: Counts
    files: list[str]
    gone_at: datetime
    drill: Run


def counts_now(address: str) -> Counts:
    with closing(psycopg2.connect(address)) as line:
        return {name: told for name, told in count_tables(line).items() if name not in BEATING}


def work_as_people_do(portal: Portal) -> None:
    """Through the doors, after the backup: what comes back of it comes out of the log."""
    visitor = Visitor(portal.url).sign_in(portal.account("register_keeper", BAC_NINH))
    file = small_files(1, "Bắc Ninh", "95")[0]
    file.batch = upload(visitor, BAC_NINH, file.name, file.content)
    wait_for_state(file.batch, ImportBatch.State.CHECKED)
    assert visitor.post(f"{IMPORTS}{file.batch}/confirm/").status == 200
    wait_for_state(file.batch, ImportBatch.State.WRITTEN)
    assert eventually(nothing_to_do)


def next_minute() -> datetime:
    """As an operator types it: whole minutes."""
    moment = datetime.now(ZONE).replace(second=0, microsecond=0) + timedelta(minutes=1)
    while datetime.now(ZONE) < moment + timedelta(seconds=1):
        time.sleep(0.2)
    return moment


def quiet_minute(address: str) -> tuple[datetime, Counts]:
    """One before which nothing but hearts beat: what beat rings each minute has come to rest."""
    for _turn in range(10):
        counts, moment = counts_now(address), next_minute()
        if counts_now(address) == counts:
            return moment, counts
    raise AssertionError("something is always written")


def strike(portal: Portal) -> None:
    """Somebody's mistake, with the owner's rights."""
    with closing(psycopg2.connect(portal.env["DATABASE_OWNER_URL"])) as line, line.cursor() as cursor:
        cursor.execute("TRUNCATE enterprises_enterprise CASCADE")
        line.commit()
    assert not Enterprise.objects.exists()
    for row in StoredFile.objects.all():
        path_of(row).unlink(missing_ok=True)


@pytest.fixture(scope="module")
def lost(tmp_path_factory, django_db_blocker) -> Iterator[Lost]:
    folder = tmp_path_factory.mktemp("backup")
    with (
        running_portal(folder, ENTERPRISES, BACKUP_DIR=str(folder / "store")) as portal,
        joined(portal),
        django_db_blocker.unblock(),
    ):
        drills = Run.objects.good().filter(kind=Run.Kind.DRILL)
        assert eventually(drills.exists, 1200, every=1), portal.log("archiver")
        work_as_people_do(portal)
        files = sorted(StoredFile.objects.values_list("sha256", flat=True))
        well_at, counts = quiet_minute(portal.env["DATABASE_OWNER_URL"])
        strike(portal)
        for number in range(WRITES):
            record(MARK, by=None, number=number)
            time.sleep(1)
        gone_at = datetime.now(ZONE)
        shutil.copytree(folder / "store", folder / "elsewhere")
        yield Lost(portal, folder / "elsewhere", well_at, counts, files, gone_at, drills.get())


@contextmanager
def restored(lost: Lost, name: str, *options: str, finds: str = "") -> Iterator[tuple[Portal, timedelta]]:
    """On a machine that knows nothing of the portal; until people can use it again."""
    data, port, began = lost.store.parent / name, free_port(), time.monotonic()
    key = str(lost.portal.data / "backup-key")
    command = [sys.executable, str(BASE_DIR / "manage.py"), "restore", "--from", str(lost.store), "--identity", key]
    env = {"PATH": "/usr/bin:/bin", "DATA": str(lost.store.parent / "no-portal")}
    told = subprocess.run([*command, "--data", str(data), *options], env=env, capture_output=True, text=True)
    assert told.returncode == bool(finds), told.stdout + told.stderr
    assert finds in told.stderr
    process = launch(data, "--port", str(port))
    try:
        assert process.stdout.readline() == f"READY http://127.0.0.1:{port}/\n", process.communicate()[1]
        yield Portal(data, f"http://127.0.0.1:{port}"), timedelta(seconds=time.monotonic() - began)
    finally:
        if process.poll() is None:
            stop(process)
        throw_away(data)


def test_a_minute_before_the_disaster_nothing_is_missing(lost, say):
    with restored(lost, "before", "--to", f"{lost.well_at:%d/%m/%Y %H:%M}") as (portal, seconds):
        found = counts_now(portal.env["DATABASE_OWNER_URL"])
        changed = {name for name in lost.counts if found.get(name) != lost.counts[name]}
        # A start takes reference data anew, and sign-ins ahead of us may have been seen to.
        assert not changed - {"jobs_job", "targets_recomputerequest", "pghistory_context"}, changed
        kept = [portal.data / "files" / sha256[:2] / sha256 for sha256 in lost.files]
        assert kept
        assert all(path.exists() for path in kept)
        visitor = Visitor(portal.url).sign_in(lost.portal.account("programme_administrator", TDC))
        assert visitor.get("/dashboard/").status == 200
    say(
        f"restored to {lost.well_at:%H:%M}, a minute before the tables were emptied: {len(lost.counts)} tables of "
        f"{sum(int(rows) for rows, _digest in lost.counts.values())} rows the same, {len(kept)} files, a second factor "
        f"taken; open for people {seconds.total_seconds():.0f} s after the command (RTO {RTO.seconds // 60} min)"
    )
    assert seconds < RTO


def test_of_what_was_acknowledged_minutes_at_most_are_lost(lost, say):
    # The emptied tables come back as they were left; that the figures do not follow from them is said.
    with restored(lost, "latest", finds="số lệch") as (portal, seconds), joined(portal):
        last = AuditEvent.objects.filter(action=MARK).order_by("at").last()
        assert last, "the disk was lost before anything of the last minute was archived"
        missing = lost.gone_at - last.at
    say(
        f"disk lost in the middle of work: {last.data['number'] + 1} of {WRITES} writes of the last {WRITES} s came "
        f"back, the oldest lost one {missing.total_seconds():.0f} s old (RPO {RPO.seconds // 60} min); "
        f"open for people after {seconds.total_seconds():.0f} s"
    )
    assert missing < RPO
    assert seconds < RTO


def test_the_drill_that_ran_by_itself_was_good(lost, say):
    facts = lost.drill.facts
    assert lost.drill.trouble == ""
    say(
        f"drill by itself: {facts['seconds']} s, {facts['tables']} tables, {facts['tables_to_the_letter']} of them the "
        f"same to the letter, figures and audit well, the log {facts['behind_seconds']} s behind"
    )
