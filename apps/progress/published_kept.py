"""What is read of publications, kept by this process while they stay what they are.

Every page of a province asks for the figures of all provinces in all years, in two languages: they are read once for
all of those pages. What is kept goes with its version: that a publication was taken back, or a unit renamed, is seen
by the next one who asks. A figure as it was known at a moment never changes, so its table is not among them.
"""

from collections.abc import Callable, Sequence
from threading import RLock
from typing import Any, TypeVar

from apps.core.memo import once_per_request
from apps.core.versions import version_of_tables
from apps.documents.models import LegalDocument
from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit, Succession, UnitName
from apps.progress.figures import Figure, figures_as_of
from apps.progress.published import PublishedFigure, published_figures
from apps.targets.models import Indicator, IndicatorDefinition, Period, PeriodClosing, Publication, Target

T = TypeVar("T")
MADE_OF: tuple[Any, ...] = (
    Publication, PeriodClosing, Period, Indicator, IndicatorDefinition, Target, LegalDocument, OrganisationUnit,
    UnitName, Succession,
)  # fmt: skip
_kept: dict[tuple[Any, ...], Any] = {}
_version = ""
_turn = RLock()  # one reads; whoever wants the same meanwhile waits for it


@once_per_request
def _ground() -> str:
    return version_of_tables(*MADE_OF)


def _once(key: tuple[Any, ...], read: Callable[[], T]) -> T:
    global _version
    version = _ground()
    with _turn:
        if version != _version:
            _kept.clear()
            _version = version
        if key not in _kept:
            _kept[key] = read()
        found: T = _kept[key]
    return found


def forget() -> None:
    with _turn:
        _kept.clear()


def all_figures(publication: Publication, view: UnitView) -> Sequence[PublishedFigure]:
    return _once(("units", publication.pk, view), lambda: tuple(published_figures(publication, view)))


def nation_of(publication: Publication, indicators: Sequence[Indicator]) -> dict[int, list[Figure]]:
    """The nation's figures of the year, by indicator."""

    def read() -> dict[int, list[Figure]]:
        year, closing = publication.closing.period.year, publication.closing
        found = figures_as_of(list(indicators), year, closing.as_of, view=UnitView.CURRENT, on=publication.day)
        return {key: [one for one in figures if one.unit_id is None] for key, figures in found.items()}

    return _once(("nation", publication.pk, *(one.pk for one in indicators)), read)
