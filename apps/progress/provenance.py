"""Every figure opens to the rows it counts: the same rows, by the same rule, as the roll-up.

An accepted figure opens to the rows as they stood when its period was closed (`known_on`), not to those of today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from apps.accounts.scope import UnitScope
from apps.enterprises.models import ProgrammeEvent
from apps.enterprises.selectors import name_seen_only
from apps.progress.as_of import as_known
from apps.progress.figures import UnitView
from apps.progress.sources import COUNTS
from apps.targets.models import Period

# Places in the asked view, and the share of their rows that is the unit's: everywhere, the unit itself, or all units
# whose past it carries on the day.
_PLACES = {
    None: "SELECT id AS place_id, 1::numeric AS share FROM organisations_organisationunit",
    UnitView.CURRENT: "SELECT origin_id AS place_id, share FROM unit_successors(%(on)s) WHERE unit_id = %(unit)s",
    UnitView.AS_REPORTED: "SELECT %(unit)s::text AS place_id, 1::numeric AS share",
}


# Within the person's units, of enterprises that they see today: what was withdrawn or moved since opens nothing.
SEEN = """(%(everything)s OR counted.unit_id = ANY(%(scope)s) AND EXISTS (
    SELECT 1 FROM enterprises_enterpriseplace seen
    WHERE seen.enterprise_id = counted.enterprise_id AND seen.unit_id = ANY(%(scope)s)
))"""


@dataclass(frozen=True)
class Step:
    """previous + reached − repeated = total, all in numbers of enterprises (parts of them where a unit was split).

    `reached` counts enterprises with an event in force within the period, once per province; `repeated` those of
    them that were counted before or elsewhere.
    """

    previous: Decimal
    reached: Decimal
    repeated: Decimal
    total: Decimal
    rows: int  # counted anew in the period, all of them, whoever may see them


@dataclass(frozen=True)
class CountedRow:
    """An event that a figure counts, where and when it was then, and what share of it is the asked unit's.

    The share is 1 but after a split.
    """

    event_id: int
    unit_id: str
    occurred_on: date
    share: Decimal


def _places(unit: str | None, view: UnitView) -> str:
    return _PLACES[UnitView(view) if unit else None]


def _parameters(period: Period, unit: str | None, on: date | None, known_on: datetime | None) -> dict[str, Any]:
    return {
        "known_on": known_on,
        "starts": period.starts_on,
        "ends": period.ends_on,
        "unit": unit,
        "on": on or timezone.localdate(),
    }


def step_of(
    code: str,
    period: Period,
    *,
    unit: str | None = None,
    view: UnitView = UnitView.CURRENT,
    on: date | None = None,
    known_on: datetime | None = None,
) -> Step:
    """How the figure of one period came from the one before, for the nation or one unit."""
    statement = f"""
        WITH counted AS ({as_known(COUNTS[code].rows, known_on)}), places AS ({_places(unit, view)}),
        reached AS (
            SELECT DISTINCT e.thing, e.unit_id, places.share
            FROM ({as_known(COUNTS[code].source.reached, known_on)}) e JOIN places ON places.place_id = e.unit_id
            WHERE {COUNTS[code].asked} AND e.occurred_on BETWEEN %(starts)s AND %(ends)s
        )
        SELECT coalesce(sum(share) FILTER (WHERE occurred_on < %(starts)s), 0),
               coalesce(sum(share) FILTER (WHERE occurred_on BETWEEN %(starts)s AND %(ends)s), 0),
               count(*) FILTER (WHERE occurred_on BETWEEN %(starts)s AND %(ends)s),
               (SELECT coalesce(sum(share), 0) FROM reached)
        FROM counted JOIN places ON places.place_id = counted.unit_id
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, _parameters(period, unit, on, known_on))
        previous, new, rows, reached = cursor.fetchone()
    return Step(previous, reached, reached - new, previous + new, rows)


def counted_events(
    code: str,
    period: Period,
    scope: UnitScope,
    *,
    unit: str | None = None,
    view: UnitView = UnitView.CURRENT,
    limit: int = 50,
    offset: int = 0,
    on: date | None = None,
    known_on: datetime | None = None,
) -> tuple[list[CountedRow], int]:
    """A page of the rows that the figure counts anew in the period, and how many there are; within `scope` only."""
    return _counted(code, period, scope, unit, view, on, known_on, limit, offset)


def counted_rows(
    code: str,
    period: Period,
    scope: UnitScope,
    *,
    unit: str | None = None,
    view: UnitView = UnitView.CURRENT,
    on: date | None = None,
    known_on: datetime | None = None,
) -> list[CountedRow]:
    """All of them, for a file."""
    return _counted(code, period, scope, unit, view, on, known_on, None, 0)[0]


def events_of(rows: Sequence[CountedRow], scope: UnitScope) -> list[ProgrammeEvent]:
    """The events of the rows, in their order; a record out of the scope's sight stays without its name."""
    known = ProgrammeEvent.objects.select_related("programme__enterprise", "batch")
    events = known.in_bulk([row.event_id for row in rows])
    name_seen_only([event.programme.enterprise for event in events.values()], scope)
    return [events[row.event_id] for row in rows]


def _counted(
    code: str,
    period: Period,
    scope: UnitScope,
    unit: str | None,
    view: UnitView,
    on: date | None,
    known_on: datetime | None,
    limit: int | None,
    offset: int,
) -> tuple[list[CountedRow], int]:
    statement = f"""
        WITH counted AS ({as_known(COUNTS[code].rows, known_on)})
        SELECT event_id, counted.unit_id, occurred_on, places.share, count(*) OVER ()
        FROM counted JOIN ({_places(unit, view)}) places ON places.place_id = counted.unit_id
        WHERE occurred_on BETWEEN %(starts)s AND %(ends)s AND {SEEN}
        ORDER BY occurred_on DESC, event_id DESC LIMIT %(limit)s OFFSET %(offset)s
    """
    parameters = _parameters(period, unit, on, known_on) | {
        "everything": scope.everything,
        "scope": sorted(scope.ids),
        "limit": limit,
        "offset": offset,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    return [CountedRow(*row) for *row, _count in rows], rows[0][-1] if rows else 0
