"""Two days held against each other: which figures of an indicator differ, and the acts between that moved them.

Both are read as pages showed them when those days were over, closings included. The rows of a register that moved a
figure are told by adjustments.py, as those since a closing are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.templatetags.ui import number, vn_date
from apps.organisations.asked import UnitView
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.progress.figures import Figure, figures
from apps.targets.models import (
    AcceptedValue,
    Exclusion,
    Indicator,
    IndicatorDefinition,
    Period,
    PeriodClosing,
    Target,
)
from apps.targets.selectors import period_of


@dataclass(frozen=True)
class FigureBetween:
    """One figure at the end of both days; `unit` None is the nation. None: no figure then."""

    indicator: Indicator
    year: int
    unit: UnitLabel | None
    before: Figure | None
    after: Figure | None

    @property
    def difference(self) -> Decimal | None:
        """None where one of both days had no number: that is no difference of numbers."""
        before, after = (one.value if one else None for one in (self.before, self.after))
        return None if before is None or after is None else after - before


@dataclass(frozen=True)
class Act:
    """What was done between both days: when, what, of which year and unit, by whom and why as far as that is told."""

    at: datetime
    what: str
    year: int | None = None
    unit: UnitLabel | None = None
    who: str = ""
    why: str = ""


def figures_between(
    indicators: Iterable[Indicator], earlier: datetime, later: datetime, *, view: UnitView, on: date | None = None
) -> list[FigureBetween]:
    """Those whose numbers differ: the latest year first, in it the nation, then units in the order of their names."""
    labels, found = unit_labels(), []
    for indicator in indicators:
        old, new = (
            {(one.year, one.unit_id): one for one in figures(indicator, view=view, on=on, known_on=moment)}
            for moment in (earlier, later)
        )
        for year, unit in old.keys() | new.keys():
            before, after = old.get((year, unit)), new.get((year, unit))
            if _numbers(before) != _numbers(after):
                found.append(FigureBetween(indicator, year, labels[unit] if unit else None, before, after))
    return sorted(found, key=_order)


def _numbers(figure: Figure | None) -> tuple[Decimal | None, ...]:
    return (figure.value, figure.numerator, figure.denominator) if figure else (None, None, None)


def _order(one: FigureBetween) -> tuple[Any, ...]:
    return (
        one.indicator.position,
        one.indicator.code,
        -one.year,
        one.unit is not None,
        one.unit.sort if one.unit else "",
    )


def read_at(year: int, moment: datetime) -> datetime:
    """As known when a year was read at a moment: by its closing of then, else as everything was."""
    period = period_of(year, moment)
    return period.closing.as_of if period and period.closing else moment


def acts_between(
    indicators: Sequence[Indicator], earlier: datetime, later: datetime, user: User, sight: UnitScope
) -> list[Act]:
    """The latest first. Who accepted a unit's report, and why it was withdrawn, is told within `sight` only."""
    found = [
        *_closings(earlier, later, user),
        *_targets(indicators, earlier, later, user),
        *_definitions(indicators, earlier, later),
        *_reports(indicators, earlier, later, sight),
        *_exclusions(indicators, earlier, later, sight),
    ]
    return sorted(found, key=lambda act: act.at, reverse=True)


def _closings(earlier: datetime, later: datetime, user: User) -> Iterator[Act]:
    rows = PeriodClosing.objects.visible_to(user).filter(closed_at__gt=earlier, closed_at__lte=later)
    for one in rows.select_related("period", "closed_by"):
        told = _("Chốt kỳ, phiên bản %(version)s") % {"version": one.version}
        yield Act(one.closed_at, told, one.period.year, None, str(one.closed_by), one.reason)


def _targets(indicators: Sequence[Indicator], earlier: datetime, later: datetime, user: User) -> Iterator[Act]:
    rows = Target.objects.visible_to(user).filter(
        indicator__in=indicators, unit=None, created_at__gt=earlier, created_at__lte=later
    )
    for one in rows.select_related("legal_basis"):
        told = {"year": one.year, "value": number(one.value)}
        yield Act(one.created_at, _("Mục tiêu %(year)s là %(value)s") % told, None, None, "", str(one.legal_basis))


def _definitions(indicators: Sequence[Indicator], earlier: datetime, later: datetime) -> Iterator[Act]:
    rows = IndicatorDefinition.objects.filter(
        indicator__in=indicators, created_at__gt=earlier, created_at__lte=later
    ).select_related("indicator", "legal_basis", "entered_by")
    for one in rows:
        told = {"code": one.indicator.code, "version": one.version, "day": vn_date(one.valid_from)}
        what = _("Định nghĩa %(code)s, phiên bản %(version)s, áp dụng từ %(day)s") % told
        yield Act(one.created_at, what, None, None, str(one.entered_by or ""), str(one.legal_basis or ""))


def _reports(indicators: Sequence[Indicator], earlier: datetime, later: datetime, sight: UnitScope) -> Iterator[Act]:
    for one in _between(AcceptedValue.objects.all(), indicators, earlier, later).select_related("accepted_by"):
        told, in_sight = {"value": number(one.value), "code": one.indicator.code}, one.unit_id in sight
        place: Any = {"year": one.period.year, "unit": unit_labels()[one.unit_id]}
        if earlier < one.created_at <= later:
            what = _("Chấp nhận số báo cáo: %(code)s là %(value)s") % told
            yield Act(one.created_at, what, **place, who=str(one.accepted_by) if in_sight else "")
        if one.withdrawn_at and earlier < one.withdrawn_at <= later:
            what = _("Rút số báo cáo đã chấp nhận: %(code)s là %(value)s") % told
            yield Act(one.withdrawn_at, what, **place, **_withdrawn(one, in_sight))


def _exclusions(indicators: Sequence[Indicator], earlier: datetime, later: datetime, sight: UnitScope) -> Iterator[Act]:
    for one in _between(Exclusion.objects.all(), indicators, earlier, later).select_related("entered_by"):
        in_sight = one.unit_id in sight
        place: Any = {"year": one.period.year, "unit": unit_labels()[one.unit_id]}
        if earlier < one.created_at <= later:
            what = _("Loại khỏi số toàn quốc theo %(number)s") % {"number": one.number}
            yield Act(one.created_at, what, **place, who=str(one.entered_by) if in_sight else "", why=one.reason)
        if one.withdrawn_at and earlier < one.withdrawn_at <= later:
            what = _("Cộng lại vào số toàn quốc")
            yield Act(one.withdrawn_at, what, **place, **_withdrawn(one, in_sight))


def _between(rows: QuerySet[Any], indicators: Sequence[Indicator], earlier: datetime, later: datetime) -> QuerySet[Any]:
    moments = Q(created_at__gt=earlier, created_at__lte=later) | Q(withdrawn_at__gt=earlier, withdrawn_at__lte=later)
    return rows.filter(moments, indicator__in=indicators).select_related("indicator", "period", "withdrawn_by")


def _withdrawn(row: Any, in_sight: bool) -> dict[str, Any]:
    return {"who": str(row.withdrawn_by), "why": row.withdrawn_reason} if in_sight else {}


def between_years(changes: Iterable[FigureBetween]) -> list[int]:
    """The years of which any figure differs, the latest first."""
    return sorted({one.year for one in changes}, reverse=True)


def span_of_rows(period: Period, earlier: datetime, later: datetime) -> tuple[datetime, datetime] | None:
    """Between which moments the rows of a year's figure changed; none where it was read at the same one both times."""
    since, until = read_at(period.year, earlier), read_at(period.year, later)
    return None if since == until else (since, until)
