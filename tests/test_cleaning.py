"""What the night takes away, and what it must leave."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessLog
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.enterprises.models import ProgrammeEvent
from apps.exchange.models import ImportBatch, RowProblem, StagedRow
from apps.jobs.models import IdempotencyKey, Job, JobHeartbeat
from apps.people.models import Invitation
from program996 import cleaning
from program996.celery import app
from program996.jobs import clean
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import bac_ninh, undo, upload, write  # noqa: F401
from tests.jobs.conftest import other_connection

pytestmark = pytest.mark.django_db
LONG, JUST = timedelta(days=90, minutes=1), timedelta(days=89, hours=23)


def days_ago(days: float) -> object:
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def job(db) -> Callable[..., Job]:
    def make(state: str = "done", age: timedelta = LONG) -> Job:
        then = timezone.now() - age
        finished = then if state in ("done", "failed") else None
        return Job.objects.create(kind="test.gone", queue="quick", state=state, finished_at=finished, created_at=then)

    return make


# --- jobs -------------------------------------------------------------------------------------------------------------


def test_jobs_done_long_ago_go_and_no_others(job):
    old = [job() for _turn in range(3)]
    kept = [job(age=JUST), job("failed"), job("pending"), job("running")]
    assert cleaning.clean()["finished jobs"] == len(old)
    assert set(Job.objects.values_list("pk", flat=True)) == {row.pk for row in kept}


def test_job_that_an_import_speaks_of_stays(job, upload, write):  # noqa: F811
    batch = write(upload(files.workbook(files.rows(1))))
    spoken_of, other = job(), job()
    ImportBatch.objects.filter(pk=batch.pk).update(job=spoken_of)
    clean()
    assert Job.objects.filter(pk=spoken_of.pk).exists()
    assert not Job.objects.filter(pk=other.pk).exists()
    with pytest.raises(ProtectedError):
        spoken_of.delete()


def test_jobs_go_in_small_steps_and_not_without_end(job, monkeypatch):
    for _turn in range(7):
        job()
    monkeypatch.setattr(cleaning, "AT_ONCE", 2)
    monkeypatch.setattr(cleaning, "MOST", 4)
    assert cleaning.clean()["finished jobs"] == 4
    assert cleaning.clean()["finished jobs"] == 3
    assert cleaning.clean()["finished jobs"] == 0


@pytest.mark.django_db(transaction=True)
def test_row_that_somebody_holds_is_left_for_the_next_night(job):
    held, other = job(), job()
    with other_connection() as line:
        line.set_autocommit(False)
        with line.cursor() as cursor:
            cursor.execute("SELECT 1 FROM jobs_job WHERE id = %s FOR UPDATE", [held.pk])
        clean()
        assert list(Job.objects.all()) == [held]
        line.rollback()
    clean()
    assert not Job.objects.filter(pk__in=[held.pk, other.pk]).exists()


def test_heartbeats_of_the_dead_go(job):
    for age in (timedelta(days=2), timedelta(minutes=1)):
        JobHeartbeat.objects.create(job_id=job("running").pk, at=timezone.now() - age)
    assert cleaning.clean()["heartbeats of no job"] == 1
    assert JobHeartbeat.objects.get().at > days_ago(1)


# --- rows of imports --------------------------------------------------------------------------------------------------


def aged(batch: ImportBatch, age: timedelta) -> ImportBatch:
    ImportBatch.objects.filter(pk=batch.pk).update(updated_at=timezone.now() - age)
    return batch


def rows_of(batch: ImportBatch) -> tuple[int, int]:
    return StagedRow.objects.filter(batch=batch).count(), RowProblem.objects.filter(batch=batch).count()


def test_rows_of_imports_decided_long_ago_go(upload, write, undo):  # noqa: F811
    old, fresh, taken_back = (
        write(upload(files.workbook(files.odd_rows()[at:], [*files.HEADER, f"Cột {at}"]))) for at in range(3)
    )
    aged(old, LONG), aged(fresh, JUST), aged(undo(taken_back), LONG)
    waiting = aged(upload(files.workbook(files.odd_rows()[3:])), LONG)
    before, facts = rows_of(fresh), ProgrammeEvent.objects.count()
    clean()
    assert rows_of(old) == rows_of(taken_back) == (0, 0)
    assert rows_of(fresh) == before > (0, 0)
    assert rows_of(waiting) > (0, 0)  # somebody may still confirm it
    assert ProgrammeEvent.objects.count() == facts > 0
    assert AuditEvent.objects.filter(action="import.written", target_id=str(old.pk)).exists()


def test_page_of_a_cleaned_import_says_so(upload, write, signed_in, keeper):  # noqa: F811
    batch = aged(write(upload(files.workbook(files.odd_rows()))), LONG)
    client = signed_in(keeper)
    assert "đã được dọn" not in client.get(batch.get_absolute_url()).text
    clean()
    page = client.get(batch.get_absolute_url()).text
    assert "Chi tiết từng dòng của lần nhập này đã được dọn sau 90 ngày." in page
    assert "Đã ghi 5 dòng." in page
    assert "đang kiểm tra" not in page
    assert client.get(f"{batch.get_absolute_url()}errors/").status_code == 200


# --- what people leave behind -----------------------------------------------------------------------------------------


def test_answers_sign_ins_and_invitations_go_in_their_time(keeper, bac_ninh):  # noqa: F811
    role = Group.objects.get(name="reader")
    for age, slug in ((366, "old"), (300, "new")):
        Invitation.objects.create(
            email=f"{slug}@example.vn", full_name=slug, unit=bac_ninh, role=role, nonce=slug, invited_by=keeper,
            valid_from=days_ago(age).date(), expires_at=days_ago(age - 1 if slug == "new" else age),
        )  # fmt: skip
    for age in (8, 6):
        IdempotencyKey.objects.create(key=f"{age} days", user=keeper, created_at=days_ago(age))
    for age in (91, 89):
        log = AccessLog.objects.create(username=f"{age} days", ip_address="203.0.113.9", path_info="/")
        AccessLog.objects.filter(pk=log.pk).update(attempt_time=days_ago(age))
    clean()
    assert list(Invitation.objects.values_list("email", flat=True)) == ["new@example.vn"]
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["6 days"]
    assert list(AccessLog.objects.values_list("username", flat=True)) == ["89 days"]


def test_drafts_of_files_go_and_kept_files_stay(settings, tmp_path, upload):  # noqa: F811
    settings.MEDIA_ROOT = str(tmp_path)
    batch = upload(files.workbook(files.rows(1)))
    old, fresh = tmp_path / "tmpold", tmp_path / "tmpnew"
    for draft in (old, fresh):
        draft.write_bytes(b"PK")
    kept = tmp_path / batch.file.sha256[:2] / batch.file.sha256
    for path in (old, kept):
        os.utime(path, (time.time() - 90_000,) * 2)
    clean()
    assert sorted(path.name for path in Path(tmp_path).rglob("*") if path.is_file()) == sorted([fresh.name, kept.name])


# --- the bell ---------------------------------------------------------------------------------------------------------


def test_beat_rings_it_each_night():
    ringing = [entry for entry in app.conf.beat_schedule.values() if entry["task"] == clean.name]
    assert len(ringing) == 1
    app.loader.import_default_modules()
    assert clean.name in app.tasks


def test_the_portals_own_role_may_clean(job, keeper):
    gone = job()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE program996_app")
        clean()
        cursor.execute("SET LOCAL ROLE NONE")
    assert not Job.objects.filter(pk=gone.pk).exists()


def test_evidence_is_in_no_list():
    cleaned = {cleaner.outworn().model._meta.label_lower for cleaner in cleaning.CLEANERS}
    assert not {label for label in cleaned if label.startswith("audit.") or "event" in label.rpartition(".")[2]}
