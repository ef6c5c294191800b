"""The figures of a publication: those of its closing, read as known then and in the units of its day.

Of units fewer than five facts are not told (disclosure.py). An indicator that is a part of another is told of the
nation alone: beside the whole, a unit's part would tell how many remain.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.organisations.asked import UnitView
from apps.organisations.selectors import successor_shares
from apps.progress.disclosure import FEW as FEWEST
from apps.progress.disclosure import Hidden, hidden
from apps.progress.figures import Figure, figures_as_of
from apps.progress.jsonstat import NATION
from apps.progress.rates import Denominator, Denominators, has_rate
from apps.targets.models import Indicator, Publication

FEW = "few"
WITHOUT = Denominator(None, None)


class Reason(TextChoices):
    """Why there is no number, beside the notes of figures."""

    FEW = FEW, _("Ít hơn năm đối tượng được tính, hoặc từ đó tính ra được số liệu như vậy: không nêu riêng.")


@dataclass(frozen=True)
class PublishedFigure:
    """`unit_id` None is the nation. Without a value, `reason` says why; `note` is what a reader must know of one."""

    indicator: Indicator
    period: str
    year: int
    unit_id: str | None
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    set_against: Denominator
    reason: str
    note: str

    @property
    def rate(self) -> Decimal | None:
        found = self.set_against.rate(self.value)
        return None if found is None else round(found, 6)


def published_figures(
    publication: Publication, view: UnitView, *, indicator: Indicator | None = None, unit: str | None = None
) -> list[PublishedFigure]:
    """By indicator, the nation first, then units by id; of one `indicator` or `unit` ("VN": the nation)."""
    indicators = [indicator] if indicator else list(Indicator.objects.all())
    closing, day = publication.closing, publication.day
    read = {one: figures_as_of(indicators, closing.period.year, closing.as_of, view=one, on=day) for one in UnitView}
    carried = {origin: [heir for heir, _share in heirs] for origin, heirs in successor_shares(day).items()}
    against = denominators_of(publication, view) if any(map(has_rate, indicators)) else None
    found = []
    for one in indicators:
        ours = {which: figures[one.pk] for which, figures in read.items()}
        away = _hidden(ours[UnitView.CURRENT], ours[UnitView.AS_REPORTED], carried)
        told = _told(one, ours[view], away, view)
        found += [_published(one, figure, is_few, against) for figure, is_few in told]
    return [one for one in found if unit is None or (one.unit_id or NATION) == unit]


def denominators_of(publication: Publication, view: UnitView) -> Denominators:
    """What rates are set against, as it was known when this was published."""
    kept = {(unit, int(year)): Decimal(number) for unit, year, number in publication.denominators}
    return Denominators(view, publication.day, numbers=kept)


def _hidden(current: Iterable[Figure], reported: Iterable[Figure], carried: dict[str, list[str]]) -> Hidden:
    """What is covered by another unit's report is in no sum: few of it are hidden, and nothing because of it."""
    counted = {one.unit_id: facts for one in reported if (facts := _facts(one)) is not None and one.is_counted}
    shown = {one.unit_id: facts for one in current if (facts := _facts(one)) is not None}
    return hidden(_of_units(shown), _of_units(counted), carried)


def _of_units(facts: dict[str | None, Decimal]) -> dict[str, Decimal]:
    return {unit: number for unit, number in facts.items() if unit is not None}


def _facts(figure: Figure) -> Decimal | None:
    """How many things a figure counts; of a ratio those above the line."""
    return figure.value if figure.numerator is None else figure.numerator


def _told(indicator: Indicator, ours: list[Figure], away: Hidden, view: UnitView) -> list[tuple[Figure, bool]]:
    """With whether it is hidden."""
    if indicator.parent_id is not None or away.all_of_them:
        return [(one, False) for one in ours if one.unit_id is None]
    units = away.current if view == UnitView.CURRENT else away.reported
    return [(one, one.unit_id is not None and (one.unit_id in units or _is_few(one))) for one in ours]


def _is_few(figure: Figure) -> bool:
    facts = _facts(figure)
    return facts is not None and facts < FEWEST


def _published(indicator: Indicator, figure: Figure, is_few: bool, against: Denominators | None) -> PublishedFigure:
    bare = (None, None, None) if is_few else (figure.value, figure.numerator, figure.denominator)
    reason = FEW if is_few else "" if figure.value is not None else figure.note
    has_against = against is not None and has_rate(indicator) and bare[0] is not None
    set_against = against.of(figure.unit_id, figure.year) if against is not None and has_against else WITHOUT
    note = "" if reason else figure.note
    return PublishedFigure(indicator, figure.period, figure.year, figure.unit_id, *bare, set_against, reason, note)
