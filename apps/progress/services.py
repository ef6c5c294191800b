"""The roll-up: figures from facts, stored as known from a moment on, a new row only where the value changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from apps.progress.grouped import cells_sql, figures_of
from apps.progress.sources import UNITS, Key, counts, keys_of, sources_of
from apps.targets.models import Indicator, IndicatorValue, Period
from apps.targets.published import FIGURE_CHANGED
from apps.targets.services import moment_of_writing
from apps.webhooks.services import Fact, publish_many

_CLAIM = """
    DELETE FROM targets_recomputerequest WHERE id IN (
        SELECT id FROM targets_recomputerequest WHERE source = %s ORDER BY id FOR UPDATE SKIP LOCKED
    ) RETURNING id
"""
# CREATE TABLE AS rather than INSERT: only that lets PostgreSQL count in parallel.
_COUNT = "CREATE TEMPORARY TABLE {cells} ON COMMIT DROP AS {statement}"
# Stored and computed side by side, once for all indicators; what agrees is left alone.
_COMPARE = """
    CREATE TEMPORARY TABLE differences ON COMMIT DROP AS
    WITH computed AS ({figures})
    SELECT coalesce(c.indicator_id, s.indicator_id) AS indicator_id, coalesce(c.period_id, s.period_id) AS period_id,
           coalesce(c.unit_id, s.unit_id) AS unit_id, coalesce(c.breakdown, s.breakdown) AS breakdown,
           coalesce(c.basis, s.basis) AS basis, s.id AS stored_id, s.value AS stored, c.value AS computed, c.numerator,
           c.denominator
    FROM computed c
    FULL JOIN (
        SELECT v.*, coalesce(unit_id, '') AS unit_key
        FROM targets_indicatorvalue v
        JOIN unnest(%(indicators)s::bigint[], %(bases)s::text[]) AS asked(indicator_id, basis)
          USING (indicator_id, basis)
        WHERE known_to IS NULL
    ) s ON s.indicator_id = c.indicator_id AND s.basis = c.basis AND s.period_id = c.period_id
       AND s.unit_key = coalesce(c.unit_id, '') AND s.breakdown = c.breakdown
    WHERE (c.value, c.numerator, c.denominator) IS DISTINCT FROM (s.value, s.numerator, s.denominator)
"""
_CLOSE = "UPDATE targets_indicatorvalue v SET known_to = %(now)s FROM differences d WHERE v.id = d.stored_id"
_OPEN = """
    INSERT INTO targets_indicatorvalue
        (indicator_id, period_id, unit_id, breakdown, basis, value, numerator, denominator, known_from)
    SELECT indicator_id, period_id, unit_id, breakdown, basis, computed, numerator, denominator, %(now)s
    FROM differences WHERE computed IS NOT NULL
"""
_NEW = "SELECT indicator_id, count(*) FROM differences WHERE computed IS NOT NULL GROUP BY 1"
# One event for each indicator and period, with the units: a recount changes thousands of figures.
_TOLD = """
    SELECT d.indicator_id, p.code, p.year, array_remove(array_agg(DISTINCT d.unit_id), NULL), bool_or(d.unit_id IS NULL)
    FROM differences d JOIN targets_period p ON p.id = d.period_id GROUP BY 1, 2, 3 ORDER BY 1, 3
"""
_LIST = """
    SELECT indicator_id, basis, period_id, unit_id, breakdown, stored, computed FROM differences
    ORDER BY 3, 4 NULLS FIRST, 5
"""


@dataclass(frozen=True)
class Difference:
    """A stored figure that the facts do not bear out; None: no such row."""

    indicator: str
    basis: str
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
    keys = keys_of(source)
    _lock(keys)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [source])
        if cursor.rowcount == 0:
            return {}
    return _recompute(keys) if keys else {}


@transaction.atomic
def recompute(indicators: Iterable[str] | None = None) -> dict[str, int]:
    """Recount the named indicators (all that count rows when none is named), asked for or not."""
    keys = _keys(indicators)
    _lock(keys)
    return _recompute(keys)


def recompute_units() -> dict[str, int]:
    """Recount what is set against units: others are there, or carry the past of others, since an act or a day."""
    return recompute({code for code, _basis in keys_of(UNITS.name)})


def recount_for_the_day() -> dict[str, int]:
    """Recount what a day changes without anybody's doing: the same, and in a period that has begun what stands on."""
    return recompute({code for code, _basis in keys_of(UNITS.name)} | _standing_behind())


def _standing_behind() -> set[str]:
    """Indicators whose figures stand in the period before, and not yet in the one that has begun since."""
    begun = list(Period.objects.begun().order_by("-starts_on").values_list("pk", flat=True)[:2])
    known = IndicatorValue.objects.known_on().filter(period__in=begun, unit=None, breakdown="")
    stored = set(known.values_list("indicator__code", "basis", "period"))
    carried = [key for key, count in counts().items() if count.carried]
    return {
        code for code, basis in carried if {(code, basis, pk) for pk in begun} & stored == {(code, basis, begun[-1])}
    }


@transaction.atomic
def find_differences(indicators: Iterable[str] | None = None) -> list[Difference]:
    """Recount everything from facts and list every stored figure that differs. Changes nothing."""
    keys = _keys(indicators)
    ids, _count = _compare(keys)
    with connection.cursor() as cursor:
        cursor.execute(_LIST)
        found = [Difference(ids[indicator], *row) for indicator, *row in cursor.fetchall()]
    return sorted(found, key=lambda one: keys.index((one.indicator, one.basis)))


def _keys(indicators: Iterable[str] | None) -> list[Key]:
    named = None if indicators is None else set(indicators)
    return [key for key in counts() if named is None or key[0] in named]


def _lock(keys: Sequence[Key]) -> None:
    """Wait however long another counter takes: that is no fault, and giving up would leave requests behind."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        for source in sources_of(keys):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"recompute:{source.name}"])


def _recompute(keys: Sequence[Key]) -> dict[str, int]:
    """Count anew, close what changed, open what is new. Returns how many figures are new, by indicator."""
    changed = {code: 0 for code, _basis in keys}
    ids, differences = _compare(keys)
    if not differences:
        return changed
    now = {"now": moment_of_writing()}  # of all that this count finds: it read the facts once
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, now)
        cursor.execute(_OPEN, now)
        cursor.execute(_NEW)
        changed |= {ids[indicator]: count for indicator, count in cursor.fetchall()}
        cursor.execute(_TOLD)
        told = cursor.fetchall()
    publish_many(FIGURE_CHANGED, [_fact(ids[indicator], *row) for indicator, *row in told])
    return changed


def _fact(indicator: str, period: str, year: int, units: list[str], is_national: bool) -> Fact:
    return Fact({"indicator": indicator, "period": period, "year": year, "national": is_national}, units)


def _compare(keys: Sequence[Key]) -> tuple[dict[int, str], int]:
    """Leave in the scratch table `differences` where the stored figures are not what the facts say.

    Returns the codes by the indicators' ids, and the number of differences.
    """
    every = counts()
    ids = dict(Indicator.objects.filter(code__in=[code for code, _basis in keys]).values_list("code", "pk"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        for source in sources_of(keys):
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{source.cells}")
            cells = cells_sql(source, [every[key] for key in keys])
            cursor.execute(_COUNT.format(cells=source.cells, statement=cells))
        cursor.execute("DROP TABLE IF EXISTS pg_temp.differences")
        figures = figures_of((ids[key[0]], every[key]) for key in keys)
        # Of the scratch tables the planner knows nothing, and would sort both sides to merge them.
        cursor.execute("SET LOCAL enable_mergejoin = off")
        indicators, bases = [ids[code] for code, _basis in keys], [basis for _code, basis in keys]
        asked: dict[str, Any] = {"indicators": indicators, "bases": bases, "today": timezone.localdate()}
        cursor.execute(_COMPARE.format(figures=figures), asked)
        differences = cursor.rowcount
        cursor.execute("SET LOCAL enable_mergejoin = on")
        return {pk: code for code, pk in ids.items()}, differences
