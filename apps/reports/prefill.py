"""What the portal knows already: from registers, plans of units, tasks and money. A cell names its source.

`indicator`: what came within the period (of a stock what stands on its last day) on the basis of registers;
`breakdown:MT5:ownership=state`: a part of it; `tasks:…`, `funding:source:stage`, `plan`;
`activities:inspections:places:kind!=programme`, as `apps/activities/counting.py` reads it.
"""

from collections.abc import Iterable
from decimal import Decimal

from django.utils import timezone

from apps.accounts.models import User
from apps.activities.counting import counted
from apps.funding.asked import FundingQuery
from apps.funding.selectors.sums import EMPTY, sums_by_source
from apps.organisations.asked import UnitView
from apps.progress.figures import Figure, figures, figures_of_unit
from apps.progress.windows import Wanted, gained, within_window
from apps.reports.models import AnnualReport, FormCell
from apps.targets.models import Indicator
from apps.tasks.statistics import Asked, statistics

Numbers = dict[str, Decimal]
REGISTER = Indicator.Basis.REGISTER


def prefilled(report: AnnualReport, cells: Iterable[FormCell], by: User) -> Numbers:
    """By key; a cell of whose source nothing is known is left out. At most so many queries as the form has sources."""
    named = [cell for cell in cells if cell.prefill]
    found: Numbers = {}
    for source, fill in _SOURCES.items():
        own = [cell for cell in named if cell.prefill.partition(":")[0] == source]
        if own:
            found |= fill(report, own, by)
    return found


def view_of(report: AnnualReport) -> UnitView:
    """Its own facts only; with its predecessors' where it reports for the whole of a double year."""
    return UnitView.CURRENT if report.covers_predecessors else UnitView.AS_REPORTED


def view_of_work(report: AnnualReport) -> UnitView:
    """Of tasks and their money, which go on under the unit that took over: what a predecessor left is told by nobody
    else, unless that reports in the round itself.
    """
    return UnitView.CURRENT if report.has_past_in_hand else UnitView.AS_REPORTED


def _of_indicators(report: AnnualReport, cells: list[FormCell], by: User) -> Numbers:
    if report.round.period_id is None:
        return _of_window(report, {cell.key: (cell.indicator.code, "") for cell in cells if cell.indicator is not None})
    indicators = [cell.indicator for cell in cells if cell.indicator is not None]
    read = figures_of_unit(indicators, report.unit_id, view=view_of(report), on=report.round.ends_on, basis=REGISTER)
    return {
        cell.key: _within(cell.indicator, read[cell.indicator.pk], report.round.year)
        for cell in cells
        if cell.indicator is not None
    }


def _of_window(report: AnnualReport, wanted: dict[str, tuple[str, str]], view: UnitView | None = None) -> Numbers:
    """Where the round is no period of figures: counted between its own two days. `wanted` by key: code and part."""
    made = report.round
    asked = {Wanted(code, part.partition("=")[0]) for code, part in wanted.values()}
    view = view or view_of(report)
    told = within_window(asked, report.unit_id, made.starts_on, made.ends_on, view=view, on=made.ends_on)
    return {key: told.get(one, Decimal(0)) for key, one in wanted.items()}


def _of_breakdowns(report: AnnualReport, cells: list[FormCell], by: User) -> Numbers:
    if report.round.period_id is None:
        named = {cell.key: cell.prefill.split(":", 2) for cell in cells}
        return _of_window(report, {key: (code, part) for key, (_kind, code, part) in named.items()})
    found: Numbers = {}
    asked: dict[tuple[str, str], list[tuple[FormCell, str]]] = {}
    for cell in cells:
        _kind, code, breakdown = cell.prefill.split(":", 2)
        asked.setdefault((code, breakdown.partition("=")[0]), []).append((cell, breakdown))
    known = {one.code: one for one in Indicator.objects.filter(code__in={code for code, _name in asked})}
    for (code, name), wanted in asked.items():
        indicator = known[code]
        rows = figures(
            indicator, unit=report.unit_id, view=view_of(report), on=report.round.ends_on, breakdown=name,
            basis=REGISTER,
        )  # fmt: skip
        for cell, breakdown in wanted:
            own = [row for row in rows if row.breakdown == breakdown]
            found[cell.key] = _within(indicator, own, report.round.year)
    return found


def _within(indicator: Indicator, rows: list[Figure], year: int) -> Decimal:
    told = {row.year: row.value for row in rows}
    return gained(indicator, told.get(year), told.get(year - 1))


def _of_plan(report: AnnualReport, cells: list[FormCell], by: User) -> Numbers:
    if report.round.period_id is None:
        told = _of_window(report, {cell.key: ("MT7", "") for cell in cells}, UnitView.AS_REPORTED)
        return {key: Decimal(bool(number)) for key, number in told.items()}
    indicator = Indicator.objects.filter(code="MT7").first()
    if indicator is None:
        return {}
    rows = figures_of_unit([indicator], report.unit_id, view=UnitView.AS_REPORTED, basis=REGISTER)[indicator.pk]
    has = any(row.year == report.round.year and row.numerator for row in rows)
    return {cell.key: Decimal(has) for cell in cells}


def _of_tasks(report: AnnualReport, cells: list[FormCell], by: User) -> Numbers:
    day = min(report.round.ends_on, timezone.localdate())
    asked = Asked(on=day, year=report.round.year, unit=report.unit_id, units=view_of_work(report))
    told = statistics(asked, None).whole
    return {cell.key: Decimal(getattr(told, cell.prefill.partition(":")[2])) for cell in cells}


def _of_funding(report: AnnualReport, cells: list[FormCell], by: User) -> Numbers:
    year = report.round.year
    query = FundingQuery.of_year(year, view_of_work(report), unit=report.unit_id)
    sums = sums_by_source(query, by, years=[year]).get(year, {})
    found: Numbers = {}
    for cell in cells:
        _kind, source, stage = cell.prefill.split(":")
        amount = sums.get(source, EMPTY).amounts[stage].value
        if amount is not None:
            found[cell.key] = amount
    return found


def _of_activities(report: AnnualReport, cells: list[FormCell], by: User) -> Numbers:
    """Its own rows by the days on which they stand, whether or not the round is a period of figures."""
    named = {cell.key: cell.prefill.partition(":")[2] for cell in cells}
    told = counted(set(named.values()), report.places, report.round.starts_on, report.round.ends_on)
    return {key: told[source] for key, source in named.items() if source in told}


_SOURCES = {
    "indicator": _of_indicators,
    "breakdown": _of_breakdowns,
    "plan": _of_plan,
    "tasks": _of_tasks,
    "funding": _of_funding,
    "activities": _of_activities,
}
