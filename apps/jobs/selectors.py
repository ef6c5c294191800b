"""Is the portal ready? Asked by the launcher, by balancers and by people, also when everything hangs."""

import threading
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from time import monotonic
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Min
from django.db.models.functions import Now
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from apps.core import clock, reading
from apps.jobs import bells
from apps.jobs.models import Job, JobHeartbeat, QueueHeartbeat

PATIENCE = 1.5  # seconds for all checks together
PING_TIMEOUT = 0.5
HEARTBEAT_LIMIT = 180  # seconds without a sign of life from any worker
BACKLOG_LIMIT = 600  # seconds a due job may wait: the longest job there is

Checks = dict[str, dict[str, Any]]
_beside: dict[str, Callable[[], dict[str, Any] | None]] = {}


def tell_beside(name: str, ask: Callable[[], dict[str, Any] | None]) -> None:
    """What a higher app says of itself, with `ok` too; None where it has nothing to say."""
    _beside[name] = ask


def readiness() -> Checks:
    """One entry a check, each with `ok`. Answers in time though database or broker never do."""
    unknown: Checks = {name: {"ok": False} for name in ("database", "migrations", "broker", "jobs", "worker")}
    found = _within(PATIENCE, _ask_database, _ask_broker, *([_ask_replica] if reading.has_replica() else []))
    return unknown | {name: check for answer in found for name, check in answer.items()}


def _within(seconds: float, *questions: Callable[[], Checks]) -> list[Checks]:
    """Ask all at once; whoever has not answered in time is left behind."""
    answers: list[Checks] = []
    threads = [threading.Thread(target=lambda ask=ask: answers.append(ask()), daemon=True) for ask in questions]
    deadline = monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, deadline - monotonic()))
    return list(answers)


def _ask_database() -> Checks:
    try:
        unapplied = len(_known_migrations() - set(MigrationRecorder(connection).applied_migrations()))
        checks: Checks = {"database": {"ok": True}, "migrations": {"ok": not unapplied, "unapplied": unapplied}}
        return checks if unapplied else checks | {"jobs": _backlog(), "worker": _signs_of_life()} | _told_beside()
    except DatabaseError:
        return {}
    finally:
        connection.close()  # of this thread, which ends


@lru_cache(maxsize=1)
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _backlog() -> dict[str, Any]:
    due = Job.objects.filter(state=Job.State.PENDING, not_before__lte=Now())
    due = due.exclude(queue__in=settings.JOBS_QUEUE_CAPS)  # these wait by rule, some for others' machines
    waiting = _age(due.aggregate(at=Min("created_at"))["at"]) or 0
    return {"ok": waiting <= BACKLOG_LIMIT, "oldest_pending_seconds": waiting}


def _signs_of_life() -> dict[str, Any]:
    """Of any worker: where all are busy with long jobs, no queue is answered but the jobs' own hearts beat."""
    queues = dict(QueueHeartbeat.objects.values_list("queue", "at"))
    beats = [*queues.values(), JobHeartbeat.objects.aggregate(at=Max("at"))["at"]]
    age = _age(max(filter(None, beats), default=None))
    return {
        "ok": age is not None and age <= HEARTBEAT_LIMIT,
        "heartbeat_age_seconds": age,
        "queues": {queue: _age(queues.get(queue)) for queue in settings.JOBS_QUEUES},
    }


def _told_beside() -> Checks:
    return {name: told for name, ask in _beside.items() if (told := ask()) is not None}


def _age(moment: datetime | None) -> float | None:
    return round(max(0.0, (clock.machine_now() - moment).total_seconds()), 1) if moment else None


def _ask_replica() -> Checks:
    """The portal goes on without it, on the primary alone."""
    try:
        behind = reading.behind()
        return {"replica": {"ok": True, "warning": behind is None, "behind_bytes": behind}}
    except DatabaseError as error:
        return {"replica": {"ok": True, "warning": True, "error": type(error).__name__}}
    finally:
        for line in connections.all(initialized_only=True):  # of this thread, which ends
            line.close()


def _ask_broker() -> Checks:
    """Of several one is enough: every bell is rung at each of them."""
    silent = [at for at, url in enumerate(bells.brokers(), 1) if not _answers(url)]
    check: dict[str, Any] = {"ok": len(silent) < len(bells.brokers())}
    return {"broker": check | ({"silent": silent, "warning": True} if silent and check["ok"] else {})}


def _answers(url: str) -> bool:
    client = redis.Redis.from_url(
        _plain_url(url),
        socket_timeout=PING_TIMEOUT,
        socket_connect_timeout=PING_TIMEOUT,
        retry=Retry(NoBackoff(), 0),  # by default the client tries again for seconds
    )
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()


def _plain_url(url: str) -> str:
    """Celery's spelling of a socket, `redis+socket:///path?virtual_host=0`, in the client's own."""
    if url.startswith("redis+socket://"):
        return url.replace("redis+socket://", "unix://", 1).replace("virtual_host=", "db=", 1)
    return url
