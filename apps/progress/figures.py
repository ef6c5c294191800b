"""Stored figures, read in one of two unit views. The one switch that pages, exports and API share."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.targets.models import Indicator


class UnitView(TextChoices):
    CURRENT = "current", _("Đơn vị hiện nay")
    AS_REPORTED = "as-reported", _("Đơn vị tại thời điểm báo cáo")


@dataclass(frozen=True)
class Figure:
    """One figure of an indicator; `unit_id` None is the nation. Accepted once its period is closed."""

    period: str
    year: int
    unit_id: str | None
    breakdown: str
    value: Decimal
    is_accepted: bool
    known_from: datetime


# In the current view a figure follows successions to the units of the day; counts add up, so they are summed.
# The nation has no successor and stands in both views as it is.
_UNIT = {
    UnitView.CURRENT: (
        "s.unit_id",
        "LEFT JOIN unit_successors(%(on)s) s ON s.origin_id = v.unit_id",
        "coalesce(s.share, 1)",
    ),
    UnitView.AS_REPORTED: ("v.unit_id", "", "1"),
}
_FIGURES = """
    SELECT per.code, per.year, {unit}, v.breakdown, sum(v.value * {share}), per.closed_at IS NOT NULL, max(v.known_from)
    FROM targets_indicatorvalue v
    JOIN targets_period per ON per.id = v.period_id
    {join}
    WHERE v.indicator_id = %(indicator)s AND v.basis = %(basis)s
      AND v.known_from <= %(known_on)s AND (v.known_to IS NULL OR v.known_to > %(known_on)s)
      AND (v.breakdown = %(breakdown)s OR (%(breakdown)s <> '' AND v.breakdown LIKE %(prefix)s))
      AND (%(year)s IS NULL OR per.year = %(year)s)
    GROUP BY per.code, per.year, {unit}, v.breakdown, per.closed_at
    HAVING (NOT %(national)s OR {unit} IS NULL) AND (%(unit)s IS NULL OR {unit} = %(unit)s)
    ORDER BY per.year, {unit} NULLS FIRST, v.breakdown
"""


def figures(
    indicator: Indicator,
    *,
    view: UnitView = UnitView.CURRENT,
    year: int | None = None,
    unit: str | None = None,
    national: bool = False,
    breakdown: str = "",
    known_on: datetime | None = None,
    on: date | None = None,
) -> list[Figure]:
    """Figures of one indicator, ordered by year, nation first, then unit id.

    `breakdown`: '' the totals, `ownership` all of that breakdown, `ownership=state` one of them.
    `known_on`: as known at that moment. `on`: the day whose units the current view shows (today).
    """
    column, join, share = _UNIT[UnitView(view)]
    parameters: dict[str, Any] = {
        "indicator": indicator.pk,
        "basis": indicator.basis,
        "known_on": known_on or timezone.now(),
        "breakdown": breakdown,
        "prefix": f"{breakdown}=%" if "=" not in breakdown else breakdown,
        "year": year,
        "unit": unit,
        "national": national,
        "on": on or timezone.localdate(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES.format(unit=column, join=join, share=share), parameters)
        return [Figure(*row) for row in cursor.fetchall()]
