"""Reads over periods and aims that a page asks more than once, or every page of figures asks."""

from collections.abc import Iterable
from functools import lru_cache

from django.db.models import FilteredRelation, Subquery

from apps.core.memo import once_per_request
from apps.core.statements import Statement, objects_of, statement
from apps.targets.models import Indicator, IndicatorValue, Period, PeriodClosing, Target


@once_per_request
def periods() -> list[Period]:
    """All periods by their years, each with its latest closing, and with `newest_figure_at`: one query.

    That moment is the same of all: when the newest figure of any period was stored.
    """
    found: dict[int, Period] = {}
    for period, moment, closing in objects_of(_periods(), Period, None, PeriodClosing):
        period.newest_figure_at = moment
        period.closing = closing  # a row for each closing, the latest last
        found[period.pk] = period
    return list(found.values())


@lru_cache(maxsize=1)
def _periods() -> Statement:
    newest = IndicatorValue.objects.order_by("-known_from").values("known_from")
    rows = Period.objects.annotate(newest=Subquery(newest[:1]), one_closing=FilteredRelation("closings"))
    ordered = rows.order_by("year", "one_closing__version")
    return statement(ordered, "newest", one_closing=PeriodClosing)


def begun_periods() -> list[Period]:
    return [period for period in periods() if period.has_begun]


def period_of(year: int) -> Period | None:
    return next((period for period in periods() if period.year == year), None)


def programme_aims() -> Iterable[tuple[Indicator, Target | None]]:
    """The programme's indicators as `with_aims` has them: once for every target of the nation."""
    return ((indicator, aim) for indicator, aim in objects_of(_aims(), Indicator, Target))


@lru_cache(maxsize=1)
def _aims() -> Statement:
    return statement(Indicator.objects.filter(parent__isnull=True).with_aims(), aim=Target)


def programme_indicators() -> list[Indicator]:
    return [indicator for (indicator,) in objects_of(_indicators(), Indicator)]


@lru_cache(maxsize=1)
def _indicators() -> Statement:
    return statement(Indicator.objects.filter(parent__isnull=True).order_by("position", "code"))
