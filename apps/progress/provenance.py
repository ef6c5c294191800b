"""Every figure opens to the rows it counts: the same rows, by the same rule, as the roll-up.

An accepted figure opens to the rows as they stood when its period was closed (`known_on`), not to those of today.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import timezone

from apps.accounts.scope import UnitScope
from apps.core.reading import connection
from apps.core.wall import wall_open
from apps.exchange.models import ImportBatch
from apps.exchange.origins import origin
from apps.organisations.asked import UnitView
from apps.progress.as_of import as_known
from apps.progress.counting import Count, First, Ratio, Stock, conditions
from apps.progress.sources import COUNTS
from apps.targets.facts import Name, Source, Telling
from apps.targets.models import Period

M = TypeVar("M", bound=Model)
# Places in the asked view, and the share of their rows that is the unit's: everywhere, the unit itself, or all units
# whose past it carries on the day.
_PLACES = {
    None: "SELECT id AS place_id, 1::numeric AS share FROM organisations_organisationunit",
    UnitView.CURRENT: "SELECT origin_id AS place_id, share FROM unit_successors(%(on)s) WHERE unit_id = %(unit)s",
    UnitView.AS_REPORTED: "SELECT %(unit)s::text AS place_id, 1::numeric AS share",
}


def seen(source: Source, record: str = "counted.record_id", *units: str) -> str:
    """Within the person's units, of records that the register lets them see."""
    within = " OR ".join(f"{unit} = ANY(%(scope)s)" for unit in units or ["counted.unit_id"])
    return f"(%(everything)s OR ({within}) AND {source.sight.format(record=record)})"


@dataclass(frozen=True)
class Step:
    """previous + reached − repeated = total, all in what is counted (parts of it where a unit was split).

    Of things that count once, `reached` are those with a row within the period, once per unit; `repeated` those of
    them that were counted before or elsewhere. Of a stock, `reached` came and `repeated` went.
    """

    previous: Decimal
    reached: Decimal
    repeated: Decimal
    total: Decimal
    rows: int  # what the page of the period lists, all of it, whoever may see it


@dataclass(frozen=True)
class CountedRow:
    """A row that a figure counts, where and when it was then, and how much of the asked unit's figure it is.

    That is 1 where rows are counted, but after a split.
    """

    row_id: int
    record_id: int
    unit_id: str
    day: date
    share: Decimal


@dataclass(frozen=True)
class ShownRow(CountedRow):
    """One that is shown: by name, and where it came from."""

    name: Name
    batch: ImportBatch | None  # knows only what is shown of it
    origin: str


@dataclass(frozen=True)
class Behind:
    """What stands behind a figure: the step, and a page of the rows, with how many of them the person sees.

    Of a ratio all that is of the numerator; `below` is the step of the denominator.
    """

    step: Step
    rows: list[ShownRow]
    seen: int
    below: Step | None = None

    @property
    def total(self) -> Decimal | None:
        if self.below is None:
            return self.step.total
        return self.step.total * 100 / self.below.total if self.below.total else None


def places_of(unit: str | None, view: UnitView) -> str:
    """A SELECT of place_id and share, by the parameters `unit` and `on`."""
    return _PLACES[UnitView(view) if unit else None]


def _parameters(period: Period, unit: str | None, on: date | None, known_on: datetime | None) -> dict[str, Any]:
    return {
        "known_on": known_on,
        "starts": period.starts_on,
        "ends": period.ends_on,
        "unit": unit,
        "on": on or timezone.localdate(),
    }


# What a figure counts, or the one of the period before did, with the share that is the asked unit's.
_PLACED = """
    SELECT counted.row_id, counted.record_id, counted.unit_id, counted.day, {weight} * places.share AS share,
           {counts} AS counts, {counted_before} AS counted_before
    FROM ({counted}) counted JOIN places ON places.place_id = counted.unit_id WHERE counted.day <= %(ends)s
"""
# Of things that count once: those that the figure could have counted, once per unit.
_REACHED = """
    SELECT DISTINCT facts.thing, facts.unit_id, places.share
    FROM facts JOIN places ON places.place_id = facts.unit_id
    WHERE {asked} AND day BETWEEN %(starts)s AND %(ends)s
"""
_CAME = "SELECT share FROM placed WHERE counts AND NOT counted_before"
# The facts are read once; the rows that the figure counts, and those that it could have counted, are both of them. What
# is shown of a row beside what was counted then (names, where it came from) is today's.
_BEHIND = """
    WITH facts AS MATERIALIZED (SELECT {columns} FROM ({facts}) facts),
    places AS MATERIALIZED ({places}),
    placed AS MATERIALIZED ({placed}),
    step AS (
        SELECT coalesce(sum(share) FILTER (WHERE counted_before), 0) AS previous,
               coalesce(sum(share) FILTER (WHERE counts), 0) AS total,
               count(*) FILTER (WHERE {listed}) AS rows
        FROM placed
    ),
    reached AS ({reached}),
    seen AS MATERIALIZED (SELECT * FROM placed counted WHERE {listed} AND {seen}),
    page AS (SELECT * FROM seen ORDER BY day DESC, row_id DESC LIMIT %(limit)s OFFSET %(offset)s)
    SELECT step.previous, step.total, step.rows, (SELECT coalesce(sum(share), 0) FROM reached),
           (SELECT count(*) FROM seen), page.row_id, page.unit_id, page.day, page.share,
           {knows}, told.entered_by_id, told.created_at, b.id, b.register, b.unit_id, page.record_id
    FROM step LEFT JOIN page ON true
    LEFT JOIN LATERAL ({naming}) told ON true
    LEFT JOIN exchange_importbatch b ON b.id = told.batch_id
    ORDER BY page.day DESC, page.row_id DESC
"""


@wall_open("a figure is made of every unit's rows; whose are named is in the statement")
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

    For the nation or one unit, in one statement; of a ratio in two.
    """
    places = places_of(unit, view)
    asked = _parameters(period, unit, on, known_on) | _seen_by(scope) | {"limit": limit, "offset": offset}
    count = COUNTS[code]
    if isinstance(count, Ratio):
        above = _behind(count.numerator, places, asked)
        below = _behind(count.denominator, places, asked | {"limit": 0, "offset": 0})
        return Behind(above.step, above.rows, above.seen, below.step)
    return _behind(count, places, asked)


def _behind(count: Count, places: str, asked: dict[str, Any]) -> Behind:
    source, telling = count.source, count.source.telling
    statement = _BEHIND.format(
        columns=", ".join(_columns(count)),
        facts=as_known(source, source.rows, asked["known_on"]),
        places=places,
        placed=_placed(count, count.rows_of("facts")),
        listed=count.listed,
        reached=_REACHED.format(asked=count.asked) if isinstance(count, First) else _CAME,
        seen=seen(source),
        knows=", ".join(f"told.{name}" for name in telling.knows),
        naming=telling.naming,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        rows = cursor.fetchall()
    previous, total, listed, reached, in_sight = rows[0][:5]
    step = Step(previous, reached, previous + reached - total, total, listed)
    return Behind(step, [_shown_row(telling, *row[5:]) for row in rows if row[5] is not None], in_sight)


def _columns(count: Count) -> list[str]:
    """What of the facts is asked: the narrower, the less is kept."""
    weighed = [] if count.weight == "1" else [count.weight]
    lasting = ["until"] if isinstance(count, Stock) else []
    return ["thing", "record_id", "row_id", "day", "unit_id", *weighed, *lasting, *sorted(count.asks)]


def _placed(count: Count, counted: str) -> str:
    return _PLACED.format(
        weight=count.weight, counts=count.counts, counted_before=count.counted_before, counted=counted
    )


def _shown_row(telling: Telling, row: int, unit: str, day: date, share: Decimal, *details: Any) -> ShownRow:
    *known, entered_by, entered_at, batch, register, handed_in_by, record = details
    return ShownRow(
        row_id=row,
        record_id=record,
        unit_id=unit,
        day=day,
        share=share,
        name=telling.name(_knowing(telling.record, **dict(zip(telling.knows, known, strict=True)))),
        batch=_knowing(ImportBatch, id=batch, register=register, unit_id=handed_in_by) if batch else None,
        origin=origin(batch, entered_by, entered_at),
    )


def _knowing(model: type[M], **values: Any) -> M:
    """A row of the model of which these columns were read; another is read when it is asked for."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname in values]
    return model.from_db(connection.alias, names, [values[name] for name in names])


@dataclass(frozen=True)
class NearlyCounted:
    """A unit that the figure does not count, and the units for whose sake."""

    unit_id: str
    lacks: list[str]


_NEARLY = """
    WITH places AS ({places})
    SELECT DISTINCT counted.unit_id, counted.{lacks} FROM ({rows}) counted
    JOIN places ON places.place_id = counted.unit_id WHERE {counts} ORDER BY 1
"""


@wall_open("a figure is made of every unit's rows; whose are named is in the statement")
def nearly_counted(
    code: str,
    period: Period,
    *,
    unit: str | None = None,
    view: UnitView = UnitView.CURRENT,
    on: date | None = None,
    known_on: datetime | None = None,
) -> list[NearlyCounted]:
    """What the register declares to be told beside the figure: units only, as public as their figures."""
    count = COUNTS[code].parts[0]
    nearly = count.source.nearly
    if nearly is None:
        return []
    rows = f"SELECT * FROM ({count.source.rows}) r WHERE {conditions(nearly.where)}"
    statement = _NEARLY.format(
        places=places_of(unit, view),
        lacks=nearly.lacks,
        rows=as_known(count.source, rows, known_on),
        counts=count.counts,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, _parameters(period, unit, on, known_on))
        return [NearlyCounted(*row) for row in cursor.fetchall()]


@wall_open("a figure is made of every unit's rows; whose are named is in the statement")
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
    """All the rows that the page of the period lists, within `scope` only: for a file."""
    count = COUNTS[code].parts[0]
    statement = f"""
        WITH places AS ({places_of(unit, view)})
        SELECT row_id, record_id, unit_id, day, share
        FROM ({_placed(count, as_known(count.source, count.rows, known_on))}) counted
        WHERE {count.listed} AND {seen(count.source)}
        ORDER BY day DESC, row_id DESC
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, _parameters(period, unit, on, known_on) | _seen_by(scope))
        return [CountedRow(*row) for row in cursor.fetchall()]


def _seen_by(scope: UnitScope) -> dict[str, Any]:
    return {"everything": scope.everything, "scope": sorted(scope.ids)}
