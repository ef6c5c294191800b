"""Two relays and two beats as they are started in earnest: one of each leads, the other takes over."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import redis
from celery.beat import SchedulingError
from django.db import connection
from django.utils import timezone

from apps.jobs.leadership import Leadership
from apps.jobs.models import ClockBell, Job
from program996.beat import LeadingScheduler
from program996.celery import app
from program996.management.commands.stack import PROCESSES, runnable
from program996.management.processes import Child

pytestmark = pytest.mark.django_db(transaction=True)

BELL = "heartbeat-mail"
ENDED = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = %s"
OUR_BASE = "SELECT oid FROM pg_database WHERE datname = current_database()"


class Process(Child):
    def says(self, word: str) -> bool:
        return f'"event": "{word}"' in self.log.read_text()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def broker(tmp_path) -> Iterator[redis.Redis]:
    """A number of its own in the run's Valkey: the queues here are nobody else's."""
    client = redis.Redis.from_url(os.environ["REDIS_URL"].replace("db=0", "db=7"))
    yield client
    for key in client.scan_iter():  # its user may not empty it
        client.delete(key)
    client.close()


@pytest.fixture
def start(tmp_path, broker) -> Iterator[Callable[..., Process]]:
    started: list[Process] = []
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    broker_url = os.environ["CELERY_BROKER_URL"].replace("virtual_host=0", "virtual_host=7")
    env = {**os.environ, "DATABASE_URL": database.geturl(), "CELERY_BROKER_URL": broker_url, "CELERY_SKIP_CHECKS": "1"}

    def start(name: str, **more: str) -> Process:
        command = runnable(PROCESSES[name], {})
        log = tmp_path / f"{name}-{len(started)}.log"
        started.append(Process(name, command, {**env, "PROCESS": name, **more}, log))
        started[-1].start()
        return started[-1]

    yield start
    for process in started:
        process.sweep()
        process.process.wait()


def wait_until(check: Callable[[], bool]) -> None:
    while not check():  # the test's own limit ends it
        time.sleep(0.05)


def two_of(name: str, start: Callable[..., Process], **env: str) -> tuple[Process, Process]:
    first = start(name, **env)
    wait_until(lambda: first.says("leads"))
    second = start(name, **env)
    wait_until(lambda: second.says("waits, another one leads"))
    assert not second.says("leads")
    return first, second


def are_rung(rows: list[Job], broker: redis.Redis) -> bool:
    held = b"".join(broker.lrange("quick", 0, -1))
    return all(str(row.pk).encode() in held or Job.objects.get(pk=row.pk).published_at for row in rows)


def test_the_other_relay_rings_when_the_first_is_killed(start, add, broker):
    first, second = two_of("relay", start)
    rows = [add()]
    wait_until(lambda: broker.llen("quick") == 1)
    os.kill(first.process.pid, signal.SIGSTOP)
    rows.append(add())
    first.kill()
    wait_until(lambda: second.says("leads"))
    rows.append(add())
    wait_until(lambda: are_rung(rows, broker))
    third = start("relay")
    wait_until(lambda: third.says("waits, another one leads"))


def test_who_loses_the_connection_leads_no_more(start, add, broker):
    first, second = two_of("relay", start)
    with connection.cursor() as cursor:
        cursor.execute(OUR_BASE)
        cursor.execute(ENDED, [cursor.fetchone()[0]])
    wait_until(lambda: first.says("leads no more"))
    row = add()
    wait_until(lambda: are_rung([row], broker))
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait() == 0
    wait_until(lambda: second.says("leads"))


def test_who_hangs_is_replaced_and_waits_when_it_wakes(start, add, broker):
    first, second = two_of("relay", start, JOBS_LEAD_SECONDS="3")
    os.kill(first.process.pid, signal.SIGSTOP)
    row = add()
    wait_until(lambda: second.says("leads"))
    wait_until(lambda: are_rung([row], broker))
    os.kill(first.process.pid, signal.SIGCONT)
    wait_until(lambda: first.says("leads no more"))


def test_a_stopped_leader_lets_go_at_once(start):
    first, second = two_of("relay", start)
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait() == 0
    wait_until(lambda: second.says("leads"))


def test_the_other_beat_rings_what_fell_due_and_nothing_twice(start, broker):
    first, second = two_of("beat", start)
    wait_until(lambda: ClockBell.objects.filter(name="clean").exists())
    assert set(ClockBell.objects.values_list("name", flat=True)) == set(app.conf.beat_schedule)
    os.kill(first.process.pid, signal.SIGSTOP)
    missed, rung = (timezone.now() + timedelta(days=days) for days in (-4000, 4000))  # by any clock
    ClockBell.objects.update(rung_at=rung)
    ClockBell.objects.filter(name=BELL).update(rung_at=missed)
    first.kill()
    wait_until(lambda: second.says("leads"))
    wait_until(lambda: ClockBell.objects.get(name=BELL).rung_at > missed)
    assert broker.llen("mail") == 1
    assert set(ClockBell.objects.exclude(name=BELL).values_list("rung_at", flat=True)) == {rung}


@pytest.fixture
def scheduler() -> Iterator[LeadingScheduler]:
    made = LeadingScheduler(app)
    made.producer = None
    yield made
    made.leadership.let_go()


def owe(*names: str) -> None:
    """These fell due, and no other one."""
    ahead = timezone.now() + timedelta(days=4000)
    ClockBell.objects.bulk_create(ClockBell(name=name, rung_at=ahead) for name in app.conf.beat_schedule)
    ClockBell.objects.filter(name__in=names).update(rung_at=timezone.now() - timedelta(days=4000))


def test_a_bell_that_the_broker_does_not_take_stays_due(scheduler, monkeypatch):
    owe(BELL)
    sent: list[str] = []

    def refuse(entry, **kwargs):
        raise SchedulingError("away") from OSError()

    monkeypatch.setattr(scheduler, "apply_async", refuse)
    before = ClockBell.objects.get(name=BELL).rung_at
    assert [scheduler.tick() for _ in range(2)] == [1.0, 1.0]
    assert ClockBell.objects.get(name=BELL).rung_at == before
    monkeypatch.setattr(scheduler, "apply_async", lambda entry, **kwargs: sent.append(entry.name))
    for _ in range(3):
        scheduler.tick()
    assert sent == [BELL]
    assert ClockBell.objects.get(name=BELL).rung_at > before


def test_bells_that_are_no_more_are_forgotten(scheduler, monkeypatch):
    owe()
    ClockBell.objects.create(name="of-old", rung_at=timezone.now())
    monkeypatch.setattr(scheduler, "apply_async", lambda entry, **kwargs: None)
    scheduler.tick()
    assert not ClockBell.objects.filter(name="of-old").exists()


def test_a_waiting_scheduler_rings_nothing(scheduler, monkeypatch):
    owe(BELL)
    sent: list[str] = []
    monkeypatch.setattr(scheduler, "apply_async", lambda entry, **kwargs: sent.append(entry.name))
    other = Leadership("beat")
    assert other.hold()
    assert scheduler.tick() == 1.0
    assert sent == []
    other.let_go()
    wait_until(lambda: scheduler.tick() and sent)  # the database frees the lock once it sees that the session went
    assert sent == [BELL]


def test_each_kind_has_a_leader_of_its_own():
    relay, beat = Leadership("relay"), Leadership("beat")
    try:
        assert (relay.hold(), beat.hold()) == (True, True)
    finally:
        relay.let_go()
        beat.let_go()
