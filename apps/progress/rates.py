"""Rates per 1,000 active enterprises, and their denominators: whose number, of which year, or why there is none."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.reading import connection
from apps.organisations.asked import UnitView
from apps.organisations.selectors import unit_labels
from apps.progress.counting import Count
from apps.progress.sources import COUNTS
from apps.targets.models import Indicator, UnitStatistic


def has_rate(indicator: Indicator) -> bool:
    """Only what counts enterprises is set against the number of enterprises."""
    count = COUNTS.get(indicator.code)
    return isinstance(count, Count) and count.source.per_thousand == UnitStatistic.Code.ACTIVE_ENTERPRISES


@dataclass(frozen=True)
class Denominator:
    """Active enterprises of a unit; always said with its year. Without a value, `reason` says what is missing."""

    value: Decimal | None
    year: int | None
    reason: str = ""

    def rate(self, count: Decimal | None) -> Decimal | None:
        return count / self.value * 1000 if count is not None and self.value else None


@dataclass(frozen=True)
class Link:
    """The past of another unit that a unit carries, or a share of it, from a day on."""

    predecessor: str
    effective_on: date
    share: Decimal


# The numbers, who carries whose past in the current view, and link by link what it was made of: few rows each.
_GROUND = """
    SELECT 'number', unit_id, NULL, year, NULL, value FROM targets_unitstatistic WHERE code = %(code)s
    UNION ALL
    SELECT 'link', successor_id, predecessor_id, NULL, effective_on, share FROM organisations_succession
    WHERE %(current)s AND share > 0 AND effective_on <= %(on)s
    UNION ALL
    SELECT 'carrier', origin_id, unit_id, NULL, NULL, share FROM unit_successors(%(on)s) WHERE %(current)s
    ORDER BY 1, 2, 3
"""


class Denominators:
    """The denominators of one unit view, read once (one query) and asked by unit and year.

    A unit's number is of the asked year, or of the nearest year before of which anything is known. As reported, it is
    the unit's own. In the current view it is the unit's own too, which from the year of a merger on contains its
    predecessors; where it has none, all predecessors' numbers of the same year are added, as they are to that of a unit
    which took in another later. One of them missing leaves the rate out: a sum with a hole would flatter it.
    """

    def __init__(
        self, view: UnitView, on: date | None = None, *, numbers: dict[tuple[str, int], Decimal] | None = None
    ) -> None:
        """`numbers`: those of another day, by unit and year; none given: as they stand now."""
        self._values: dict[tuple[str, int], Decimal] = {}
        self._origins: dict[str, list[Link]] = defaultdict(list)
        self.carriers: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)  # as successor_shares() has them
        asked: dict[str, Any] = {"on": on or timezone.localdate(), "current": UnitView(view) == UnitView.CURRENT}
        with connection.cursor() as cursor:
            cursor.execute(_GROUND, asked | {"code": UnitStatistic.Code.ACTIVE_ENTERPRISES})
            for kind, unit, other, year, day, number in cursor.fetchall():
                if kind == "number":
                    self._values[unit, year] = number
                elif kind == "link":
                    self._origins[unit].append(Link(other, day, number))
                else:
                    self.carriers[unit].append((other, number))
        if numbers is not None:
            self._values = numbers
        self._years = sorted({year for _unit, year in self._values}, reverse=True)
        self._labels = unit_labels()

    def of(self, unit: str | None, year: int) -> Denominator:
        if unit is None:
            return Denominator(None, None)
        for known in self._years:
            if known <= year and self._is_known(unit, known):
                value, missing = self._sum(unit, known)
                return Denominator(None if missing else value, known, self._reason(missing, known))
        return Denominator(None, None, _("chưa có số doanh nghiệp đang hoạt động"))

    def _is_known(self, unit: str, year: int) -> bool:
        origins = (link.predecessor for link in self._origins[unit])
        return (unit, year) in self._values or any(self._is_known(origin, year) for origin in origins)

    def _sum(self, unit: str, year: int) -> tuple[Decimal, list[str]]:
        """The number of a unit in a year, and the units whose number it lacks."""
        links, own = self._origins[unit], self._values.get((unit, year))
        if own is None and not self._began_with(unit, links):
            return Decimal(0), [unit]
        if own is not None:
            # A number from before a unit began is of its whole territory; of one that was there, only of its own.
            apart = not self._began_with(unit, links)
            links = [link for link in links if apart and link.effective_on.year > year]
        total, missing = own or Decimal(0), []
        for link in links:
            part, holes = self._sum(link.predecessor, year)
            total += part * link.share
            missing += holes
        return total, missing

    def _began_with(self, unit: str, links: list[Link]) -> bool:
        """Whether the unit is made of its predecessors; one that was there before has a part of its own."""
        start = self._labels[unit].valid_from
        return bool(links) and start is not None and start >= min(link.effective_on for link in links)

    def _reason(self, missing: list[str], year: int) -> str:
        if not missing:
            return ""
        names = ", ".join(sorted(self._labels[unit].short_name for unit in missing))
        return _("thiếu số doanh nghiệp năm %(year)s của %(names)s") % {"year": year, "names": names}
