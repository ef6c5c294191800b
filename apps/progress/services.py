"""The roll-up: figures from facts, stored as known from a moment on, a new row only where the value changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from apps.progress.sources import COUNTS, SOURCES, Source, cells_sql, figures_sql, indicators_of
from apps.targets.models import Indicator
from apps.targets.services import moment_of_writing

_CLAIM = """
    DELETE FROM targets_recomputerequest WHERE id IN (
        SELECT id FROM targets_recomputerequest WHERE source = %s ORDER BY id FOR UPDATE SKIP LOCKED
    ) RETURNING id
"""
# CREATE TABLE AS rather than INSERT: only that lets PostgreSQL count in parallel.
_COUNT = "CREATE TEMPORARY TABLE cells ON COMMIT DROP AS {cells}"
# Stored and computed side by side, once; what agrees is left alone.
_COMPARE = """
    CREATE TEMPORARY TABLE differences ON COMMIT DROP AS
    WITH computed AS ({figures})
    SELECT coalesce(c.period_id, s.period_id) AS period_id, coalesce(c.unit_id, s.unit_id) AS unit_id,
           coalesce(c.breakdown, s.breakdown) AS breakdown, s.id AS stored_id, s.value AS stored, c.value AS computed
    FROM computed c
    FULL JOIN (
        SELECT id, period_id, unit_id, breakdown, value, coalesce(unit_id, '') AS unit_key
        FROM targets_indicatorvalue
        WHERE indicator_id = %(indicator)s AND basis = 'register' AND known_to IS NULL
    ) s ON s.period_id = c.period_id AND s.unit_key = coalesce(c.unit_id, '') AND s.breakdown = c.breakdown
    WHERE c.value IS DISTINCT FROM s.value
"""
_CLOSE = """
    UPDATE targets_indicatorvalue v SET known_to = %(now)s FROM differences d WHERE v.id = d.stored_id
"""
_OPEN = """
    INSERT INTO targets_indicatorvalue (indicator_id, period_id, unit_id, breakdown, basis, value, known_from)
    SELECT %(indicator)s, period_id, unit_id, breakdown, 'register', computed, %(now)s
    FROM differences WHERE computed IS NOT NULL
"""
_LIST = "SELECT period_id, unit_id, breakdown, stored, computed FROM differences ORDER BY 1, 2 NULLS FIRST, 3"


@dataclass(frozen=True)
class Difference:
    """A stored figure that the facts do not bear out; None: no such row."""

    indicator: str
    period_id: int
    unit_id: str | None
    breakdown: str
    stored: Decimal | None
    computed: Decimal | None


@transaction.atomic
def recompute_source(source: str) -> dict[str, int]:
    """Take the requests of one source and recount its indicators; how many figures changed, by indicator.

    One counter per source at a time: the second waits, then finds the requests gone or takes those that came since.
    The facts are read after the requests were taken, so a request never vanishes before its facts are counted.
    """
    _lock(SOURCES[source])
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [source])
        if cursor.rowcount == 0:
            return {}
    return _recompute(SOURCES[source], indicators_of(SOURCES[source]))


@transaction.atomic
def recompute(indicators: Iterable[str] | None = None) -> dict[str, int]:
    """Recount the named indicators (all that count rows when none is named), asked for or not."""
    changed: dict[str, int] = {}
    for source, codes in _by_source(indicators or COUNTS).items():
        _lock(source)
        changed |= _recompute(source, codes)
    return changed


@transaction.atomic
def find_differences(indicators: Iterable[str] | None = None) -> list[Difference]:
    """Recount everything from facts and list every stored figure that differs. Changes nothing."""
    found = []
    for source, codes in _by_source(indicators or COUNTS).items():
        _count(source)
        for code in codes:
            _compare(code)
            with connection.cursor() as cursor:
                cursor.execute(_LIST)
                found += [Difference(code, *row) for row in cursor.fetchall()]
    return found


def _by_source(codes: Iterable[str]) -> dict[Source, list[str]]:
    chosen: dict[Source, list[str]] = {}
    for code in codes:
        chosen.setdefault(COUNTS[code].source, []).append(code)
    return chosen


def _lock(source: Source) -> None:
    """Wait however long another counter takes: that is no fault, and giving up would leave requests behind."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"recompute:{source.name}"])


def _recompute(source: Source, codes: list[str]) -> dict[str, int]:
    """Count anew, close what changed, open what is new. Returns how many figures are new, by indicator."""
    _count(source)
    changed: dict[str, int] = {}
    now: datetime | None = None
    for code in codes:
        indicator = _compare(code)
        now = now or moment_of_writing()  # of all that this count finds: it read the facts once
        values: dict[str, Any] = {"indicator": indicator, "now": now}
        with connection.cursor() as cursor:
            cursor.execute(_CLOSE, values)
            cursor.execute(_OPEN, values)
            changed[code] = cursor.rowcount
    return changed


def _count(source: Source) -> None:
    """Read the facts into the scratch table `cells`."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("DROP TABLE IF EXISTS pg_temp.cells")
        cursor.execute(_COUNT.format(cells=cells_sql(source)))


def _compare(code: str) -> int:
    """Leave in the scratch table `differences` where the stored figures are not what the cells say.

    Returns the indicator's id.
    """
    indicator = Indicator.objects.get(code=code)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.differences")
        cursor.execute(
            _COMPARE.format(figures=figures_sql(code)), {"indicator": indicator.pk, "today": timezone.localdate()}
        )
    return indicator.pk
