"""What the pages of targets show: series, outlook, provinces with their rates."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from apps.organisations.selectors import UnitLabel, unit_labels
from apps.progress.breaks import Break
from apps.progress.figures import Figure, UnitView, figures, figures_of_unit
from apps.progress.outlook import Outlook, Verdict, outlook
from apps.progress.rates import Denominator, Denominators, has_rate
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
    figures: dict[int, Figure] = field(default_factory=dict)  # by year, those without a value too
    aims: dict[int, Target] = field(default_factory=dict)  # by year, with what must be said of them

    @property
    def aim_notes(self) -> list[str]:
        """What a reader must know of the aims, each said once: a convention must not pass for the act's own words."""
        return list(dict.fromkeys(aim.note for _year, aim in sorted(self.aims.items()) if aim.note))

    @property
    def has_figures(self) -> bool:
        return any(figure.value is not None for figure in self.figures.values())

    @property
    def at_milestone(self) -> Decimal | None:
        return self.accepted.get(MILESTONE)

    @property
    def last_figure(self) -> Figure | None:
        return self.figures.get(self.outlook.last_year) if self.outlook.last_year else None

    @property
    def milestone_figure(self) -> Figure | None:
        return self.figures.get(MILESTONE) if self.at_milestone is not None else None

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
    on: date | None = None,
) -> list[IndicatorProgress]:
    """The programme's indicators (or one) for the nation or a unit of the view, worst first; those without facts last.

    `until`: the last year to look at, as if the later ones had not come yet. `on`: the day of the current view.
    """
    chosen = Indicator.objects.filter(parent__isnull=True) if code is None else Indicator.objects.filter(code=code)
    targets: dict[int, dict[int, Target]] = defaultdict(dict)
    for target in Target.objects.filter(unit=unit, indicator__in=chosen).select_related("legal_basis").current():
        targets[target.indicator_id][target.year] = target
    series = figures_of_unit(list(chosen), unit, view=view, on=on)
    progress = [_progress(indicator, targets[indicator.pk], series[indicator.pk], unit, until) for indicator in chosen]
    return sorted(progress, key=_worry)


def _worry(item: IndicatorProgress) -> tuple:
    share = item.outlook.forecast / item.goal if item.outlook.forecast is not None and item.goal else Decimal(0)
    return ORDER.index(item.outlook.verdict), share, item.indicator.position


def _progress(
    indicator: Indicator,
    aims: dict[int, Target],
    series: list[Figure],
    unit: str | None,
    until: int | None,
) -> IndicatorProgress:
    if until is not None:
        series = [figure for figure in series if figure.year <= until]
    known = [figure for figure in series if figure.value is not None]
    accepted = {figure.year: figure.value for figure in known if figure.is_accepted and figure.value is not None}
    # A baseline is the nation's; a unit's own is known only where it is zero for all.
    if accepted and indicator.baseline is not None and (unit is None or indicator.baseline == 0):
        accepted.setdefault(indicator.baseline_year, indicator.baseline)
    running = [figure for figure in known if not figure.is_accepted]
    goal, milestone = (aims[year].value if year in aims else None for year in (GOAL, MILESTONE))
    return IndicatorProgress(
        indicator=indicator,
        accepted=dict(sorted(accepted.items())),
        preliminary=running[0] if running else None,
        milestone=milestone,
        goal=goal,
        outlook=outlook(accepted, goal, GOAL),
        figures={figure.year: figure for figure in series},
        aims=aims,
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


def places(indicator: Indicator, year: int, view: UnitView, on: date | None = None) -> list[Place]:
    """All units of the view that have a figure in that year, highest rate (else figure) first."""
    labels, denominators = unit_labels(), Denominators(view, on) if has_rate(indicator) else None
    result = [
        Place(
            labels[figure.unit_id],
            figure,
            denominators.of(figure.unit_id, year) if denominators else Denominator(None, None),
        )
        for figure in figures(indicator, view=view, year=year, on=on)
        if figure.unit_id is not None
    ]
    return sorted(result, key=_rank)


def _rank(place: Place) -> tuple:
    return place.rate is None, -(place.rate or 0), *by_value(place)


def by_value(place: Place) -> tuple:
    return place.value is None, -(place.value or 0), place.unit.sort


@dataclass(frozen=True)
class Gain:
    """What one unit added in a year, and what it has in all."""

    unit: UnitLabel
    new: Decimal
    total: Decimal


def gains(
    indicator: Indicator, year: int, view: UnitView, on: date | None = None, known_on: datetime | None = None
) -> list[Gain]:
    """Units by what they added in the year, most first: both years as known at one moment, whatever was closed when."""
    labels = unit_labels()
    now, before = (_values(indicator, one, view, on, known_on) for one in (year, year - 1))
    found = [Gain(labels[unit], total - before.get(unit, Decimal(0)), total) for unit, total in now.items()]
    return sorted(found, key=lambda gain: (-gain.new, -gain.total, gain.unit.sort))


def _values(
    indicator: Indicator, year: int, view: UnitView, on: date | None, known_on: datetime | None
) -> dict[str, Decimal]:
    found = figures(indicator, view=view, year=year, on=on, known_on=known_on, accepted=False)
    return {figure.unit_id: figure.value for figure in found if figure.unit_id and figure.value is not None}


@dataclass(frozen=True)
class YearRow:
    """One year of an indicator, its sub-figures beside it, and where other units came to stand behind it."""

    year: int
    value: Decimal | None
    parts: list[Decimal | None]
    accepted: bool
    figure: Figure | None  # none of the baseline: nobody reported it
    breaks: list[Break]

    @property
    def is_baseline(self) -> bool:
        """From before the programme: nobody reported it, so nobody accepted it."""
        return self.figure is None

    @property
    def adjustment(self) -> Decimal | None:
        return self.figure.adjustment if self.figure else None


def years_of(item: IndicatorProgress, parts: list[IndicatorProgress], breaks: list[Break]) -> list[YearRow]:
    """Every year of which something is known: a ratio whose denominator is missing, too."""

    def value(of: IndicatorProgress, year: int) -> Decimal | None:
        figure = of.figures.get(year)
        return figure.value if figure else of.accepted.get(year)

    return [
        YearRow(
            year=year,
            value=value(item, year),
            parts=[value(part, year) for part in parts],
            accepted=year in item.figures and item.figures[year].is_accepted,
            figure=item.figures.get(year),
            breaks=[one for one in breaks if one.year == year],
        )
        for year in sorted(item.accepted.keys() | item.figures.keys())
    ]
