"""Relay, broker, workers and post office, as they run beside the pages: bells go through the true broker, and a worker
is a fork of this process, so that it has its clock, its faults and nothing of its connections.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from apps.jobs.models import Job
from apps.jobs.relay import forget_stamps, publish_due, sweep
from apps.jobs.services import run_job
from program996.celery import app
from tests import servers
from tests.smtp import PostOffice

LONGEST_TURNS = 60


class Machinery:
    def __init__(self, office: PostOffice) -> None:
        self.office = office
        self.kills: list[int] = []  # before which statement each of the next jobs' workers dies
        self.killed: Counter[str] = Counter()
        self.killed_jobs: set[str] = set()
        self.is_hung = False
        self._empty_the_broker()

    # ── the broker ──────────────────────────────────────────────────────────────────────────────────────────────────

    def hang_broker(self) -> None:
        self.is_hung = self._send(signal.SIGSTOP)

    def wake_broker(self) -> None:
        if self.is_hung:
            self._send(signal.SIGCONT)
            self.is_hung = False

    def _send(self, signum: signal.Signals) -> bool:
        """Only the run's own Valkey is stopped; another's, given by REDIS_URL, is left alone."""
        for child in servers.running:
            if child.name == "redis" and child.process:
                os.kill(child.process.pid, signum)
                return True
        return False

    def _empty_the_broker(self) -> None:
        with app.connection_for_write() as line:
            channel = line.default_channel
            for queue in settings.JOBS_QUEUES:
                with suppress(OperationalError):
                    channel.queue_purge(queue)

    # ── the work ────────────────────────────────────────────────────────────────────────────────────────────────────

    def settle(self) -> None:
        """Until nothing is left that is due. With the broker hung the relay tries, and everything waits."""
        if self.is_hung:
            publish_due()
            return
        for _turn in range(LONGEST_TURNS):
            rung, answered = publish_due()
            worked = self._take_all()
            swept = sweep()
            if answered and not (rung or worked or swept):
                if not Job.objects.due().exists():
                    return
                forget_stamps()  # a bell was lost with its worker, and a minute passes
        raise AssertionError(f"jobs go round for ever: {list(Job.objects.due().values_list('kind', flat=True)[:5])}")

    def let_pauses_pass(self) -> None:
        """The pause before another attempt is over. What its own day is awaited for goes on waiting."""
        Job.objects.filter(state=Job.State.PENDING, attempts__gt=0).update(not_before=Now(), published_at=None)

    def _take_all(self) -> int:
        taken = 0
        with app.connection_for_read() as line:
            channel = line.default_channel
            for queue in settings.JOBS_QUEUES:
                bound = app.amqp.queues[queue](channel)
                bound.declare()
                while message := bound.get(accept=["json"]):
                    [job_id] = message.payload[0]
                    self._work(job_id)
                    message.ack()  # one who was killed gave no receipt; the row says more than the broker does
                    taken += 1
        return taken

    def _work(self, job_id: str) -> None:
        if not self.kills:
            run_job(job_id)
            return
        statement = self.kills.pop(0)
        kind = Job.objects.values_list("kind", flat=True).get(pk=job_id)
        if run_and_die(job_id, statement):
            self.killed[kind] += 1
            self.killed_jobs.add(job_id)


def run_and_die(job_id: str, statement: int) -> bool:
    """A worker that is killed before its so-manieth statement; False where it was done before."""
    connection.close()  # a fork must not have our session
    pid = os.fork()
    if not pid:
        code = 1
        try:
            with connection.execute_wrapper(_death(statement)):
                run_job(job_id)
            code = 0
        finally:
            os._exit(code)
    _pid, status = os.waitpid(pid, 0)
    _wait_for_its_session()
    return os.WIFSIGNALED(status)


def _death(statement: int) -> Any:
    left = statement

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60)
        return execute(sql, params, many, context)

    return wrapper


def _wait_for_its_session() -> None:
    """The database notices that the other end is gone; until then the row is locked, and a sweeper passes it by."""
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    )
    while True:
        with connection.cursor() as cursor:
            cursor.execute(asked)
            if cursor.fetchone()[0] <= 1:
                return
        time.sleep(0.01)


@contextmanager
def machinery(office: PostOffice) -> Iterator[Machinery]:
    running = Machinery(office)
    try:
        yield running
    finally:
        running.wake_broker()


def deadly(dice: random.Random) -> int:
    return dice.choice([1, 2, 3, 5, 8, 12, 20, 30, 45, 70])
