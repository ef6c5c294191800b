"""The relay: rings the broker's bell for every job that is due, and brings back what a dead worker dropped.

It never gives up: without broker or database it waits and goes on. Of several one leads (leadership.py); the next one
begins with every bell that the one before may have owed.
"""

import select
import threading
from collections.abc import Callable
from time import monotonic

import psycopg2
import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.jobs import bells, claims
from apps.jobs.leadership import Leadership
from apps.jobs.models import Job, JobQuerySet
from apps.jobs.registry import pauses_of

BATCH = 50
PAUSE = 1.0
DATABASE_ERRORS = (DatabaseError, InterfaceError, psycopg2.Error, OSError)
log = structlog.get_logger(__name__)


def ring(row: Job) -> None:
    bells.ring("jobs.run", [str(row.pk)], queue=row.queue)


def publish_due(send: Callable[[Job], None] = ring) -> tuple[int, bool]:
    """Ring for one batch; return how many bells rang and whether all of them did.

    Stamped first and sent outside the transaction: a hung broker must not hold rows that pages and workers want.
    """
    due = _stamp(Job.objects.due())
    rung = 0
    try:
        for row in due:
            send(row)
            rung += 1
    except bells.BROKER_ERRORS as error:
        log.warning("broker does not answer", error=type(error).__name__, waiting=len(due) - rung)
        unsent = [row.pk for row in due[rung:]]
        Job.objects.filter(pk__in=unsent, state=Job.State.PENDING).update(published_at=None)
        return rung, False
    return rung, True


@transaction.atomic
def _stamp(due: JobQuerySet) -> list[Job]:
    rows = list(due.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    Job.objects.filter(pk__in=[row.pk for row in rows]).update(published_at=Now())
    return rows


@transaction.atomic
def forget_stamps() -> None:
    """A relay that was killed may have stamped what it never sent. Ringing twice is harmless."""
    stamped = Job.objects.filter(state=Job.State.PENDING, published_at__isnull=False)
    free = list(stamped.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
    Job.objects.filter(pk__in=free).update(published_at=None)


@transaction.atomic
def sweep() -> int:
    """Running, and its worker is gone or hangs. Back to the queue, or failed after the last attempt.

    A row that is locked is in work, and left alone; of the others those go whose claim nobody holds any more, and
    those that have been silent for long.
    """
    running = Job.objects.filter(state=Job.State.RUNNING).select_for_update(skip_locked=True, of=("self",))
    unlocked = list(running.order_by("started_at"))
    gone = claims.left(unlocked) | set(Job.objects.silent().values_list("pk", flat=True))
    stale = [row for row in unlocked if row.pk in gone]
    tired = [row.pk for row in stale if row.attempts > len(pauses_of(row.kind))]
    words = _("Tiến trình xử lý dừng giữa chừng.")
    Job.objects.filter(pk__in=tired).update(state=Job.State.FAILED, finished_at=Now(), error=words)
    Job.objects.filter(pk__in=[row.pk for row in stale if row.pk not in tired]).give_back(error=words)
    for row in stale:
        told = {"job": str(row.pk), "kind": row.kind, "request_id": row.request_id}
        log.warning("job swept", attempts=row.attempts, final=row.pk in tired, **told)
    return len(stale)


class Bell:
    """LISTEN on a connection of its own: a job is published at its commit, not at the next second."""

    def __init__(self) -> None:
        self.line: BaseDatabaseWrapper | None = None

    def wait(self, seconds: float) -> None:
        if self.line is None:
            self.line = connection.copy()
            with self.line.cursor() as cursor:
                cursor.execute("LISTEN jobs")
            return  # something may have come before we listened: look at once
        raw = self.line.connection
        if select.select([raw], [], [], seconds)[0]:
            raw.poll()
            raw.notifies.clear()

    def close(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None


class Relay:
    def __init__(self, send: Callable[[Job], None] = ring) -> None:
        self.send = send
        self.ended = threading.Event()
        self.leadership = Leadership("relay")
        self.bell = Bell()
        self.sweep_at = monotonic()
        self.is_fresh = True
        self.has_more = False

    def stop(self, *args: object) -> None:
        self.ended.set()

    def run(self) -> None:
        log.info("relay started")
        while not self.ended.is_set():
            try:
                if self.leads():
                    self.turn()
                else:
                    self.ended.wait(PAUSE)
            except DATABASE_ERRORS as error:
                log.warning("database does not answer", error=str(error).partition("\n")[0])
                self.close()
                self.ended.wait(PAUSE)
        self.close()
        log.info("relay stopped")

    def leads(self) -> bool:
        """Asked anew before each batch; who begins to lead knows nothing of what was sent."""
        led = self.leadership.leads
        if self.leadership.hold() and not led:
            self.is_fresh = True
        return self.leadership.leads

    def turn(self) -> None:
        if not self.has_more:
            self.bell.wait(PAUSE)
        if self.is_fresh:
            forget_stamps()
            self.is_fresh = False
        if monotonic() >= self.sweep_at:
            sweep()
            self.sweep_at = monotonic() + settings.JOBS_SWEEP_SECONDS
        rung, answered = publish_due(self.send)
        self.has_more = answered and rung == BATCH
        if not answered:
            self.ended.wait(PAUSE)

    def close(self) -> None:
        self.leadership.let_go()
        self.bell.close()
        connection.close()
