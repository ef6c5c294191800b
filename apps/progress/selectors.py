"""What the pages of targets show: series, outlook, provinces with their rates."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.progress.figures import Figure, UnitView, figures
from apps.progress.outlook import Outlook, Verdict, outlook
from apps.progress.rates import Denominator, Denominators
from apps.targets.models import Indicator, Target

MILESTONE, GOAL = 2025, 2030
ORDER = [Verdict.OFF_TRACK, Verdict.AT_RISK, Verdict.ON_TRACK, Verdict.ACHIEVED, Verdict.INSUFFICIENT_DATA]


@dataclass(frozen=True)
class IndicatorProgress:
    """One indicator with its accepted series, its preliminary figure and its outlook."""

    indicator: Indicator
    accepted: dict[int, Decimal]
    preliminary: Figure | None
    milestone: Decimal | None
    goal: Decimal | None
    outlook: Outlook

    @property
    def at_milestone(self) -> Decimal | None:
        return self.accepted.get(MILESTONE)

    @property
    def pace_decimals(self) -> int:
        """A pace of hundreds needs no decimals; one of tens does."""
        return 0 if self.outlook.needed is not None and self.outlook.needed >= 100 else 1

    @property
    def milestone_share(self) -> Decimal | None:
        return self.at_milestone / self.milestone * 100 if self.at_milestone is not None and self.milestone else None

    @property
    def goal_share(self) -> Decimal | None:
        return self.outlook.last / self.goal * 100 if self.outlook.last is not None and self.goal else None

    @property
    def milestone_met(self) -> bool | None:
        if self.milestone is None or self.at_milestone is None:
            return None
        return self.at_milestone >= self.milestone


def progress_of(
    code: str | None = None,
    *,
    unit: str | None = None,
    until: int | None = None,
    view: UnitView = UnitView.CURRENT,
) -> list[IndicatorProgress]:
    """The programme's indicators (or one) for the nation or a unit of the view, worst first; those without facts last.

    `until`: the last year to look at, as if the later ones had not come yet.
    """
    chosen = Indicator.objects.filter(parent__isnull=True) if code is None else Indicator.objects.filter(code=code)
    targets: dict[tuple[int, int], Decimal] = {
        (target.indicator_id, target.year): target.value
        for target in Target.objects.filter(unit=unit, indicator__in=chosen).current()
    }
    progress = [_progress(indicator, targets, unit, until, view) for indicator in chosen]
    return sorted(progress, key=_worry)


def _worry(item: IndicatorProgress) -> tuple:
    share = item.outlook.forecast / item.goal if item.outlook.forecast is not None and item.goal else Decimal(0)
    return ORDER.index(item.outlook.verdict), share, item.indicator.position


def _progress(
    indicator: Indicator,
    targets: dict[tuple[int, int], Decimal],
    unit: str | None,
    until: int | None,
    view: UnitView,
) -> IndicatorProgress:
    series = figures(indicator, view=view, unit=unit, national=unit is None)
    if until is not None:
        series = [figure for figure in series if figure.year <= until]
    known = [figure for figure in series if figure.value is not None]
    accepted = {figure.year: figure.value for figure in known if figure.is_accepted and figure.value is not None}
    # A baseline is the nation's; a unit's own is known only where it is zero for all.
    if accepted and indicator.baseline is not None and (unit is None or indicator.baseline == 0):
        accepted.setdefault(indicator.baseline_year, indicator.baseline)
    running = [figure for figure in known if not figure.is_accepted]
    goal = targets.get((indicator.pk, GOAL))
    return IndicatorProgress(
        indicator=indicator,
        accepted=dict(sorted(accepted.items())),
        preliminary=running[0] if running else None,
        milestone=targets.get((indicator.pk, MILESTONE)),
        goal=goal,
        outlook=outlook(accepted, goal, GOAL),
    )


@dataclass(frozen=True)
class Place:
    """A unit's figure, and its rate per 1,000 active enterprises where the denominator is known."""

    unit: UnitLabel
    figure: Figure
    denominator: Denominator

    @property
    def value(self) -> Decimal | None:
        return self.figure.value

    @property
    def rate(self) -> Decimal | None:
        return self.denominator.rate(self.value)


def places(indicator: Indicator, year: int, view: UnitView) -> list[Place]:
    """All units of the view that have a figure in that year, highest rate (else figure) first."""
    labels, denominators = unit_labels(), Denominators(view)
    result = [
        Place(labels[figure.unit_id], figure, denominators.of(figure.unit_id, year))
        for figure in figures(indicator, view=view, year=year)
        if figure.unit_id is not None
    ]
    return sorted(result, key=_rank)


def _rank(place: Place) -> tuple:
    return place.rate is None, -(place.rate or 0), *by_value(place)


def by_value(place: Place) -> tuple:
    return place.value is None, -(place.value or 0), place.unit.sort


def plan_unit_count(day: date) -> int:
    """MT7's denominator on a day: 85 until February 2025, 80 until June 2025, 51 since."""
    return OrganisationUnit.objects.valid_on(day).reporting().count()


@dataclass(frozen=True)
class Gain:
    """What one unit added in a year, and what it has in all."""

    unit: UnitLabel
    new: Decimal
    total: Decimal


def gains(indicator: Indicator, year: int, view: UnitView) -> list[Gain]:
    """Units by what they added in the year, most first."""
    labels = unit_labels()
    now, before = _values(indicator, year, view), _values(indicator, year - 1, view)
    found = [Gain(labels[unit], total - before.get(unit, Decimal(0)), total) for unit, total in now.items()]
    return sorted(found, key=lambda gain: (-gain.new, -gain.total, gain.unit.sort))


def _values(indicator: Indicator, year: int, view: UnitView) -> dict[str, Decimal]:
    found = figures(indicator, view=view, year=year)
    return {figure.unit_id: figure.value for figure in found if figure.unit_id and figure.value is not None}


@dataclass(frozen=True)
class YearRow:
    """One year of an indicator, its sub-figures beside it."""

    year: int
    value: Decimal
    parts: list[Decimal | None]
    accepted: bool


def years_of(item: IndicatorProgress, parts: list[IndicatorProgress]) -> list[YearRow]:
    def value(of: IndicatorProgress, year: int) -> Decimal | None:
        running = of.preliminary.value if of.preliminary and of.preliminary.year == year else None
        return of.accepted.get(year, running)

    years = [*item.accepted, *([item.preliminary.year] if item.preliminary else [])]
    return [
        YearRow(year, value(item, year) or Decimal(0), [value(part, year) for part in parts], year in item.accepted)
        for year in years
    ]
