import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from apps.jobs import claims, relay
from apps.jobs.models import Job, JobHeartbeat
from apps.jobs.services import enqueue, run_job
from tests.jobs.handlers import KIND, effects

pytestmark = pytest.mark.django_db(transaction=True)


class Broker:
    """Takes what it is sent, and is away when told so."""

    def __init__(self) -> None:
        self.taken: list = []
        self.away_after: int | None = None

    def __call__(self, row: Job) -> None:
        if self.away_after is not None and len(self.taken) >= self.away_after:
            raise BrokerError("away")
        self.taken.append(row.pk)


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def running_relay(broker):
    running = relay.Relay(broker)
    thread = threading.Thread(target=running.run)
    thread.start()
    yield running
    running.stop()
    thread.join(60)
    assert not thread.is_alive()


def soon(check, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(0.02)
    return False


def test_due_jobs_are_published_oldest_first_and_once(add, broker):
    rows = [add().pk for _ in range(3)]
    add(not_before=timezone.now() + timedelta(seconds=60))
    assert relay.publish_due(broker) == (3, True)
    assert relay.publish_due(broker) == (0, True)
    assert broker.taken == rows


def test_lost_message_is_rung_again_after_a_minute(add, change, broker, long_ago):
    row = change(add(), published_at=long_ago)
    relay.publish_due(broker)
    assert broker.taken == [row.pk]


def test_broker_away_in_the_middle_keeps_the_rest_due(add, broker):
    rows = [add().pk for _ in range(4)]
    broker.away_after = 2
    assert relay.publish_due(broker) == (2, False)
    broker.away_after = None
    assert relay.publish_due(broker) == (2, True)
    assert broker.taken == rows


def test_row_in_other_hands_is_passed_over(add, broker, locked):
    row, other = add(), add()
    with locked(row):
        relay.publish_due(broker)
    assert broker.taken == [other.pk]


def test_relay_publishes_at_commit(add, broker, running_relay, monkeypatch):
    monkeypatch.setattr(relay, "PAUSE", 3600)  # so that only the bell can wake it
    add()
    assert soon(lambda: len(broker.taken) == 1)
    time.sleep(0.2)
    with transaction.atomic():
        row = enqueue(KIND, word="b")
        time.sleep(0.2)
        assert len(broker.taken) == 1
    assert soon(lambda: broker.taken[1:] == [row.pk])
    running_relay.stop()
    add()  # wakes it for the last time


def test_relay_outlives_its_broker(add, broker, running_relay):
    broker.away_after = 0
    row = add()
    time.sleep(0.3)
    assert broker.taken == []
    broker.away_after = None
    assert soon(lambda: broker.taken == [row.pk])


def test_relay_outlives_its_database_connections(add, broker, running_relay):
    row = add()
    assert soon(lambda: broker.taken == [row.pk])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    other = add()
    assert soon(lambda: other.pk in broker.taken)
    assert set(broker.taken) == {row.pk, other.pk}  # the first perhaps twice: another relay may have led meanwhile


def test_job_of_a_dead_worker_comes_back(add, change, long_ago):
    row = change(add(), state="running", attempts=1, started_at=long_ago, published_at=long_ago)
    assert relay.sweep() == 1
    row.refresh_from_db()
    assert (row.state, row.published_at, row.attempts) == ("pending", None, 1)
    assert run_job(row.pk) == "done"
    assert effects() == ["a"]


def test_job_that_dies_every_time_fails_for_good(add, change, long_ago):
    row = change(add(), state="running", attempts=3, started_at=long_ago)
    relay.sweep()
    row.refresh_from_db()
    assert (row.state, row.error) == ("failed", "Tiến trình xử lý dừng giữa chừng.")
    assert row.finished_at is not None


@pytest.fixture
def sessions():
    lines = {}
    yield lines
    for line in lines.values():
        line.close()


@pytest.fixture
def claimed(add, change, sessions):
    """A job as a living worker holds it between claim and effect: its session is still there."""

    def claim(**fields) -> Job:
        row = change(add(), state="running", **{"started_at": timezone.now(), **fields})
        sessions[row.pk] = connection.copy()
        with sessions[row.pk].cursor() as cursor:
            cursor.execute(claims.HOLD, [row.pk])
        return row

    return claim


def test_living_jobs_are_left_alone(add, change, claimed, long_ago, locked):
    fresh = claimed()
    beating = claimed(started_at=long_ago)
    JobHeartbeat.objects.create(job_id=beating.pk, at=timezone.now())
    busy = change(add(), state="running", started_at=long_ago)
    with locked(busy):
        assert relay.sweep() == 0
    assert set(Job.objects.filter(state="running")) == {fresh, beating, busy}


def test_job_of_a_worker_that_hangs_comes_back_though_its_session_lives(claimed, long_ago):
    row = claimed(started_at=long_ago, attempts=1)
    JobHeartbeat.objects.create(job_id=row.pk, at=long_ago)
    assert relay.sweep() == 1
    assert run_job(row.pk) == "done"
    assert effects() == ["a"]


def test_heartbeat_of_an_earlier_attempt_does_not_condemn_the_next(claimed, long_ago):
    row = claimed()
    JobHeartbeat.objects.create(job_id=row.pk, at=long_ago)
    assert relay.sweep() == 0


def test_job_comes_back_as_soon_as_its_workers_session_ends(claimed, sessions):
    """No clock is asked: the claim is a second old, its session is gone, another one's lives."""
    dead, living = claimed(attempts=1), claimed()
    sessions[dead.pk].close()
    assert soon(lambda: relay.sweep() == 1)
    assert Job.objects.get(pk=dead.pk).state == "pending"
    assert Job.objects.get(pk=living.pk).state == "running"
    assert run_job(dead.pk) == "done"
    assert effects() == ["a"]


def test_who_hung_and_holds_an_old_claim_does_not_make_the_next_one_look_alive(claimed, change):
    row = claimed()
    change(row, started_at=timezone.now())
    assert relay.sweep() == 1


def test_job_is_held_while_it_runs_and_no_longer(add, elsewhere, tmp_path):
    """Also between claim and effect, where no row is locked."""
    path = tmp_path / "go"
    row = add("test.wait", path=str(path), seconds=10)
    worker = elsewhere(run_job, row.pk)
    assert soon(lambda: Job.objects.get(pk=row.pk).state == "running")
    assert claims.left([row]) == set()
    path.touch()
    assert worker.get() == "done"
    assert claims.left([row]) == {row.pk}


def test_stamp_of_a_killed_relay_is_forgotten_by_the_next(add, change, broker, request):
    row = change(add(), published_at=timezone.now())
    assert relay.publish_due(broker) == (0, True)
    request.getfixturevalue("running_relay")
    assert soon(lambda: broker.taken == [row.pk])


def test_hung_broker_holds_no_row(add, elsewhere):
    row = add(dedupe_key="MT5")

    def hang(sent: Job) -> None:
        assert elsewhere(lambda: add(dedupe_key="MT5").pk).get() == row.pk
        raise BrokerError

    assert relay.publish_due(hang) == (0, False)
