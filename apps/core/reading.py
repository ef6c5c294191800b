"""Reads go to a replica where there is one (DATABASE_REPLICA_URL): within `reads()`, which requests and jobs of
`settings.READ_FROM_REPLICA` are given, and outside of every transaction that begins there.

The first read asks the primary how far its log is on disk, and the replica whether it has come as far. Where it has,
all reads of this context go there: whatever anybody was told is written is in them, whoever wrote it, by whichever host
and door. Where it has not, or does not answer, they go to the primary as if there were no replica.

What is written goes to the primary, and so does all that is read after it. People, their sessions and rights, and jobs
stay with the primary, whose rows say what may be done at this moment.

SQL of our own that only reads goes over `connection` of this module, which is Django's wherever there is no replica.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import structlog
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from django.db.models import Model

REPLICA = "replica"
OF_THE_PRIMARY = {
    *("auth", "sessions", "accounts", "people", "jobs", "axes"),
    *("account", "mfa", "socialaccount", "usersessions"),
}
PAGES_WAIT = 0.03  # seconds for what the primary has just written; a replica beside it is behind by less
JOBS_WAIT = 5.0
PAUSE = 10  # seconds in which a replica that did not answer is not asked again
EVERY = 0.01
WRITTEN = "SELECT pg_current_wal_flush_lsn()"
# A replica that was made the primary replays nothing: what it says of its past is no measure, and it answers nothing.
HAS_COME = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() >= %s::pg_lsn END"
BEHIND = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_wal_lsn_diff(%s::pg_lsn, pg_last_wal_replay_lsn()) END"
log = structlog.get_logger(__name__)


@dataclass
class Reading:
    """One request or job: where it reads, once something asked."""

    patience: float
    depth: int  # transactions of the primary that were open when it began: a job's own
    alias: str = ""


_current: ContextVar[Reading | None] = ContextVar("reading", default=None)
_away_until = 0.0


def has_replica() -> bool:
    return REPLICA in connections.settings


@contextmanager
def reads(patience: float) -> Iterator[Reading]:
    """What is read within may go to the replica; it is given so many seconds to come as far as the primary is."""
    reading = Reading(patience, _depth(), "" if has_replica() else DEFAULT_DB_ALIAS)
    token = _current.set(reading)
    try:
        yield reading
    finally:
        _current.reset(token)


def _depth() -> int:
    return len(connections[DEFAULT_DB_ALIAS].atomic_blocks)


def alias_of_reads() -> str:
    reading = _current.get()
    if reading is None or reading.alias == DEFAULT_DB_ALIAS or _depth() > reading.depth:
        return DEFAULT_DB_ALIAS
    if not reading.alias:
        reading.alias = REPLICA if _has_come(reading.patience) else DEFAULT_DB_ALIAS
    return reading.alias


def _has_come(patience: float) -> bool:
    """Whether the replica has all that is surely written at the primary now."""
    if time.monotonic() < _away_until:
        return False
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(WRITTEN)
        [written] = cursor.fetchone()
    deadline = time.monotonic() + patience
    try:
        while (has_come := _has_replayed(written)) is False and time.monotonic() < deadline:
            time.sleep(EVERY)
    except (Error, OSError) as error:
        leave_alone(type(error).__name__)
        return False
    if has_come is None:
        leave_alone("no standby")
    return has_come is True


def _has_replayed(written: str) -> bool | None:
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(HAS_COME, [written])
        found: bool | None = cursor.fetchone()[0]
    return found


def behind() -> int | None:
    """Bytes of the log that the replica has not replayed; None where it is none, but a primary itself."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(WRITTEN)
        [written] = cursor.fetchone()
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(BEHIND, [written])
        [found] = cursor.fetchone()
    return None if found is None else max(0, int(found))


def leave_alone(why: str) -> None:
    """It does not answer, or is none: nobody of this process waits for it for a while."""
    global _away_until
    _away_until = time.monotonic() + PAUSE
    connections[REPLICA].close()
    log.warning("replica is not asked", error=why)


class Router:
    """In force only where there is a replica."""

    def db_for_read(self, model: type["Model"], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS if model._meta.app_label in OF_THE_PRIMARY else alias_of_reads()

    def db_for_write(self, model: type["Model"], **hints: Any) -> str:
        reading = _current.get()
        if reading is not None and model._meta.app_label not in OF_THE_PRIMARY:
            reading.alias = DEFAULT_DB_ALIAS  # what is read next may be what is written now
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: "Model", other: "Model", **hints: Any) -> bool:
        return True  # the same rows, wherever they were read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


class _Line:
    def __getattr__(self, name: str) -> Any:
        return getattr(connections[alias_of_reads()], name)


connection = cast(BaseDatabaseWrapper, _Line())


class ReplicaMiddleware:
    """Innermost, so that it is about the view alone. An answer that failed on the replica is made anew on the primary:
    reading a page twice does no harm, and the replica's troubles are nobody's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not has_replica():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not may_be_read_elsewhere(request):
            return self.get_response(request)
        person = request.user
        with reads(PAGES_WAIT) as reading:
            response = self.get_response(request)
        if response.status_code < 500 or reading.alias != REPLICA:
            return response
        if not connections[REPLICA].is_usable():
            leave_alone("connection lost")
        request.user = person  # an error's page is nobody's
        return self.get_response(request)


def may_be_read_elsewhere(request: HttpRequest) -> bool:
    """A cursor of what changed counts the primary's own transactions, to which a replica may add none."""
    path = request.path_info
    asked = path.startswith(settings.READ_FROM_REPLICA) and not path.startswith(settings.READ_FROM_PRIMARY)
    return request.method in ("GET", "HEAD") and (asked or "export" in request.GET)
