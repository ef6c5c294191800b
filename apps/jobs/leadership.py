"""Of several processes of a kind one works, and the others wait: the leader holds a lock of its session.

The database frees it with the session, however the process or its machine went. One that hangs is not gone: its session
is ended when it has said nothing for JOBS_LEAD_SECONDS. Between the end of a session and the moment its process
notices two may work for a while; whatever leads must bear that, and only waste is saved by leading.
"""

import structlog
from django.conf import settings
from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper

TAKE = "SELECT pg_try_advisory_lock(hashtextextended('leads ' || %s, 996))"
log = structlog.get_logger(__name__)


class Leadership:
    """`hold()` before each piece of work. A connection of its own: no other statement may keep the session alive."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.leads = False
        self.line: BaseDatabaseWrapper | None = None
        self.is_waiting = False

    def hold(self) -> bool:
        """Whether this process leads now, as the database says. Raises where the database does not answer."""
        try:
            if self.leads:
                self._ask("SELECT true")  # the lock is there as long as its session
            else:
                self.leads = self._ask(TAKE, [self.name])
                self._tell()
        except (Error, OSError):
            self.let_go()
            raise
        return self.leads

    def let_go(self) -> None:
        if self.leads:
            log.info("leads no more", process=self.name)
        self.leads = self.is_waiting = False
        if self.line is not None:
            self.line.close()
            self.line = None

    def _ask(self, sql: str, values: list[str] | None = None) -> bool:
        if self.line is None:
            self.line = connection.copy()
            with self.line.cursor() as cursor:
                cursor.execute("SET idle_session_timeout = %s", [f"{settings.JOBS_LEAD_SECONDS}s"])
        with self.line.cursor() as cursor:
            cursor.execute(sql, values)
            return bool(cursor.fetchone()[0])

    def _tell(self) -> None:
        if self.leads:
            log.info("leads", process=self.name)
        elif not self.is_waiting:
            log.info("waits, another one leads", process=self.name)
        self.is_waiting = not self.leads
