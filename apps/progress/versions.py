"""From which state of the data the figures of an indicator are read, known without reading them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone

from apps.core.versions import version_of_tables
from apps.organisations.models import OrganisationUnit, Succession, UnitName
from apps.targets.models import Indicator, IndicatorValue, Period, PeriodClosing, UnitStatistic

# Small, and read whole; the figures themselves are counted.
GROUND = (Indicator, Period, PeriodClosing, UnitStatistic, OrganisationUnit, UnitName, Succession)


@dataclass(frozen=True)
class FiguresVersion:
    """`counted`: how many figures there are, and how many have ended. None is ever changed or taken away (guards.py),
    so that any change makes one of the two larger, whoever commits first.
    """

    counted: tuple[int, int]
    ground: str
    changed_at: datetime | None  # when the roll-up last changed any of them


def version_of_figures(indicator: int) -> FiguresVersion:
    """Of those known by now: one may be about to begin."""
    begun, ended = Q(known_from__lte=timezone.now()), Q(known_to__lte=timezone.now())
    found: dict[str, Any] = IndicatorValue.objects.filter(indicator=indicator).aggregate(
        begun=Count("pk", filter=begun),
        ended=Count("pk", filter=ended),
        newest=Max("known_from", filter=begun),
        last_end=Max("known_to", filter=ended),
    )
    moments = [moment for moment in (found["newest"], found["last_end"]) if moment]
    return FiguresVersion(
        (found["begun"], found["ended"]), version_of_tables(*GROUND), max(moments) if moments else None
    )
