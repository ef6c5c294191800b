"""Sums of money by year, source and unit, in one of two unit views: grouped statements, whatever the number of tasks.

What is summed up is a *cell*: one source in one year of one task, with an amount at each of four stages or none. A cell
in which anything but zero stands is expected to have a figure at every stage that has come; the unit of one that lacks
it is missing from the sum, which then is a minimum. Money stands with the unit that leads a task by the central route,
else with the ministry or province that approved it; today's units carry their predecessors' money, with its share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone

from apps.accounts.models import User
from apps.core.reading import connection
from apps.funding.asked import FundingQuery
from apps.funding.rows import COUNTED, scope_of
from apps.tasks.models.money import Stage

STAGES = tuple(Stage.values)


class Amount(NamedTuple):
    """A sum in đồng, None where no figure is known; of `lacking` units a part is missing."""

    value: Decimal | None
    lacking: int = 0

    @property
    def is_least(self) -> bool:
        return self.value is not None and self.lacking > 0


NOTHING = Amount(None)


@dataclass(frozen=True)
class Sums:
    """The four stages of whatever was summed up."""

    amounts: Mapping[str, Amount]
    tasks: int = 0

    @property
    def planned(self) -> Amount:
        return self.amounts[Stage.PLANNED]

    @property
    def allocated(self) -> Amount:
        return self.amounts[Stage.ALLOCATED]

    @property
    def disbursed(self) -> Amount:
        return self.amounts[Stage.DISBURSED]

    @property
    def settled(self) -> Amount:
        return self.amounts[Stage.SETTLED]

    def part(self, stage: str) -> Decimal | None:
        """In per cent of what was planned; none where the plan itself is not wholly known, or nothing."""
        above, below = self.amounts[stage].value, self.planned
        if above is None or not below.value or below.lacking:
            return None
        return above * 100 / below.value

    @property
    def rate(self) -> Decimal | None:
        return self.part(Stage.DISBURSED)

    @property
    def allocated_part(self) -> Decimal | None:
        return self.part(Stage.ALLOCATED)


EMPTY = Sums(dict.fromkeys(STAGES, NOTHING))


def added(parts: Sequence[Sums]) -> Sums:
    """Of units, or of years: each of them lacks its own."""
    return Sums({stage: _added([one.amounts[stage] for one in parts]) for stage in STAGES}, sum(p.tasks for p in parts))


def _added(amounts: Sequence[Amount]) -> Amount:
    known = [one.value for one in amounts if one.value is not None]
    return Amount(sum(known, Decimal(0)) if known else None, sum(one.lacking for one in amounts))


_CELLS = """
    WITH homes AS MATERIALIZED (
        SELECT origin_id, unit_id, share FROM unit_successors(%(on)s)
        WHERE %(unit)s IS NULL OR unit_id = %(unit)s
    ), cells AS MATERIALIZED (
        SELECT l.task_id, l.year, l.source, t.route,
               CASE t.route WHEN 'central' THEN t.lead_unit_id ELSE t.approving_unit_id END AS origin_id,
               max(l.amount) FILTER (WHERE l.stage = 'planned') AS planned,
               max(l.amount) FILTER (WHERE l.stage = 'allocated') AS allocated,
               max(l.amount) FILTER (WHERE l.stage = 'disbursed') AS disbursed,
               max(l.amount) FILTER (WHERE l.stage = 'settled') AS settled,
               max(l.amount) > 0 AS expected
        FROM tasks_budgetline l
        JOIN tasks_plantask t ON t.id = l.task_id
        JOIN framework_frameworkitem i ON i.code = t.framework_item_id
        WHERE t.withdrawn_at IS NULL AND t.state = ANY(%(counted)s)
          AND (%(everything)s OR t.lead_unit_id = ANY(%(ids)s) OR t.approving_unit_id = ANY(%(ids)s))
          AND (%(group)s IS NULL OR i.group_id = %(group)s)
          AND (%(source)s IS NULL OR l.source = %(source)s)
          AND (%(years)s::int[] IS NULL OR l.year = ANY(%(years)s))
        GROUP BY l.task_id, l.year, l.source, t.route, origin_id
    ), placed AS MATERIALIZED (
        SELECT c.*, h.unit_id, h.share FROM cells c JOIN homes h ON h.origin_id = c.origin_id
    )
    SELECT {keys}, count(DISTINCT task_id),
           sum(planned * share), count(DISTINCT unit_id) FILTER (WHERE expected AND planned IS NULL),
           sum(allocated * share), count(DISTINCT unit_id) FILTER (WHERE expected AND allocated IS NULL),
           sum(disbursed * share), count(DISTINCT unit_id) FILTER (WHERE expected AND disbursed IS NULL),
           sum(settled * share),
           count(DISTINCT unit_id) FILTER (WHERE expected AND settled IS NULL AND year < %(this_year)s)
    FROM placed GROUP BY {grouping}
"""
_BY_SOURCE = _CELLS.format(keys="year, source", grouping="GROUPING SETS ((year, source), (year)) ORDER BY 1, 2")
_BY_UNIT = _CELLS.format(
    keys="year, unit_id, min(route)", grouping="GROUPING SETS ((year, unit_id), (year)) ORDER BY 1, 2"
)


def sums_by_source(
    query: FundingQuery, user: User | None, *, years: list[int] | None = None
) -> dict[int, dict[str, Sums]]:
    """By year, then by source; all sources together under ''. Of all years that have money, or of those asked for."""
    found: dict[int, dict[str, Sums]] = {}
    for year, source, *rest in _read(_BY_SOURCE, query, user, years):
        found.setdefault(year, {})[source or ""] = _sums(rest)
    return found


class UnitSums(NamedTuple):
    unit: str
    route: str
    sums: Sums


def sums_by_unit(
    query: FundingQuery, user: User | None, *, years: list[int], source: str | None = None
) -> tuple[dict[int, dict[str, UnitSums]], dict[int, Sums]]:
    """The units of the view by year, and all of them together."""
    units: dict[int, dict[str, UnitSums]] = {year: {} for year in years}
    whole: dict[int, Sums] = dict.fromkeys(years, EMPTY)
    for year, unit, route, *rest in _read(_BY_UNIT, query, user, years, source):
        if unit is None:
            whole[year] = _sums(rest)
        else:
            units[year][unit] = UnitSums(unit, route, _sums(rest))
    return units, whole


def _sums(row: list[Any]) -> Sums:
    tasks, *rest = row
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return Sums({stage: Amount(value, lacking) for stage, (value, lacking) in zip(STAGES, pairs, strict=True)}, tasks)


def _read(
    statement: str, query: FundingQuery, user: User | None, years: list[int] | None, source: str | None = None
) -> list[list[Any]]:
    scope = scope_of(user)
    asked = {
        "on": query.view.day(query.day),
        "unit": query.unit,
        "group": query.group,
        "source": source,
        "years": years,
        "everything": scope.everything,
        "ids": sorted(scope.ids),
        "counted": sorted(COUNTED),
        "this_year": timezone.localdate().year,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return [list(row) for row in cursor.fetchall()]
