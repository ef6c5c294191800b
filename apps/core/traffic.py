"""Requests counted where they are answered: by the name of their route, their method and status, and their time.

Several processes answer. Where the environment names a folder (PROMETHEUS_MULTIPROC_DIR, the library's own word for it)
each writes its counts into a file there, and whichever is asked tells the sum; without one each tells its own.
"""

import os
from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.multiprocess import MultiProcessCollector

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
NO_ROUTE = "none"  # nothing of ours has such an address
# Seconds. Pages are to be there within 3, most of them within a tenth.
BOUNDS = (0.05, 0.1, 0.25, 0.5, 1, 3, 10, 30)

if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    os.makedirs(folder, exist_ok=True)  # before the first request: counting must never be what stops one
disable_created_metrics()  # when a count began is of no use to anybody, and doubles what is sent
_own = CollectorRegistry()
_answered = Counter(
    "program996_requests",
    "Requests answered, by the route's name, method and status.",
    ("route", "method", "status"),
    registry=_own,
)
_took = Histogram(
    "program996_request_seconds", "Time to the first byte of the answer.", ("route",), buckets=BOUNDS, registry=_own
)


def count(*, route: str, method: str, status: int, seconds: float) -> None:
    """`method` is the one thing here that a client may invent."""
    name = route or NO_ROUTE
    _answered.labels(name, method if method in METHODS else "other", str(status)).inc()
    _took.labels(name).observe(seconds)


def collectors() -> Iterable[Any]:
    return [MultiProcessCollector(None, folder)] if folder else [_answered, _took]
