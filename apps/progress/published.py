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
from apps.progress.figures import Figure, Note, figures_as_of
from apps.progress.jsonstat import NATION
from apps.progress.rates import Denominator, Denominators, has_rate
from apps.targets.models import Indicator, Publication

Figures = dict[int, list[Figure]]  # by indicator
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
    def is_hidden(self) -> bool:
        return self.reason == FEW

    @property
    def reason_text(self) -> str:
        """Why there is no number, in words."""
        words = dict([*Reason.choices, *Note.choices])
        return str(words.get(self.reason, ""))

    @property
    def rate(self) -> Decimal | None:
        found = self.set_against.rate(self.value)
        return None if found is None else round(found, 6)


def published_figures(
    publication: Publication, view: UnitView, *, indicator: Indicator | None = None, unit: str | None = None
) -> list[PublishedFigure]:
    """By indicator, the nation first, then units by id; of one `indicator` or `unit` ("VN": the nation)."""
    indicators = [indicator] if indicator else list(Indicator.objects.all())
    read, away = _read(publication, indicators)
    against = denominators_of(publication, view) if any(map(has_rate, indicators)) else None
    found = []
    for one in indicators:
        told = _told(one, read[view][one.pk], away[one.pk], view)
        found += [_published(one, figure, is_few, against) for figure, is_few in told]
    return [one for one in found if unit is None or (one.unit_id or NATION) == unit]


def _read(publication: Publication, indicators: list[Indicator]) -> tuple[dict[UnitView, Figures], dict[int, Hidden]]:
    """Its figures in both views, and what of each indicator is hidden: after what was hidden of the same period, also
    in publications that were taken back, for copies of them stay.
    """
    read: dict[UnitView, Figures] = {}
    found: dict[int, list[Hidden]] = {one.pk: [] for one in indicators}
    for one in Publication.objects.with_earlier(publication):
        read = {
            view: figures_as_of(indicators, one.closing.period.year, one.closing.as_of, view=view, on=one.day)
            for view in UnitView
        }
        carried = {origin: [heir for heir, _share in heirs] for origin, heirs in successor_shares(one.day).items()}
        for key, earlier in found.items():
            ours, reported = read[UnitView.CURRENT][key], read[UnitView.AS_REPORTED][key]
            earlier.append(hidden(_of_units(ours), _of_units(reported), carried, earlier))
    return read, {key: hiddens[-1] for key, hiddens in found.items()}


def denominators_of(publication: Publication, view: UnitView) -> Denominators:
    """What rates are set against, as it was known when this was published."""
    kept = {(unit, int(year)): Decimal(number) for unit, year, number in publication.denominators}
    return Denominators(view, publication.day, numbers=kept)


def _of_units(figures: Iterable[Figure]) -> dict[str, Decimal]:
    """How much of each unit is in the sums. What is covered by another unit's report is in none: few of it are hidden,
    and nothing because of it.
    """
    return {one.unit_id: one.counted for one in figures if one.unit_id is not None and one.counted is not None}


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
