"""Reads over periods and aims that a page asks more than once, or every page of figures asks."""

from collections.abc import Iterable
from copy import copy
from datetime import date, datetime
from functools import lru_cache

from django.db.models import FilteredRelation, Min, Subquery
from django.utils import timezone

from apps.core.memo import once_per_request
from apps.core.statements import Statement, objects_of, statement
from apps.targets.models import Indicator, IndicatorQuerySet, IndicatorValue, Period, PeriodClosing, Target


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


def periods_known(known_on: datetime | None) -> list[Period]:
    """The periods as that moment saw them: begun, over and closed by then; None is now."""
    if known_on is None:
        return periods()
    closings = PeriodClosing.objects.known_on(known_on).order_by("version")
    latest = {one.period_id: one for one in closings}
    found = [copy(period) for period in periods()]
    for period in found:
        period.closing, period.seen_on = latest.get(period.pk), timezone.localdate(known_on)
    return found


def begun_periods(known_on: datetime | None = None) -> list[Period]:
    return [period for period in periods_known(known_on) if period.has_begun]


def period_of(year: int, known_on: datetime | None = None) -> Period | None:
    return next((period for period in periods_known(known_on) if period.year == year), None)


def first_known_on() -> date | None:
    """The first day on which there was any figure."""
    first = IndicatorValue.objects.aggregate(first=Min("known_from"))["first"]
    return timezone.localdate(first) if first else None


def programme_aims(known_on: datetime | None = None) -> Iterable[tuple[Indicator, Target | None]]:
    """The programme's indicators as `with_aims` has them: once for every target of the nation."""
    if known_on is not None:
        return aims_of(Indicator.objects.filter(parent__isnull=True), known_on)
    return ((indicator, aim) for indicator, aim in objects_of(_aims(), Indicator, Target))


def aims_of(chosen: IndicatorQuerySet, known_on: datetime | None = None) -> Iterable[tuple[Indicator, Target | None]]:
    return ((row, getattr(row, "aim", None)) for row in chosen.with_aims(known_on))


@lru_cache(maxsize=1)
def _aims() -> Statement:
    return statement(Indicator.objects.filter(parent__isnull=True).with_aims(), aim=Target)


def programme_indicators() -> list[Indicator]:
    return [indicator for (indicator,) in objects_of(_indicators(), Indicator)]


@lru_cache(maxsize=1)
def _indicators() -> Statement:
    return statement(Indicator.objects.filter(parent__isnull=True).order_by("position", "code"))
