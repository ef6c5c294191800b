"""Signs of life of the job that runs here, and its progress for the screen.

The job's own transaction is unseen until it commits, so they go over a second connection, held by a thread that
connects only when there is something to say: a short job costs none.
"""

import threading
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

import structlog
from django.db import DatabaseError, connection

if TYPE_CHECKING:
    from apps.jobs.models import Job

FIRST_BEAT_AFTER = 5.0  # seconds: most jobs are done by then
BEAT_EVERY = 10.0
SHOW_EVERY = 0.5  # progress of a tight loop is shown no oftener

BEAT = """
    INSERT INTO jobs_jobheartbeat (job_id, at, done, total, message) VALUES (%s, clock_timestamp(), %s, %s, %s)
    ON CONFLICT (job_id) DO UPDATE
    SET at = excluded.at, done = excluded.done, total = excluded.total, message = excluded.message
"""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Progress:
    done: int = 0
    total: int = 0
    message: str = ""


class Heartbeat:
    """A context: `with Heartbeat(job): …`."""

    def __init__(self, row: "Job") -> None:
        self.job = row
        self.progress = Progress()
        self.told = threading.Event()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self.token = _current.set(self)
        self.thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        _current.reset(self.token)
        self.ended.set()
        self.told.set()
        self.thread.join()

    def tell(self, progress: Progress) -> None:
        self.progress = progress
        self.told.set()

    def _beat(self) -> None:
        self.told.wait(FIRST_BEAT_AFTER)
        if self.ended.is_set():
            return
        line = connection.copy()  # another connection to the same database, with nothing shared but its address
        try:
            while not self.ended.is_set():
                self.told.clear()
                self._write(line, BEAT, [self.job.pk, *vars(self.progress).values()])
                started = monotonic()
                self.ended.wait(SHOW_EVERY)
                self.told.wait(max(0, BEAT_EVERY - (monotonic() - started)))
            self._write(line, "DELETE FROM jobs_jobheartbeat WHERE job_id = %s", [self.job.pk])
        finally:
            line.close()

    def _write(self, line, sql: str, values: list) -> None:
        """A beat that fails is missed, never the job's misfortune."""
        try:
            with line.cursor() as cursor:
                cursor.execute(sql, values)
        except DatabaseError as error:
            line.close()
            log.warning("heartbeat missed", job=str(self.job.pk), error=type(error).__name__)


_current: ContextVar[Heartbeat | None] = ContextVar("current_job", default=None)


def current_job() -> "Job | None":
    """The job whose handler is running, or None outside one."""
    heartbeat = _current.get()
    return heartbeat.job if heartbeat else None


def report_progress(done: int, total: int = 0, message: str = "") -> None:
    """Show how far the running job is. Cheap; does nothing outside a job."""
    heartbeat = _current.get()
    if heartbeat:
        heartbeat.tell(Progress(done, total, str(message)[:200]))
