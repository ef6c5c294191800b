"""Every figure opens to the rows it counts: the same rows, by the same rule, as the roll-up.

An accepted figure opens to the rows as they stood when its period was closed (`known_on`), not to those of today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from apps.accounts.scope import UnitScope
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.enterprises.selectors import name_seen_only
from apps.exchange.models import ImportBatch
from apps.progress.as_of import as_known
from apps.progress.figures import UnitView
from apps.progress.sources import COUNTS
from apps.targets.models import Period

M = TypeVar("M", bound=Model)
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


@dataclass(frozen=True)
class ShownRow(CountedRow):
    """One that is shown: with the record it hangs on, and where it came from. Both know only what is shown of them."""

    enterprise: Enterprise
    batch: ImportBatch | None
    entered_by_id: int | None


@dataclass(frozen=True)
class Behind:
    """What stands behind a figure: the step, and a page of the rows, with how many of them the person sees."""

    step: Step
    rows: list[ShownRow]
    seen: int


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


# The facts are read once; the rows that the figure counts, and those that it could have counted, are both of them. What
# is shown of a row beside what was counted then (names, where it came from) is today's.
_BEHIND = """
    WITH facts AS MATERIALIZED (
        SELECT thing, enterprise_id, event_id, occurred_on, unit_id, form, ownership FROM ({facts}) facts
    ),
    places AS MATERIALIZED ({places}),
    placed AS MATERIALIZED (
        SELECT counted.event_id, counted.enterprise_id, counted.unit_id, counted.occurred_on, places.share
        FROM ({counted}) counted JOIN places ON places.place_id = counted.unit_id WHERE occurred_on <= %(ends)s
    ),
    step AS (
        SELECT coalesce(sum(share) FILTER (WHERE occurred_on < %(starts)s), 0) AS previous,
               coalesce(sum(share) FILTER (WHERE occurred_on >= %(starts)s), 0) AS added,
               count(*) FILTER (WHERE occurred_on >= %(starts)s) AS rows
        FROM placed
    ),
    reached AS (
        SELECT DISTINCT facts.thing, facts.unit_id, places.share
        FROM facts JOIN places ON places.place_id = facts.unit_id
        WHERE {asked} AND occurred_on BETWEEN %(starts)s AND %(ends)s
    ),
    seen AS MATERIALIZED (SELECT * FROM placed counted WHERE occurred_on >= %(starts)s AND {seen}),
    page AS (SELECT * FROM seen ORDER BY occurred_on DESC, event_id DESC LIMIT %(limit)s OFFSET %(offset)s)
    SELECT step.previous, step.added, step.rows, (SELECT coalesce(sum(share), 0) FROM reached),
           (SELECT count(*) FROM seen), page.event_id, page.unit_id, page.occurred_on, page.share,
           n.id, n.name, n.tax_code, e.entered_by_id, b.id, b.register, b.created_at
    FROM step LEFT JOIN page ON true
    LEFT JOIN enterprises_programmeevent e ON e.id = page.event_id
    LEFT JOIN enterprises_assuranceprogramme p ON p.id = e.programme_id
    LEFT JOIN enterprises_enterprise n ON n.id = p.enterprise_id
    LEFT JOIN exchange_importbatch b ON b.id = e.batch_id
    ORDER BY page.occurred_on DESC, page.event_id DESC
"""


def behind_figure(
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
) -> Behind:
    """How the figure came from the one before, and a page of the rows that it counts anew; these within `scope` only.

    For the nation or one unit, in one statement.
    """
    count = COUNTS[code]
    statement = _BEHIND.format(
        facts=as_known(count.source.reached, known_on),
        places=_places(unit, view),
        counted=count.rows_of("facts"),
        asked=count.asked,
        seen=SEEN,
    )
    parameters = _parameters(period, unit, on, known_on) | _seen_by(scope) | {"limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    previous, added, new_rows, reached, seen = rows[0][:5]
    step = Step(previous, reached, reached - added, previous + added, new_rows)
    return Behind(step, [_shown_row(*row[5:]) for row in rows if row[5] is not None], seen)


def _shown_row(event: int, unit: str, occurred_on: date, share: Decimal, *details: Any) -> ShownRow:
    enterprise, name, tax_code, entered_by, batch, register, created_at = details
    return ShownRow(
        event_id=event,
        unit_id=unit,
        occurred_on=occurred_on,
        share=share,
        enterprise=_knowing(Enterprise, id=enterprise, name=name, tax_code=tax_code),
        batch=_knowing(ImportBatch, id=batch, register=register, created_at=created_at) if batch else None,
        entered_by_id=entered_by,
    )


def _knowing(model: type[M], **values: Any) -> M:
    """A row of the model of which these columns were read; another is read when it is asked for."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname in values]
    return model.from_db(connection.alias, names, [values[name] for name in names])


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
    """All the rows that the figure counts anew in the period, within `scope` only: for a file."""
    statement = f"""
        WITH counted AS ({as_known(COUNTS[code].rows, known_on)})
        SELECT event_id, counted.unit_id, occurred_on, places.share
        FROM counted JOIN ({_places(unit, view)}) places ON places.place_id = counted.unit_id
        WHERE occurred_on BETWEEN %(starts)s AND %(ends)s AND {SEEN}
        ORDER BY occurred_on DESC, event_id DESC
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, _parameters(period, unit, on, known_on) | _seen_by(scope))
        return [CountedRow(*row) for row in cursor.fetchall()]


def events_of(rows: Sequence[CountedRow], scope: UnitScope) -> list[ProgrammeEvent]:
    """The events of the rows, in their order; a record out of the scope's sight stays without its name."""
    known = ProgrammeEvent.objects.select_related("programme__enterprise", "batch")
    events = known.in_bulk([row.event_id for row in rows])
    name_seen_only([event.programme.enterprise for event in events.values()], scope)
    return [events[row.event_id] for row in rows]


def _seen_by(scope: UnitScope) -> dict[str, Any]:
    return {"everything": scope.everything, "scope": sorted(scope.ids)}
