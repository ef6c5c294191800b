"""Figures of every kind that is easily told in two ways: of merged and split units, covered, without denominator,
closed and changed since, open, with decimals. Every indicator has some, in three years.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from apps.organisations.models import Succession
from apps.progress.sources import COUNTS
from apps.targets.models import Indicator, IndicatorValue, Period, UnitStatistic
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close
from tests.factories.targets import IndicatorFactory, RatioFactory

OLD_BAC_NINH, MINISTRY = "VN-27-2008", "BCT"
CLOSED, OPEN = (2024, 2025), 2026
YEARS = (*CLOSED, OPEN)
# By year: who has figures, and which part of the nation's.
UNITS = {
    2024: {BAC_GIANG: Decimal("0.4"), OLD_BAC_NINH: Decimal("0.35"), "VN-68-2008": Decimal("0.25")},
    2025: {BAC_GIANG: Decimal("0.5"), BAC_NINH: Decimal("0.3"), LAM_DONG: Decimal("0.2")},
    2026: {BAC_NINH: Decimal("0.125"), LAM_DONG: Decimal("0.5"), MINISTRY: Decimal("0.375")},
}
COVERING = ("CT1", 2025, BAC_NINH)  # what this new province reported is of the whole year
WHOLE, DENOMINATOR = Decimal(17), Decimal(24)


def make_odd() -> list[Indicator]:
    """In a handful of statements; a split of one old province makes shares of its numbers."""
    now = timezone.now()
    begun, changed = now - timedelta(days=3), now - timedelta(days=1)
    Succession.objects.filter(predecessor=OLD_BAC_NINH).update(share=Decimal("0.333333"))
    Succession.objects.create(
        predecessor_id=OLD_BAC_NINH, successor_id=LAM_DONG, share=Decimal("0.666667"), relation="split",
        effective_on="2025-07-01", legal_basis="thử",
    )  # fmt: skip
    IndicatorFactory(code="CT1", decimals=2)
    IndicatorFactory(code="CT2", aggregation=Indicator.Aggregation.LATEST, decimals=1)
    RatioFactory(code="TL")
    every, periods = list(Indicator.objects.order_by("position", "pk")), {one.year: one for one in Period.objects.all()}
    IndicatorValue.objects.bulk_create(
        IndicatorValue(indicator=one, basis=one.basis, period=periods[year], known_from=begun, **figure)
        for at, one in enumerate(every)
        for year in YEARS
        for figure in _figures(one, at, year)
    )
    _without_denominator(every, periods[2024], begun)
    UnitStatistic.objects.create(code="active_enterprises", unit_id=BAC_GIANG, year=2024, value=400, source="thử")
    close(*CLOSED, as_of=now - timedelta(days=2))
    later = IndicatorValue.objects.filter(period__year=2025, unit=LAM_DONG, breakdown="")
    again = [IndicatorValue(**_kept(row), value=row.value + 1, known_from=changed) for row in later]
    later.update(known_to=changed)
    IndicatorValue.objects.bulk_create(again)
    return every


def _figures(one: Indicator, at: int, year: int) -> Iterator[dict]:
    whole = WHOLE * (at + 1) + (year - 2024) * Decimal("3.25")
    count = COUNTS.get(one.code)
    breakdowns = [f"{name}={value}" for name, told in (count.breakdowns if count else {}).items()
                  for value in list(told.words or {"state": ""})[:2]]  # fmt: skip
    for unit, share in {None: Decimal(1), **UNITS[year]}.items():
        for part in ("", *breakdowns):
            amount = whole * share / (3 if part else 1)
            fraction = {}
            if one.aggregation == Indicator.Aggregation.RATIO:
                fraction = {"numerator": round(amount, 4), "denominator": round(DENOMINATOR * (at + 1) * share, 4)}
                amount = amount / (DENOMINATOR * (at + 1) * share) * 100
            covers = (one.code, year, unit) == COVERING
            yield {
                "unit_id": unit,
                "breakdown": part,
                "value": round(amount, 4),
                "covers_predecessors": covers,
            } | fraction


def _without_denominator(every: list[Indicator], period: Period, begun: object) -> None:
    """The old province said a rate and not what it is a rate of."""
    [ratio] = [one for one in every if one.code == "TL"]
    rows = IndicatorValue.objects.filter(indicator=ratio, period=period, unit=BAC_GIANG)
    values = [IndicatorValue(**_kept(row), value=50, known_from=begun) for row in rows]
    for row in values:
        row.numerator = row.denominator = None
        row.unit_id = "VN-19-2008"
    IndicatorValue.objects.bulk_create(values)


def _kept(row: IndicatorValue) -> dict:
    names = ("indicator", "period", "unit", "breakdown", "basis", "numerator", "denominator", "covers_predecessors")
    return {name: getattr(row, name) for name in names}
