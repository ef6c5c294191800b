"""Reads over periods that a page asks more than once."""

from django.db.models import FilteredRelation, Subquery

from apps.core.memo import once_per_request
from apps.targets.models import IndicatorValue, Period


@once_per_request
def periods() -> list[Period]:
    """All periods by their years, each with its latest closing, and with `newest_figure_at`: one query.

    That moment is the same of all: when the newest figure of any period was stored.
    """
    newest = IndicatorValue.objects.order_by("-known_from").values("known_from")
    rows = Period.objects.annotate(newest_figure_at=Subquery(newest[:1]), one_closing=FilteredRelation("closings"))
    found: dict[int, Period] = {}
    for period in rows.select_related("one_closing").order_by("year", "one_closing__version"):
        period.closing = getattr(period, "one_closing", None)  # a row for each closing, the latest last
        found[period.pk] = period
    return list(found.values())


def begun_periods() -> list[Period]:
    return [period for period in periods() if period.has_begun]


def period_of(year: int) -> Period | None:
    return next((period for period in periods() if period.year == year), None)
