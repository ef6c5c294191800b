"""Every figure opens to the rows it counts: the same rows, by the same rule, as the roll-up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from apps.accounts.scope import UnitScope
from apps.enterprises.models import ProgrammeEvent
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


@dataclass(frozen=True)
class CountedRow:
    """An event that a figure counts, and the share of it that is the asked unit's (1 but after a split)."""

    event_id: int
    share: Decimal


def _places(unit: str | None, view: UnitView) -> str:
    return _PLACES[UnitView(view) if unit else None]


def _parameters(code: str, period: Period, unit: str | None, on: date | None) -> dict:
    return {
        "forms": list(COUNTS[code].forms),
        "starts": period.starts_on,
        "ends": period.ends_on,
        "unit": unit,
        "on": on or timezone.localdate(),
    }


def step_of(
    code: str, period: Period, *, unit: str | None = None, view: UnitView = UnitView.CURRENT, on: date | None = None
) -> Step:
    """How the figure of one period came from the one before, for the nation or one unit."""
    statement = f"""
        WITH counted AS ({COUNTS[code].rows}), places AS ({_places(unit, view)}),
        reached AS (
            SELECT DISTINCT p.enterprise_id, e.unit_id, places.share
            FROM enterprises_programmeevent e JOIN enterprises_assuranceprogramme p ON p.id = e.programme_id
            JOIN places ON places.place_id = e.unit_id
            WHERE e.withdrawn_at IS NULL AND e.stage IN ('applied', 'maintained') AND p.form = ANY(%(forms)s)
              AND e.occurred_on BETWEEN %(starts)s AND %(ends)s
        )
        SELECT coalesce(sum(share) FILTER (WHERE occurred_on < %(starts)s), 0),
               coalesce(sum(share) FILTER (WHERE occurred_on BETWEEN %(starts)s AND %(ends)s), 0),
               (SELECT coalesce(sum(share), 0) FROM reached)
        FROM counted JOIN places ON places.place_id = counted.unit_id
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, _parameters(code, period, unit, on))
        previous, new, reached = cursor.fetchone()
    return Step(previous, reached, reached - new, previous + new)


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
) -> tuple[list[ProgrammeEvent], int]:
    """A page of the events that the figure counts anew in the period, and how many there are; within `scope` only."""
    rows, count = _counted(code, period, scope, unit, view, on, limit, offset)
    return events_of(rows), count


def counted_rows(
    code: str,
    period: Period,
    scope: UnitScope,
    *,
    unit: str | None = None,
    view: UnitView = UnitView.CURRENT,
    on: date | None = None,
) -> list[CountedRow]:
    """All of them, for a file."""
    return _counted(code, period, scope, unit, view, on, None, 0)[0]


def events_of(rows: Sequence[CountedRow]) -> list[ProgrammeEvent]:
    """The events of the rows, in their order."""
    known = ProgrammeEvent.objects.select_related("programme__enterprise", "batch")
    events = known.in_bulk([row.event_id for row in rows])
    return [events[row.event_id] for row in rows]


def _counted(
    code: str,
    period: Period,
    scope: UnitScope,
    unit: str | None,
    view: UnitView,
    on: date | None,
    limit: int | None,
    offset: int,
) -> tuple[list[CountedRow], int]:
    statement = f"""
        SELECT event_id, places.share, count(*) OVER ()
        FROM ({COUNTS[code].rows}) counted JOIN ({_places(unit, view)}) places ON places.place_id = counted.unit_id
        WHERE occurred_on BETWEEN %(starts)s AND %(ends)s AND (%(everything)s OR unit_id = ANY(%(scope)s))
        ORDER BY occurred_on DESC, event_id DESC LIMIT %(limit)s OFFSET %(offset)s
    """
    parameters = _parameters(code, period, unit, on) | {
        "everything": scope.everything,
        "scope": sorted(scope.ids),
        "limit": limit,
        "offset": offset,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    return [CountedRow(event, share) for event, share, _count in rows], rows[0][2] if rows else 0
