"""Days on which offices work: Monday to Friday, less the days of the table."""

from datetime import date, timedelta
from functools import lru_cache

from apps.core.memo import once_per_request
from apps.notifications.models import Holiday

FRIDAY = 4


@once_per_request
def holidays() -> frozenset[date]:
    return frozenset(Holiday.objects.values_list("day", flat=True))


def is_working_day(day: date) -> bool:
    return _works(day, holidays())


def working_day_after(day: date, days: int) -> date:
    """So many working days after that day; the day itself is not counted."""
    return _after(day, days, holidays())


@lru_cache(maxsize=10_000)
def _after(day: date, days: int, off: frozenset[date]) -> date:
    while days > 0:
        day += timedelta(days=1)
        days -= _works(day, off)
    return day


def _works(day: date, off: frozenset[date]) -> bool:
    return day.weekday() <= FRIDAY and day not in off
