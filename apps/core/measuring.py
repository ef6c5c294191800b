"""What the portal tells of itself to the program that watches it, at `/metrics`, in the form of OpenMetrics.

An app says in its `measured.py`, found at start, what of its tables is worth watching: families of numbers, and one
function that reads all of them by few grouped statements whenever somebody asks. Requests alone are counted where they
are answered (traffic.py).

Nothing of people and nothing of units goes out: labels are words of the code (a queue, a kind of job, a state, the name
of a route), never what somebody typed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client.openmetrics.exposition import generate_latest

from apps.core import traffic
from apps.core.outages import database_is_away
from apps.core.wall import wall_open

__all__ = ["CONTENT_TYPE", "Family", "Sample", "exposition", "measure"]
PATIENCE = "5s"  # of one source: who watches asks again soon, and must not be one more burden
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sample:
    family: "Family"
    value: float
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Family:
    """Numbers of one name. A sample of it: `JOBS(3, "mail", "pending")`, labels in their order."""

    name: str
    told: str
    labels: tuple[str, ...] = ()
    kind: Literal["gauge", "counter"] = "gauge"

    def __call__(self, value: float, *labels: str) -> Sample:
        if len(labels) != len(self.labels):
            raise TypeError(f"{self.name}: {labels} for {self.labels}")
        return Sample(self, value, labels)

    def metric(self, samples: Iterable[Sample]) -> Metric:
        form = CounterMetricFamily if self.kind == "counter" else GaugeMetricFamily
        made = form(self.name, self.told, labels=self.labels)
        for sample in samples:
            made.add_metric(sample.labels, float(sample.value))
        return made


@dataclass(frozen=True)
class Source:
    name: str
    families: tuple[Family, ...]
    read: Callable[[], Iterable[Sample]]


ANSWERS = Family("program996_source_answers", "Whether this source could be read (1) or not (0).", ("source",))
_known: dict[str, Source] = {}


def measure(*families: Family) -> Callable[[Callable[[], Iterable[Sample]]], Callable[[], Iterable[Sample]]]:
    """Over a function that yields samples of these families. It is called in a transaction of its own."""

    def keep(read: Callable[[], Iterable[Sample]]) -> Callable[[], Iterable[Sample]]:
        app = read.__module__.removeprefix("apps.").partition(".")[0]
        name = f"{app}.{read.__name__}"
        _known[name] = Source(name, families, read)
        return read

    return keep


def exposition() -> bytes:
    """All of it as text. The database may be away: then what this process knows itself is told all the same."""
    asked = CollectorRegistry(auto_describe=False)
    asked.register(Tables())
    for collector in traffic.collectors():
        asked.register(collector)
    text: bytes = generate_latest(asked)
    return text


class Tables:
    """A collector, in the library's sense: what all sources read now."""

    def collect(self) -> Iterator[Metric]:
        answers, is_away = [], False
        for source in _known.values():
            found = None
            if not is_away:
                found, is_away = _ask(source)
            answers.append(ANSWERS(found is not None, source.name))
            for family in source.families:
                yield family.metric([sample for sample in found or () if sample.family == family])
        yield ANSWERS.metric(answers)


def _ask(source: Source) -> tuple[list[Sample] | None, bool]:
    """Its samples, and whether there is no use in asking the others. One that fails takes no other with it."""
    try:
        with wall_open("numbers of all units together"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
            return list(source.read()), False
    except (DatabaseError, InterfaceError) as error:
        log.warning("not measured", source=source.name, error=type(error).__name__)
        return None, database_is_away(error)
