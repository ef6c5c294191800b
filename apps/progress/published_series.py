"""Years side by side, each as its publication tells it: what the public reads of the nation, and of a unit.

A year's figure is that of the last publication in force of its period: never a later closing that nobody has published,
never a preliminary figure. A year whose publication was taken back is a year without a figure.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from apps.organisations.asked import UnitView
from apps.progress.figures import Figure
from apps.progress.published import PublishedFigure
from apps.progress.published_kept import all_figures, nation_of
from apps.progress.selectors import IndicatorProgress, by_worry, judged
from apps.targets.models import Indicator, Publication, Target
from apps.targets.selectors import programme_aims

ByYear = Mapping[int, Publication]  # the years in their order


def in_force_by_year(last: Publication | None = None) -> dict[int, Publication]:
    """Of each period the last publication in force; `last`: as if none had come after it."""
    rows = Publication.objects.in_force().select_related("closing__period", "document")
    if last is not None:
        rows = rows.filter(pk__lte=last.pk)
    found = {one.closing.period.year: one for one in rows.order_by("pk")}
    return dict(sorted(found.items()))


def nation_in(years: ByYear) -> list[IndicatorProgress]:
    """The programme's indicators by what is published of the nation, worst first; those without facts last."""
    indicators: dict[int, Indicator] = {}
    aims: dict[int, dict[int, Target]] = {}
    for row, aim in programme_aims():
        indicators.setdefault(row.pk, row)
        aims.setdefault(row.pk, {})
        if aim:
            aims[row.pk][aim.year] = aim
    series: dict[int, list[Figure]] = {key: [] for key in indicators}
    for one in years.values():
        for key, figures in nation_of(one, list(indicators.values())).items():
            series[key] += figures
    return sorted((_judged(one, aims[key], series[key]) for key, one in indicators.items()), key=by_worry)


def _judged(indicator: Indicator, aims: Mapping[int, Target], series: Sequence[Figure]) -> IndicatorProgress:
    told: dict[int, Decimal] = {one.year: one.value for one in series if one.value is not None}
    if told and indicator.baseline is not None:
        told.setdefault(indicator.baseline_year, indicator.baseline)
    return judged(indicator, aims, told, series)


def unit_in(years: ByYear, unit: str, peers: Collection[str]) -> dict[Indicator, dict[int, PublishedFigure]]:
    """A unit's published figures of today's view, by indicator and year; indicators of which it is told nothing are
    not there, nor those of which none of its `peers` is ever told a number: of them the nation alone is told.
    """
    found: dict[Indicator, dict[int, PublishedFigure]] = {}
    told: set[Indicator] = set()
    for year, one in years.items():
        for figure in all_figures(one, UnitView.CURRENT):
            if figure.unit_id == unit:
                found.setdefault(figure.indicator, {})[year] = figure
            if figure.value is not None and figure.unit_id in peers:
                told.add(figure.indicator)
    return {indicator: by_year for indicator, by_year in found.items() if indicator in told}
