"""Which backups stay: the last of each of 7 days, 5 weeks and 12 months that have one, by the day in Viet Nam."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS, WEEKS, MONTHS = 7, 5, 12


class Kept(NamedTuple):
    whole: set[datetime]
    daily: set[datetime]  # from the oldest of these on every moment can be restored


def kept(moments: Iterable[datetime]) -> Kept:
    found = sorted(moments)
    daily = _last_of(found, DAYS, lambda at: at.date())
    weekly = _last_of(found, WEEKS, lambda at: at.isocalendar()[:2])
    monthly = _last_of(found, MONTHS, lambda at: (at.year, at.month))
    return Kept(daily | weekly | monthly, daily)


def _last_of(found: list[datetime], count: int, span: Callable[[datetime], object]) -> set[datetime]:
    last = {span(at.astimezone(ZONE)): at for at in found}  # a later one takes the place of an earlier
    return set(list(last.values())[-count:])
