"""What came between two days, and what stood on the last of them, by the rules of the figures.

For reports whose window is no period: a quarter, three years. Of a period the stored figures say the same.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone

from apps.core.reading import connection
from apps.core.wall import wall_open
from apps.organisations.asked import UnitView
from apps.progress.counting import Count, Ratio
from apps.progress.provenance import places_of
from apps.progress.sources import COUNTS
from apps.targets.models import Indicator


def gained(indicator: Indicator, now: Decimal | None, before: Decimal | None) -> Decimal:
    """What came within a year by the figures of it and of the year before; of a stock what stands. Of a year that has
    no figure nothing is known: that is zero, whatever came before, and not less than before.
    """
    if now is None:
        return Decimal(0)
    return now if indicator.aggregation == Indicator.Aggregation.LATEST else now - (before or Decimal(0))


class Wanted(NamedTuple):
    """An indicator by its code; with the name of one of its breakdowns, each part of it."""

    code: str
    breakdown: str = ""


# {name}: as the figures name a part, `name=value`, "" the whole.
_WITHIN = """
    SELECT {code} AS code, {name} AS name, {part} AS part, sum(placed.share)
    FROM (
        SELECT counted.*, {weight} * places.share AS share, {counts} AS counts, {counted_before} AS counted_before
        FROM ({rows}) counted JOIN places ON places.place_id = counted.unit_id WHERE counted.day <= %(ends)s
    ) placed {joined}
    WHERE {listed} GROUP BY 3
"""


@wall_open("a figure is made of every unit's rows")
def within_window(
    wanted: Iterable[Wanted], unit: str, starts: date, ends: date, *, view: UnitView, on: date | None = None
) -> dict[tuple[str, str], Decimal]:
    """By code and part (`ownership=state`, "" the whole); what nothing is known of is left out. One query.

    Of a ratio it is the numerator.
    """
    asked = sorted(set(wanted))
    if not asked:
        return {}
    told: dict[str, Any] = {"unit": unit, "starts": starts, "ends": ends, "on": on or timezone.localdate()}
    parts: list[str] = []
    names: dict[str, str] = {}
    for number, one in enumerate(asked):
        names |= {f"code{number}": one.code, f"name{number}": one.breakdown}
        parts.append(_statement(one, number))
    with connection.cursor() as cursor:
        places = f"WITH places AS MATERIALIZED ({places_of(unit, view)})"
        cursor.execute(f"{places} {' UNION ALL '.join(parts)}", told | names)
        return {(code, f"{name}={part}" if name else ""): value for code, name, part, value in cursor.fetchall()}


def _statement(one: Wanted, number: int) -> str:
    found = COUNTS[one.code]
    count: Count = found.numerator if isinstance(found, Ratio) else found
    part, joined = "''", ""
    if one.breakdown:
        broken = count.breakdowns[one.breakdown]
        part = f"coalesce(placed.{broken.column}::text, 'none')"
        if broken.values:
            part = "coalesce(parts.value::text, 'none')"
            joined = f"LEFT JOIN ({broken.values}) parts ON parts.key = placed.{broken.column}"
    return _WITHIN.format(
        code=f"%(code{number})s", name=f"%(name{number})s", part=part, joined=joined, weight=count.weight,
        counts=count.counts, counted_before=count.counted_before, listed=count.listed, rows=count.rows,
    )  # fmt: skip
