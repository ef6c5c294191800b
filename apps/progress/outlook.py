"""Will the target be met? Pace of the last three accepted years against the pace needed."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

YEARS_NEEDED = 3


class Verdict(TextChoices):
    OFF_TRACK = "off_track", _("Khó đạt")
    AT_RISK = "at_risk", _("Có nguy cơ")
    ON_TRACK = "on_track", _("Đúng tiến độ")
    ACHIEVED = "achieved", _("Đã đạt")
    INSUFFICIENT_DATA = "insufficient_data", _("Chưa đủ dữ liệu")


@dataclass(frozen=True)
class Outlook:
    """All figures of one indicator against one target; None where there is nothing to say."""

    verdict: Verdict
    target_year: int
    target: Decimal | None  # None: nobody has set one
    last_year: int | None = None
    last: Decimal | None = None
    recent: Decimal | None = None  # mean yearly gain of the last three accepted years
    needed: Decimal | None = None  # yearly gain needed from the last accepted year on
    forecast: Decimal | None = None  # last + recent × years left
    low: Decimal | None = None  # the same with the smallest and the largest yearly gain of the three
    high: Decimal | None = None
    gains: tuple[tuple[int, Decimal], ...] = ()  # of the last three accepted years, each with its year
    most: Decimal | None = None

    @property
    def left(self) -> int:
        """Years from the last accepted one to the target's."""
        return self.target_year - self.last_year if self.last_year is not None else 0

    @property
    def ratio(self) -> Decimal | None:
        """r of the rule; None where nothing more is needed."""
        return self.recent / self.needed if self.recent is not None and self.needed else None

    @property
    def percent_of_needed(self) -> int | None:
        """Rounded down: what falls short of the pace is never told as 100 percent. None where it does not grow."""
        return int(self.ratio * 100) if self.ratio is not None and self.ratio > 0 else None

    @property
    def gap(self) -> Decimal | None:
        return None if self.forecast is None or self.target is None else self.target - self.forecast

    @property
    def times(self) -> Decimal | None:
        """How many times the recent pace is needed."""
        return self.needed / self.recent if self.needed and self.recent and self.recent > 0 else None

    @property
    def is_still(self) -> bool:
        """It does not grow though it has to: there is no number of times that the pace would be needed."""
        return self.recent == 0 and bool(self.needed)

    @property
    def fall(self) -> Decimal | None:
        """By how much it goes down in a year, met or not; None where it does not."""
        return -self.recent if self.recent is not None and self.recent < 0 else None


def outlook(
    accepted: dict[int, Decimal], target: Decimal | None, target_year: int, *, most: Decimal | None = None
) -> Outlook:
    """`accepted`: year -> accepted figure, the baseline year included. Forecasts use accepted figures only.

    `most`: what the figure can be at most, and it is never below 0 then: a share goes from 0 to 100 percent.
    """
    if not accepted:
        return Outlook(Verdict.INSUFFICIENT_DATA, target_year, target)
    last_year = max(accepted)
    last = accepted[last_year]
    wanted = range(last_year - YEARS_NEEDED, last_year + 1)
    if target is None or last_year >= target_year or any(year not in accepted for year in wanted):
        achieved = target is not None and last >= target
        verdict = Verdict.ACHIEVED if achieved else Verdict.INSUFFICIENT_DATA
        return Outlook(verdict, target_year, target, last_year, last)
    gains = [accepted[year] - accepted[year - 1] for year in wanted[1:]]
    left = target_year - last_year
    recent, needed = sum(gains, Decimal(0)) / YEARS_NEEDED, (target - last) / left
    return Outlook(
        verdict=_verdict(last, target, recent, needed),
        target_year=target_year,
        target=target,
        last_year=last_year,
        last=last,
        recent=recent,
        needed=max(needed, Decimal(0)),
        forecast=_within(most, last + recent * left),
        low=_within(most, last + min(gains) * left),
        high=_within(most, last + max(gains) * left),
        gains=tuple(zip(wanted[1:], gains, strict=True)),
        most=most,
    )


@dataclass(frozen=True)
class WhatIf:
    """What the target year would bring if every year from now on added `pace`."""

    pace: Decimal
    result: Decimal
    gap: Decimal  # what would lack; none or less: it would be met
    verdict: Verdict


def what_if(look: Outlook, pace: Decimal) -> WhatIf | None:
    """By the rule of the outlook, from the same last accepted year; None where there is no outlook."""
    if look.last is None or look.target is None or look.needed is None:
        return None
    result = _within(look.most, look.last + pace * look.left)
    verdict = _verdict(look.last, look.target, pace, (look.target - look.last) / look.left)
    return WhatIf(pace, result, look.target - result, verdict)


def _within(most: Decimal | None, value: Decimal) -> Decimal:
    return value if most is None else max(Decimal(0), min(most, value))


def _verdict(last: Decimal, target: Decimal, recent: Decimal, needed: Decimal) -> Verdict:
    if last >= target:
        return Verdict.ACHIEVED
    ratio = recent / needed
    if ratio >= Decimal(settings.OUTLOOK_ON_TRACK):
        return Verdict.ON_TRACK
    return Verdict.AT_RISK if ratio >= Decimal(settings.OUTLOOK_AT_RISK) else Verdict.OFF_TRACK
