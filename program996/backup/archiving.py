"""The process beside the portal that keeps its backups: it takes the log each moment, and at night has a backup and a
drill made, each by a process of its own.

It alone has the address of the role that reads everything. What it does it tells in rows (apps/upkeep), for people; a
database that is away is waited for.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg2
import structlog
from django.conf import settings
from django.db import DatabaseError, connection

from apps.core import clock
from apps.upkeep import services
from apps.upkeep.models import Run
from program996.backup import BackupError
from program996.backup.attachments import Copying
from program996.backup.sealing import recipients_of
from program996.backup.store import Store
from program996.backup.thinning import ZONE
from program996.backup.wal import empty_spool, ensure_slot, is_received, start_receiver
from program996.management.processes import BASE_DIR, die_with_launcher

AT_NIGHT = time(3, 15)  # in Viet Nam: the day before is sealed, what is outworn is gone
LOOK_EVERY, NOTE_EVERY = 1.0, 60.0  # seconds
AGAIN_AFTER = 1800.0  # seconds after one that did not succeed
PAUSE = 5.0
AWAY = (psycopg2.Error, DatabaseError)

log = structlog.get_logger(__name__)


@dataclass
class Nightly:
    """A command that is due once a night, and where none ever succeeded at once."""

    command: str
    last_good: Callable[[], datetime | None]
    is_wanted: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    not_before: float = 0

    def tend(self, ready: bool) -> None:
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            self.process = None
            self.is_wanted = bool(code)
            self.not_before = monotonic() + (AGAIN_AFTER if code else 0)
            log.log(40 if code else 20, "run ended", command=self.command, code=code)
        if ready and monotonic() >= self.not_before and (self.is_wanted or is_due(self.last_good())):
            command = [sys.executable, str(BASE_DIR / "manage.py"), self.command]
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, preexec_fn=die_with_launcher(signal.SIGTERM)
            )
            self.is_wanted = False

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()


def is_due(last: datetime | None) -> bool:
    """The night's hour has come, and none has succeeded since."""
    now = clock.machine_now().astimezone(ZONE)
    tonight = datetime.combine(now.date(), AT_NIGHT, ZONE)
    return last is None or (now >= tonight and last < tonight)


class Archiver:
    def __init__(self) -> None:
        self.address, self.spool = settings.BACKUP_DATABASE_URL, Path(settings.BACKUP_SPOOL)
        if not self.address or not settings.BACKUP_SPOOL:
            raise BackupError("Sao lưu cần BACKUP_DATABASE_URL và BACKUP_SPOOL.")
        self.recipients = recipients_of(settings.BACKUP_RECIPIENT)
        self.store = Store(Path(settings.BACKUP_DIR)).open()
        self.files = Copying(Path(settings.MEDIA_ROOT), self.store, self.recipients)
        self.backup = Nightly("backup", self._last_backup, is_wanted=not self.store.all())
        self.drill = Nightly("drill", self._last_drill, is_wanted=False)
        self.receiver: subprocess.Popen[bytes] | None = None
        self.ended = threading.Event()
        self.noted_at = 0.0

    def run(self) -> None:
        log.info("archiver started", store=str(self.store.root))
        while not self.ended.is_set():
            try:
                self._tell_what_is_expected()
                break
            except DatabaseError:
                self.ended.wait(PAUSE)
        while not self.ended.is_set():
            try:
                self._look()
                self.ended.wait(LOOK_EVERY)
            except (*AWAY, BackupError, OSError) as error:
                log.warning("archiving waits", error=f"{type(error).__name__}: {error}")
                connection.close()
                self.ended.wait(PAUSE)
        self._end()

    def stop(self, *args: Any) -> None:
        self.ended.set()

    def _look(self) -> None:
        self._keep_receiving()
        segment = empty_spool(self.spool, self.store, self.files, self.recipients)
        if segment or monotonic() - self.noted_at > NOTE_EVERY:
            if is_received(self.address):
                services.note_archive(segment)
            self.noted_at = monotonic()
        self.backup.tend(ready=True)
        self.drill.tend(ready=bool(settings.BACKUP_IDENTITY) and self.backup.process is None and bool(self.store.all()))

    def _keep_receiving(self) -> None:
        if self.receiver is not None and self.receiver.poll() is None:
            return
        if self.receiver is not None:
            self.receiver = None
            self.ended.wait(PAUSE)  # it has just ended: the server is away, or comes again
        if ensure_slot(self.address):
            log.warning("a new chain of the log begins")
            self.backup.is_wanted = True
        self.receiver = start_receiver(self.address, self.spool)

    def _tell_what_is_expected(self) -> None:
        for kind in Run.Kind.values:
            services.expect(kind)

    def _last_backup(self) -> datetime | None:
        found = self.store.all()
        return found[-1].began_at if found else None

    def _last_drill(self) -> datetime | None:
        good = Run.objects.good().filter(kind=Run.Kind.DRILL).order_by("-started_at").first()
        return good.started_at if good else None

    def _end(self) -> None:
        for one in (self.backup, self.drill):
            one.stop()
        if self.receiver is not None:
            self.receiver.send_signal(signal.SIGINT)
            self.receiver.wait()
        if self.spool.is_dir():
            empty_spool(self.spool, self.store, self.files, self.recipients)
