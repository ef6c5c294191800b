import time
import uuid
from datetime import timedelta

import pytest
import structlog
from django.db import transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.jobs import consumer, jobs
from apps.jobs.models import Job, JobHeartbeat, QueueHeartbeat
from apps.jobs.relay import sweep
from apps.jobs.services import current_job, report_progress, run_job
from tests.jobs.handlers import effects

pytestmark = pytest.mark.django_db(transaction=True)


def test_job_is_done_with_its_effect(add):
    """What it writes down is found by the request that asked for it."""
    with structlog.contextvars.bound_contextvars(request_id="AB12-CD34"):
        row = add(word="đủ")
    assert run_job(row.pk) == "done"
    row.refresh_from_db()
    assert (row.attempts, row.result, row.error) == (1, {"word": "đủ"}, "")
    assert row.created_at <= row.started_at <= row.finished_at
    assert effects() == ["đủ"]
    assert AuditEvent.objects.get(action="test.effect").request_id == "AB12-CD34"


def test_double_and_late_messages_change_nothing(add):
    row = add()
    jobs.run(str(row.pk))
    jobs.run(str(row.pk))
    jobs.run(str(uuid.uuid4()))
    assert run_job(uuid.uuid4()) is None
    assert effects() == ["a"]


def test_two_messages_at_once_make_one_effect(add, elsewhere):
    row = add()
    workers = [elsewhere(run_job, row.pk) for _ in range(8)]
    assert {worker.get() for worker in workers} <= {"running", "done"}
    assert effects() == ["a"]


def test_claim_waits_and_finds_the_job_taken(add, elsewhere):
    row = add()
    with transaction.atomic():
        Job.objects.filter(pk=row.pk).update(state="done", finished_at=timezone.now())
        worker = elsewhere(run_job, row.pk)
        worker.thread.join(0.3)
        assert worker.is_waiting
    assert worker.get() == "done"
    assert effects() == []


def test_job_is_not_run_before_its_moment(add):
    row = add(not_before=timezone.now() + timedelta(seconds=60))
    assert run_job(row.pk) == "pending"
    assert effects() == []


def test_failing_job_leaves_nothing_and_is_tried_three_times(add, change, caplog):
    row = add("test.crash", word="bí mật")
    pauses = []
    for state in ("pending", "pending", "failed"):
        before = timezone.now()
        assert run_job(row.pk) == state
        after = timezone.now()
        row.refresh_from_db()
        pauses.append(((row.not_before - after).total_seconds(), (row.not_before - before).total_seconds()))
        assert row.published_at is None
        assert row.error == "Lỗi hệ thống: RuntimeError."
        change(row, not_before=timezone.now() - timedelta(seconds=1))
    assert row.attempts == 3
    assert row.finished_at is not None
    for wanted, (least, most) in zip((2, 10), pauses, strict=False):  # however long the work itself took
        assert least - 1 <= wanted <= most + 1
    assert effects() == []
    assert str(row.pk) in caplog.text


def test_refusal_is_final_and_says_why(add):
    row = add("test.refuse", word="14")
    assert run_job(row.pk) == "failed"
    row.refresh_from_db()
    assert (row.attempts, row.error) == (1, "Dòng 14 sai.")
    assert effects() == []


def test_job_without_attempts_left_is_not_begun(add, change):
    row = change(add(), attempts=3)
    assert run_job(row.pk) == "failed"
    assert effects() == []


def test_who_was_swept_before_he_began_does_nothing(add, change, long_ago, monkeypatch):
    """A worker that hung between claim and effect wakes up while another one has its job."""
    row = add()
    begin = consumer._carry_out

    def hang(claimed: Job) -> None:
        change(row, started_at=long_ago)
        sweep()
        change(row, state="running", started_at=timezone.now())
        begin(claimed)

    monkeypatch.setattr(consumer, "_carry_out", hang)
    assert run_job(row.pk) == "running"
    assert effects() == []


def test_unit_over_its_share_waits_and_others_pass(add, change, settings):
    settings.JOBS_UNIT_CAP = 2
    running = [change(add(unit="vn-01"), state="running", started_at=timezone.now()) for _ in range(2)]
    waiting, other, nobodys = add(unit="vn-01"), add(unit="vn-02"), add()
    elsewhere = add("test.import", unit="vn-01")
    before = timezone.now()
    assert run_job(waiting.pk) == "pending"
    after = timezone.now()
    waiting.refresh_from_db()
    assert waiting.attempts == 0
    assert waiting.published_at is None
    pause, slack = timedelta(seconds=2), timedelta(seconds=1)
    assert before + pause - slack <= waiting.not_before <= after + pause + slack
    assert [run_job(row.pk) for row in (other, nobodys, elsewhere)] == ["done"] * 3
    change(running[0], state="done", finished_at=timezone.now())
    change(waiting, not_before=before)
    assert run_job(waiting.pk) == "done"


def test_last_place_of_a_unit_is_taken_once(add, elsewhere, settings, monkeypatch, tmp_path):
    settings.JOBS_UNIT_CAP = 1
    count = consumer._unit_is_busy

    def count_slowly(row: Job) -> bool:
        busy = count(row)
        time.sleep(0.2)
        return busy

    monkeypatch.setattr(consumer, "_unit_is_busy", count_slowly)
    path = tmp_path / "go"
    workers = [elsewhere(run_job, add("test.wait", unit="vn-01", path=str(path), seconds=10).pk) for _ in range(4)]
    while sum(worker.is_waiting for worker in workers) > 1:
        time.sleep(0.02)
    path.touch()
    assert sorted(worker.get() for worker in workers) == ["done", "pending", "pending", "pending"]
    assert effects() == ["started"]


def test_queue_with_a_cap_fills_so_many_places_and_leaves_the_others(add, elsewhere, settings, tmp_path):
    """Whoever asked, and however many ask at the same moment; what waits has lost no attempt."""
    settings.JOBS_QUEUE_CAPS = {"quick": 1}
    path = tmp_path / "go"
    rows = [add("test.wait", path=str(path), seconds=10) for _ in range(4)]
    workers = [elsewhere(run_job, row.pk) for row in rows]
    while sum(worker.is_waiting for worker in workers) > 1:
        time.sleep(0.02)
    assert run_job(add("test.import").pk) == "done"
    path.touch()
    assert sorted(worker.get() for worker in workers) == ["done", "pending", "pending", "pending"]
    assert sorted(Job.objects.filter(kind="test.wait").values_list("attempts", flat=True)) == [0, 0, 0, 1]


def test_progress_is_seen_while_the_job_runs_and_gone_afterwards(add):
    row = add("test.progress", seconds=5)
    assert run_job(row.pk) == "done"
    row.refresh_from_db()
    assert row.result == {"done": 3, "percent": 30, "message": "Đang đọc dòng"}
    assert not JobHeartbeat.objects.exists()


def test_progress_outside_a_job_is_nothing():
    report_progress(1, 2)
    assert current_job() is None
    assert not JobHeartbeat.objects.exists()


def test_history_knows_for_whom_the_job_ran(add, person):
    user = person("an")
    row = add("test.context", by=user, word="a")
    assert run_job(row.pk) == "done"
    row.refresh_from_db()
    assert row.result == {"user": user.pk, "job": "test.context"}


def test_heartbeat_of_a_queue_is_one_row():
    jobs.heartbeat("mail")
    first = QueueHeartbeat.objects.get().at
    jobs.heartbeat("mail")
    assert QueueHeartbeat.objects.get().at > first


def test_ready_worker_beats_for_every_queue(settings):
    jobs.beat_all_queues()
    assert set(QueueHeartbeat.objects.values_list("queue", flat=True)) == set(settings.JOBS_QUEUES)


def test_refused_job_leaves_no_audit_row(add):
    run_job(add("test.refuse").pk)
    assert not AuditEvent.objects.exists()
