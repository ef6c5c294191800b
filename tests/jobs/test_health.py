import json
import signal
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection
from django.utils import timezone

from apps.core import clock
from apps.jobs import jobs, selectors
from apps.jobs.models import Job, JobHeartbeat
from program996.management.processes import wait_for
from program996.management.servers import valkey_answers, valkey_child

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ready(client):
    def ready() -> tuple[int, dict]:
        response = client.get("/readyz")
        return response.status_code, json.loads(response.content)["checks"]

    return ready


@pytest.fixture
def valkey(tmp_path_factory, settings):
    folder = tmp_path_factory.mktemp("v")
    child = valkey_child(folder / "data", folder, options=("--appendonly", "no"), log=folder / "valkey.log")
    child.start()
    wait_for(lambda: valkey_answers(child), [child], 10)
    settings.CELERY_BROKER_URL = f"redis+socket://{folder}/redis.sock?virtual_host=0"
    yield child
    child.sweep()
    child.process.wait()


def test_healthz_needs_nothing(client, settings, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"ok": True, "version": settings.VERSION})
    assert "no-store" in response["Cache-Control"]


def test_ready_when_everything_answers(ready, add):
    jobs.beat_all_queues()
    status, checks = ready()
    assert status == 200
    assert {name: check["ok"] for name, check in checks.items()} == dict.fromkeys(
        ["database", "migrations", "broker", "jobs", "worker"], True
    )
    assert checks["jobs"]["oldest_pending_seconds"] == 0
    assert checks["worker"]["heartbeat_age_seconds"] < 120
    assert set(checks["worker"]["queues"]) == {"quick", "import", "report", "mail", "webhook"}


def test_a_clock_set_ahead_makes_no_worker_late(ready, add):
    """Signs of life are dated by the database."""
    with clock.ahead(1000):
        jobs.beat_all_queues()
        status, checks = ready()
    assert (status, checks["worker"]["ok"]) == (200, True)


def test_not_ready_without_a_worker(ready, add, change, long_ago):
    status, checks = ready()
    assert (status, checks["worker"]["ok"], checks["worker"]["heartbeat_age_seconds"]) == (503, False, None)
    row = change(add(), state="running", started_at=long_ago)
    JobHeartbeat.objects.create(job_id=row.pk, at=timezone.now())  # busy with a long job: alive
    assert ready()[0] == 200


def test_not_ready_with_an_old_backlog(ready, add, change, long_ago):
    jobs.beat_all_queues()
    change(add(), created_at=long_ago - timedelta(minutes=5))
    status, checks = ready()
    assert status == 503
    assert checks["jobs"]["oldest_pending_seconds"] > 600
    Job.objects.update(queue="webhook")
    assert ready()[0] == 200, "a job put off for an hour, as a receiver was away, is no backlog of ours"


def test_not_ready_before_migrations(ready, monkeypatch):
    jobs.beat_all_queues()
    monkeypatch.setattr(selectors, "_known_migrations", lambda: frozenset({("jobs", "0996_next")}))
    status, checks = ready()
    assert status == 503
    assert checks["migrations"] == {"ok": False, "unapplied": 1}


def test_broker_away_or_hung_is_told_in_time(ready, valkey):
    jobs.beat_all_queues()
    assert ready()[0] == 200
    valkey.process.send_signal(signal.SIGSTOP)
    status, checks = ready()
    assert (status, checks["broker"]["ok"], checks["database"]["ok"]) == (503, False, True)
    valkey.process.send_signal(signal.SIGCONT)
    assert ready()[0] == 200
    valkey.process.kill()
    valkey.process.wait()
    assert ready()[1]["broker"] == {"ok": False}


def test_database_away_is_told_in_time(ready, settings, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nonexistent")
    status, checks = ready()
    assert status == 503
    assert {name: check["ok"] for name, check in checks.items()} == {
        "database": False,
        "migrations": False,
        "jobs": False,
        "worker": False,
        "broker": True,
    }


def test_database_that_hangs_is_told_in_time(ready, monkeypatch):
    answered = Event()
    monkeypatch.setattr(selectors, "_ask_database", lambda: answered.wait(120) or {})
    status, checks = ready()  # which is here before the database is
    answered.set()
    assert (status, checks["database"]["ok"], checks["broker"]["ok"]) == (503, False, True)
