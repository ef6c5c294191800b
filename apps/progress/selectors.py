"""What the pages of targets show: series, outlook, provinces with their rates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import at_most, number
from apps.organisations.asked import UnitView
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.progress.beside import figures_beside, stands_beside
from apps.progress.breaks import Break, Redefined
from apps.progress.figures import Figure, figures_of_unit, figures_of_year, figures_of_years
from apps.progress.outlook import Outlook, Verdict, outlook
from apps.progress.published import PublishedFigure
from apps.progress.rates import Denominator, Denominators, has_rate
from apps.targets.aims import Aim, Origin, UnitAims
from apps.targets.models import Indicator, Target
from apps.targets.selectors import aims_of, begun_periods, programme_aims, programme_indicators

MILESTONE, GOAL, HUNDRED = 2025, 2030, Decimal(100)
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
    aims: Mapping[int, Target | Aim] = field(default_factory=dict)  # by year, with what must be said of them

    @property
    def aim_notes(self) -> list[str]:
        """What a reader must know of the aims, each said once: a convention must not pass for the act's own words."""
        said = (aim.told_note for year, aim in sorted(self.aims.items()) if year in (MILESTONE, GOAL))
        return [note for note in dict.fromkeys(said) if note]

    @property
    def goal_aim(self) -> Target | Aim | None:
        return self.aims.get(GOAL)

    @property
    def origin(self) -> Origin:
        """Of a unit: whose target it is judged by."""
        return getattr(self.goal_aim, "origin", Origin.NONE)

    @property
    def milestone_words(self) -> str:
        """Of a unit: from whom it has the earlier target."""
        return getattr(self.aims.get(MILESTONE), "words", "")

    @property
    def goal_words(self) -> str:
        return getattr(self.goal_aim, "words", "")

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
        """A pace of hundreds needs no decimals; one of tens does, and a recent one that would else be written as 0."""
        needed, recent = self.outlook.needed, self.outlook.recent
        return 0 if needed is not None and needed >= 100 and (not recent or abs(recent) >= 1) else 1

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
    known_on: datetime | None = None,
) -> list[IndicatorProgress]:
    """The programme's indicators (or one) for the nation or a unit of the view, worst first; those without facts last.

    `until`: the last year to look at, as if the later ones had not come yet. `on`: the day of the current view.
    `known_on`: figures, closings and targets as known at that moment.
    """
    if unit is None:
        chosen = programme_aims(known_on) if code is None else aims_of(Indicator.objects.filter(code=code), known_on)
        found = _of_nation(chosen, until, known_on)
    else:
        indicators = programme_indicators()
        series = figures_of_unit(indicators, unit, view=view, on=on, known_on=known_on)
        found = progress_of_unit(indicators, unit, series, until=until, view=view, on=on, known_on=known_on)
    return sorted(found, key=by_worry)


def progress_with_parts(
    code: str, known_on: datetime | None = None
) -> tuple[IndicatorProgress, list[IndicatorProgress]] | None:
    """An indicator of the nation by its code in any case, with its definition, and its parts in their order."""
    family = Indicator.objects.filter(Q(code__iexact=code) | Q(parent__code__iexact=code)).with_definition(known_on)
    found = _of_nation(aims_of(family, known_on), known_on=known_on)
    whole = next((item for item in found if item.indicator.code.lower() == code.lower()), None)
    return (whole, [item for item in found if item.indicator.parent_id == whole.indicator.pk]) if whole else None


def _of_nation(
    chosen: Iterable[tuple[Indicator, Target | None]], until: int | None = None, known_on: datetime | None = None
) -> list[IndicatorProgress]:
    """Two queries, whatever the number of indicators: the indicators with their aims, and all their figures."""
    indicators: dict[int, Indicator] = {}
    aims: dict[int, dict[int, Target]] = defaultdict(dict)
    for row, aim in chosen:
        indicators.setdefault(row.pk, row)
        if aim:
            aims[row.pk][aim.year] = aim  # the later version stands for the earlier
    series = figures_of_unit(list(indicators.values()), None, known_on=known_on)
    return [_progress(one, aims[one.pk], series[one.pk], None, until) for one in indicators.values()]


def progress_of_unit(
    indicators: Iterable[Indicator],
    unit: str,
    series: Mapping[int, list[Figure]],
    *,
    until: int | None = None,
    view: UnitView,
    on: date | None = None,
    known_on: datetime | None = None,
) -> list[IndicatorProgress]:
    """From the unit's figures as read already: one query for what units were given; a ministry that was given a part of
    what belongs to the places asks twice more.
    """
    given, kind = UnitAims(view, on, known_on), unit_labels()[unit].kind
    found = []
    for one in indicators:
        aims, own = given.of(unit, one), series[one.pk]
        if aims and stands_beside(one, kind):
            own = figures_beside(one, view=view, on=on, known_on=known_on).get(unit, [])
        found.append(_progress(one, aims, own, unit, until))
    return found


def by_worry(item: IndicatorProgress) -> tuple:
    """For sorting: the worst first, those without facts last."""
    share = item.outlook.forecast / item.goal if item.outlook.forecast is not None and item.goal else Decimal(0)
    return ORDER.index(item.outlook.verdict), share, item.indicator.position


def _progress(
    indicator: Indicator,
    aims: Mapping[int, Target | Aim],
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
    return judged(indicator, aims, accepted, series, running[0] if running else None)


def judged(
    indicator: Indicator,
    aims: Mapping[int, Target | Aim],
    accepted: dict[int, Decimal],
    series: Iterable[Figure],
    preliminary: Figure | None = None,
) -> IndicatorProgress:
    """An indicator by its accepted figures, the baseline among them, and by its aims: whoever says which they are."""
    is_ratio = indicator.aggregation == Indicator.Aggregation.RATIO
    goal, milestone = (aims[year].value if year in aims else None for year in (GOAL, MILESTONE))
    return IndicatorProgress(
        indicator=indicator,
        accepted=dict(sorted(accepted.items())),
        preliminary=preliminary,
        milestone=milestone,
        goal=goal,
        outlook=outlook(accepted, goal, GOAL, most=HUNDRED if is_ratio else None),
        figures={figure.year: figure for figure in series},
        aims=aims,
    )


@dataclass(frozen=True)
class UnitStanding:
    """How a unit stands by its own target of 2030 or, where it has none, by the one of 2025: own or inherited. By its
    accepted figures up to a year: the one that is shown beside it.
    """

    aim: Aim
    value: Decimal
    outlook: Outlook
    decimals: int

    @property
    def words(self) -> str:
        """«Hết 2025: có nguy cơ, chỉ tiêu 2030: 2.441»; «Hết 2024: đạt 71,2% chỉ tiêu 2025: 1.160 (kế thừa)»."""
        verdict = str(self.outlook.verdict.label)
        told: dict[str, Any] = {"last": self.outlook.last_year, "year": self.aim.year}
        told |= {"goal": at_most(self.value, self.decimals), "verdict": verdict[:1].lower() + verdict[1:]}
        words = _("Hết %(last)s: %(verdict)s, chỉ tiêu %(year)s: %(goal)s")
        if self.aim.year != GOAL:
            words = _("Hết %(last)s: đạt %(share)s%% chỉ tiêu %(year)s: %(goal)s")
            told["share"] = number((self.outlook.last or Decimal(0)) / self.value * 100, 1) if self.value else "–"
        return words % told + (_(" (kế thừa)") if self.aim.is_inherited else "")


def standings_of(
    indicator: Indicator, until: int, view: UnitView, on: date | None = None, known_on: datetime | None = None
) -> dict[str, UnitStanding]:
    """Of all units that have a target, by what was accepted up to a year: one query where nobody has a target, else
    two, however many they are.
    """
    given = UnitAims(view, on, known_on)
    if not given.has_any:
        return {}
    years = [one.year for one in begun_periods(known_on) if one.year <= until]
    accepted: dict[str, dict[int, Decimal]] = defaultdict(dict)
    for one in figures_of_years([indicator], years, view=view, on=on, known_on=known_on)[indicator.pk]:
        if one.unit_id and one.is_accepted and one.value is not None:
            accepted[one.unit_id][one.year] = one.value
    found = {}
    for unit, series in accepted.items():
        aims = given.of(unit, indicator)
        aim = next((aims[year] for year in (GOAL, MILESTONE) if year in aims and aims[year].value is not None), None)
        if aim is not None and aim.value is not None:
            if indicator.baseline == 0:
                series.setdefault(indicator.baseline_year, Decimal(0))
            known = {year: value for year, value in series.items() if year <= aim.year}
            found[unit] = UnitStanding(aim, aim.value, outlook(known, aim.value, aim.year), indicator.decimals)
    return found


@dataclass(frozen=True)
class Place:
    """A unit's figure, and its rate per 1,000 active enterprises where the denominator is known."""

    unit: UnitLabel
    figure: Figure | PublishedFigure
    denominator: Denominator
    standing: UnitStanding | None = None  # by its target, where it has one

    @property
    def value(self) -> Decimal | None:
        return self.figure.value

    @property
    def rate(self) -> Decimal | None:
        return self.denominator.rate(self.value)


@dataclass(frozen=True)
class Gain:
    """What one unit added in a year, and what it has in all."""

    unit: UnitLabel
    new: Decimal
    total: Decimal


@dataclass(frozen=True)
class UnitsInYear:
    """The figures of one indicator in one year, of all units of a view: as places, and as what each added."""

    figures: list[Figure]
    before: dict[str, Decimal]  # of the year before, as known at the moment at which the year is read

    def places(
        self, denominators: Denominators | None, standings: Mapping[str, UnitStanding] | None = None
    ) -> list[Place]:
        return places_of(self.figures, denominators, standings or {})

    def of(self, unit: str) -> Figure | None:
        return next((one for one in self.figures if one.unit_id == unit), None)

    def gains(self, *, within_year: bool = False) -> list[Gain]:
        """Units by what they added in the year, most first: both years as known at one moment, whatever was closed
        when. `within_year`: the figure is of the year alone, so all of it was added.
        """
        labels, before = unit_labels(), {} if within_year else self.before
        known = [(one.unit_id, one.value) for one in self.figures if one.unit_id and one.value is not None]
        found = [Gain(labels[unit], value - before.get(unit, Decimal(0)), value) for unit, value in known]
        return sorted(found, key=lambda gain: (-gain.new, -gain.total, gain.unit.sort))


def units_in_year(
    indicator: Indicator, year: int, view: UnitView, on: date | None = None, known_on: datetime | None = None
) -> UnitsInYear:
    now, before = figures_of_year(indicator, year, view=view, on=on, known_on=known_on)
    return UnitsInYear(now, {one.unit_id: one.value for one in before if one.unit_id and one.value is not None})


def denominators_of(indicator: Indicator, view: UnitView, on: date | None = None) -> Denominators | None:
    return Denominators(view, on) if has_rate(indicator) else None


def places_of(
    figures: Iterable[Figure],
    denominators: Denominators | None,
    standings: Mapping[str, UnitStanding] = MappingProxyType({}),
) -> list[Place]:
    """The units that have one of the figures, highest rate (else figure) first."""
    labels, unknown = unit_labels(), Denominator(None, None)
    result = [
        Place(
            labels[one.unit_id],
            one,
            denominators.of(one.unit_id, one.year) if denominators else unknown,
            standings.get(one.unit_id),
        )
        for one in figures
        if one.unit_id is not None
    ]
    return sorted(result, key=by_rank)


def by_rank(place: Place) -> tuple:
    return place.rate is None, -(place.rate or 0), *by_value(place)


def by_value(place: Place) -> tuple:
    return place.value is None, -(place.value or 0), place.unit.sort


@dataclass(frozen=True)
class YearRow:
    """One year of an indicator, its sub-figures beside it, and where other units or another definition came."""

    year: int
    value: Decimal | None
    parts: list[tuple[Decimal | None, int]]  # with their decimals
    accepted: bool
    figure: Figure | None  # none of the baseline: nobody reported it
    breaks: list[Break | Redefined]

    @property
    def is_baseline(self) -> bool:
        """From before the programme: nobody reported it, so nobody accepted it."""
        return self.figure is None

    @property
    def adjustment(self) -> Decimal | None:
        return self.figure.adjustment if self.figure else None


def years_of(
    item: IndicatorProgress, parts: list[IndicatorProgress], breaks: Sequence[Break | Redefined]
) -> list[YearRow]:
    """Every year of which something is known: a ratio whose denominator is missing, too."""

    def value(of: IndicatorProgress, year: int) -> Decimal | None:
        figure = of.figures.get(year)
        return figure.value if figure else of.accepted.get(year)

    return [
        YearRow(
            year=year,
            value=value(item, year),
            parts=[(value(part, year), part.indicator.decimals) for part in parts],
            accepted=year in item.figures and item.figures[year].is_accepted,
            figure=item.figures.get(year),
            breaks=[one for one in breaks if one.year == year],
        )
        for year in sorted(item.accepted.keys() | item.figures.keys())
    ]
