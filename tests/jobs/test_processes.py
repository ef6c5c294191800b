"""Relay and worker as they are started in earnest, with a Valkey of their own that is killed on the way."""

import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.jobs.models import Job, QueueHeartbeat
from program996.management.processes import Child, wait_for
from program996.management.servers import valkey_answers, valkey_child
from tests.jobs.handlers import effects

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("v")


@pytest.fixture
def valkey(folder):
    child = valkey_child(folder / "data", folder, options=("--appendonly", "no"), log=folder / "valkey.log")
    child.start()
    wait_for(lambda: valkey_answers(child), [child], 10)
    yield child
    child.ask_to_stop()
    child.wait_until_stopped()


@pytest.fixture
def start(folder, valkey):
    """Start a process of the portal on this test's database and broker."""
    children = []
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    env = {
        **os.environ,
        "DATABASE_URL": database.geturl(),
        "CELERY_BROKER_URL": f"redis+socket://{folder}/redis.sock?virtual_host=0",
        "JOBS_STALE_SECONDS": "3600",  # a dead worker's job is not found by waiting
        "JOBS_SWEEP_SECONDS": "1",
        "JOBS_REPUBLISH_SECONDS": "2",
        "REMAP_SIGTERM": "SIGQUIT",
    }
    celery = [sys.executable, "-m", "celery", "-A", "program996"]
    commands = {
        "relay": [sys.executable, "manage.py", "relay"],
        "worker": [*celery, "worker", "-c", "2", "--without-mingle", "--without-gossip", "-I", "tests.jobs.handlers"],
    }

    def start(name: str) -> Child:
        child = Child(name, commands[name], {**env, "PROCESS": name}, folder / f"{name}.log")
        child.start()
        children.append(child)
        return child

    yield start
    for child in children:
        child.sweep()  # at once: a worker's own way out takes five seconds
        child.process.wait()


def wait_until(check, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def all_done() -> bool:
    return not Job.objects.exclude(state="done").exists()


def test_a_job_goes_through_every_queue_and_outlives_its_broker(add, start, valkey, folder):
    relay, workers = start("relay"), [start("worker")]

    def all_done_by_whoever_is_there() -> bool:
        """Celery may go down with its broker (an error of its own on the way out): the stack starts it anew."""
        if not workers[-1].alive:
            workers.append(start("worker"))
        return all_done()

    wait_until(lambda: QueueHeartbeat.objects.count() == len(settings.JOBS_QUEUES))
    add(word="quick")
    add("test.import", word="import")
    wait_until(all_done)
    assert sorted(effects()) == ["import", "quick"]

    valkey.process.send_signal(signal.SIGSTOP)
    rows = [add(word="hung", dedupe_key="hung")]
    time.sleep(1.5)
    with transaction.atomic():  # the relay hangs, and holds nothing that a page wants
        assert Job.objects.select_for_update(nowait=True).get(pk=rows[0].pk)
    rows.append(add(word="hung", dedupe_key="hung"))
    valkey.process.send_signal(signal.SIGCONT)
    wait_until(all_done)
    assert rows[0].pk == rows[1].pk

    valkey.process.kill()
    valkey.process.wait()
    add(word="away")
    time.sleep(1.5)
    assert relay.alive
    valkey.start()
    wait_until(all_done_by_whoever_is_there)
    assert sorted(effects()) == ["away", "hung", "import", "quick"]
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}
    assert "Traceback" not in (folder / "relay.log").read_text()

    relay.process.send_signal(signal.SIGTERM)
    assert relay.process.wait(60) == 0


def kill_child(worker: Child) -> None:
    children = Path(f"/proc/{worker.process.pid}/task/{worker.process.pid}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)


def kill_whole(worker: Child) -> None:
    os.killpg(worker.process.pid, signal.SIGKILL)
    worker.process.wait()


def running(add, path: Path) -> Job:
    """A job in a worker's hand, which ends when there is a file at that path."""
    row = add("test.wait", path=str(path), seconds=60)
    wait_until(lambda: Job.objects.get(pk=row.pk).state == "running")
    return row


def test_what_a_killed_worker_had_in_hand_is_done_by_the_next(add, start, change, tmp_path):
    start("relay")
    worker = start("worker")
    first = running(add, tmp_path / "first")
    kill_child(worker)
    (tmp_path / "first").touch()
    wait_until(all_done)

    second = running(add, tmp_path / "second")
    kill_whole(worker)
    with transaction.atomic():  # as if rung, and never to be rung again
        bell = change(add(), published_at=timezone.now() + timedelta(hours=1))
    (tmp_path / "second").touch()
    time.sleep(1.5)
    assert Job.objects.get(pk=bell.pk).state == "pending"
    start("worker")
    wait_until(all_done)
    assert sorted(effects()) == ["a", "started", "started"]
    attempts = dict(Job.objects.values_list("pk", "attempts"))
    assert (attempts[first.pk], attempts[second.pk], attempts[bell.pk]) == (2, 2, 1)
