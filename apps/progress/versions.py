"""From which state of the data the figures of an indicator are read, known without reading them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from apps.core.reading import connection
from apps.core.versions import version_in_sql
from apps.organisations.models import OrganisationUnit, Succession, UnitName
from apps.targets.models import Indicator, Period, PeriodClosing, UnitStatistic

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


_VERSION = """
    SELECT count(*) FILTER (WHERE known_from <= %(now)s), count(*) FILTER (WHERE known_to <= %(now)s),
           greatest(max(known_from) FILTER (WHERE known_from <= %(now)s),
                    max(known_to) FILTER (WHERE known_to <= %(now)s)),
           {ground}
    FROM targets_indicatorvalue WHERE indicator_id = %(indicator)s
"""


def version_of_figures(indicator: int) -> FiguresVersion:
    """Of those known by now: one may be about to begin."""
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"now": timezone.now(), "indicator": indicator}
        cursor.execute(_VERSION.format(ground=version_in_sql(*GROUND)), asked)
        begun, ended, changed_at, ground = cursor.fetchone()
    return FiguresVersion((begun, ended), ground, changed_at)
