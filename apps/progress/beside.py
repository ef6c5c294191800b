"""What a ministry is judged by of a figure that belongs to the places: the part of the nation's that it manages.

It stands beside the provinces' figures and is never added to them. What a former ministry managed is its heir's.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from apps.organisations.asked import UnitView
from apps.organisations.selectors import successor_shares
from apps.progress.figures import Figure, figures
from apps.targets.divisions import BESIDE_BY, CENTRAL, DIVISIONS
from apps.targets.models import Indicator


def stands_beside(indicator: Indicator, kind: str) -> bool:
    division = DIVISIONS.get(indicator.code)
    return division is not None and kind in division.beside and kind in CENTRAL


def figures_beside(
    indicator: Indicator, *, view: UnitView = UnitView.CURRENT, on: date | None = None, known_on: datetime | None = None
) -> Mapping[str, list[Figure]]:
    """By ministry, in the order of the years: two queries."""
    prefix = f"{BESIDE_BY}="
    rows = figures(indicator, view=view, national=True, breakdown=BESIDE_BY, known_on=known_on)
    current = UnitView(view) == UnitView.CURRENT
    heirs = successor_shares(on or timezone.localdate()) if current else {}
    sums: dict[tuple[str, int], Figure] = {}
    for row in rows:
        origin = row.breakdown.removeprefix(prefix)
        for unit, share in heirs.get(origin, [(origin, Decimal(1))]):
            before = sums.get((unit, row.year))
            sums[unit, row.year] = _added(before, row, unit, share)
    found: dict[str, list[Figure]] = defaultdict(list)
    for (unit, _year), figure in sorted(sums.items(), key=lambda one: one[0][1]):
        found[unit].append(figure)
    return found


def _added(before: Figure | None, row: Figure, unit: str, share: Decimal) -> Figure:
    def plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
        return one if other is None else (one or Decimal(0)) + other * share

    return row._replace(
        unit_id=unit, counted=None, value=plus(before.value if before else None, row.value),
        since=plus(before.since if before else None, row.since),
    )  # fmt: skip
