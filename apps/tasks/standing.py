"""Where an item of the plan stands: derived from its tasks within a person's sight, never typed in.

What counts. Drafts and tasks that were refused are no work of the item; a terminated one is work not done. A task
stands under its plan year. It is done from its acceptance on (`moving.DONE`), overdue as `timeliness.py` says, lagging
where `health.py` tells «Nguy cơ chậm», and as far as `rollup.py` says; where nothing was told progress is 0 %.

A year, or a turn of a five-yearly item (its tasks stand under the nearest turn):
    done         all its work is done
    planned      the year lies ahead and nothing has begun, or the year runs and there is no task yet
    under way    the running year, or an earlier one of which nothing is done and something is neither done nor overdue
    partial      the year is over; a part of the work is done
    not done     the year is over; nothing is done, and all of it is overdue or was terminated
    no task      the year is over and there is no task: nothing is known, so nothing is said
A single item has one such sign, for all its tasks, under its year; where the last was done in a later year, the year
of the plan is «not done» and that later year «done». A span has a bar: the mean over its years of the mean progress of
the tasks at work in each (done or reported 100, nothing told 0; a year without tasks 0), set beside today's line.

An item, the first that fits:
    no task      within sight; to who sees all tasks «lapsed» once the item's last day is over
    done, late   all work is done and no year of the plan is left (a single item: at once); late where the last was
                 reported after the item's last day
    overdue      the item's last year, or a turn of a five-yearly one, is over, and work is open or none was done; or at
                 least `OVERDUE_FROM` of the open tasks are overdue
    at risk      at least `AT_RISK_FROM` of the open tasks are overdue or lag
    not started  nothing has begun and nothing is done
    in progress  else
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from operator import attrgetter

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.framework.models import FrameworkItem
from apps.tasks.years import OF_PLAN

CYCLE = 5
AT_RISK_FROM, OVERDUE_FROM = Fraction(1, 5), Fraction(1, 2)
Timing = FrameworkItem.Timing


class Standing(models.TextChoices):
    NO_TASK = "no_task", _("Chưa có nhiệm vụ")
    LAPSED = "lapsed", _("Quá kỳ, chưa có nhiệm vụ")
    NOT_STARTED = "not_started", _("Chưa bắt đầu")
    IN_PROGRESS = "in_progress", _("Đang thực hiện")
    DONE = "done", _("Hoàn thành")
    DONE_LATE = "done_late", _("Hoàn thành muộn")
    AT_RISK = "at_risk", _("Nguy cơ chậm")
    OVERDUE = "overdue", _("Quá hạn")


class Mark(models.TextChoices):
    DONE = "done", _("đạt")
    PARTIAL = "partial", _("đạt một phần")
    NOT_DONE = "not_done", _("không thực hiện")
    UNDER_WAY = "under_way", _("đang thực hiện")
    PLANNED = "planned", _("theo kế hoạch")
    NO_TASK = "no_task", _("chưa có nhiệm vụ")


@dataclass(frozen=True)
class Work:
    """Counts of tasks, as the one statement of `selectors/plan.py` brings them."""

    total: int = 0  # in sight, whatever their state: as many as the list of tasks shows
    done: int = 0
    open: int = 0
    terminated: int = 0
    started: int = 0
    overdue: int = 0
    lagging: int = 0
    covering: int = 0  # done or open, and at work in the year: one of medium term until the year in which it is due
    progress: int = 0  # sum of their per cents
    due_this_quarter: int = 0
    due_next_quarter: int = 0
    last_reported: date | None = None

    @property
    def expected(self) -> int:
        return self.done + self.open + self.terminated

    @property
    def is_done(self) -> bool:
        return 0 < self.expected == self.done


COUNTS = tuple(field.name for field in fields(Work) if field.name != "last_reported")
NOTHING = Work()


def together(parts: Iterable[Work]) -> Work:
    every = list(parts)
    if len(every) < 2:
        return every[0] if every else NOTHING
    days = [one.last_reported for one in every if one.last_reported]
    sums = dict(zip(COUNTS, map(sum, zip(*map(_counts, every), strict=True)), strict=True))
    return Work(**sums, last_reported=max(days, default=None))


_counts = attrgetter(*COUNTS)


@dataclass(frozen=True)
class ItemStanding:
    """`marks` by year, none of a span; `percent` of a span with tasks only."""

    work: Work
    standing: Standing
    marks: dict[int, Mark]
    percent: int | None = None


WITHOUT_TASKS = (Standing.NO_TASK, Standing.LAPSED)


def standing_of(item: FrameworkItem, years: Mapping[int, Work], today: date, *, of_all: bool = False) -> ItemStanding:
    """`of_all`: the counts are of all tasks there are, so that none is a fact."""
    total = together(years.values())
    standing = _standing(item, years, total, today)
    if of_all and standing == Standing.NO_TASK and last_day_of(item) < today:
        standing = Standing.LAPSED
    return ItemStanding(total, standing, _marks(item, years, total, today.year), _percent(item, years, standing))


def mark_of(work: Work, year: int, this_year: int) -> Mark:
    if work.is_done:
        return Mark.DONE
    if year > this_year:
        return Mark.UNDER_WAY if work.started else Mark.PLANNED
    if year == this_year:
        return Mark.UNDER_WAY if work.expected else Mark.PLANNED
    if work.done:
        return Mark.PARTIAL
    if work.open > work.overdue:
        return Mark.UNDER_WAY
    return Mark.NOT_DONE if work.expected else Mark.NO_TASK


def _marks(item: FrameworkItem, years: Mapping[int, Work], total: Work, this_year: int) -> dict[int, Mark]:
    first, last = item.first_year or OF_PLAN[0], item.last_year or OF_PLAN[-1]
    if item.timing == Timing.YEARLY:
        return {year: mark_of(years.get(year, NOTHING), year, this_year) for year in range(first, last + 1)}
    if item.timing == Timing.FIVE_YEARLY:
        return {year: mark_of(work, year, this_year) for year, work in _turns(item, years).items()}
    if item.timing == Timing.ONCE:
        done_in = total.last_reported.year if total.is_done and total.last_reported else last
        if done_in > last:
            return {last: Mark.NOT_DONE, done_in: Mark.DONE}
        return {last: mark_of(total, last, this_year)}
    return {}


def _percent(item: FrameworkItem, years: Mapping[int, Work], standing: Standing) -> int | None:
    """Rounded down: a hundred means that all is done."""
    if item.timing != Timing.SPAN or standing in WITHOUT_TASKS:
        return None
    if standing in (Standing.DONE, Standing.DONE_LATE):
        return 100
    own = [
        years.get(year, NOTHING) for year in range(item.first_year or OF_PLAN[0], (item.last_year or OF_PLAN[-1]) + 1)
    ]
    return int(sum((Fraction(work.progress, work.covering) for work in own if work.covering), Fraction(0)) / len(own))


def _turns(item: FrameworkItem, years: Mapping[int, Work]) -> dict[int, Work]:
    """A conference is prepared the year before and may be held the year after."""
    first, last = item.first_year or OF_PLAN[0], item.last_year or OF_PLAN[-1]
    turns = dict.fromkeys(range(first, last + 1, CYCLE), NOTHING)
    for year, work in years.items():
        nearest = min(turns, key=lambda turn: abs(turn - year))
        turns[nearest] = together((turns[nearest], work))
    return turns


def _standing(item: FrameworkItem, years: Mapping[int, Work], total: Work, today: date) -> Standing:
    if not total.expected:
        return Standing.NO_TASK
    last = item.last_year or OF_PLAN[-1]
    if total.is_done and (item.timing == Timing.ONCE or today.year >= last):
        is_late = total.last_reported is not None and total.last_reported > last_day_of(item)
        return Standing.DONE_LATE if is_late else Standing.DONE
    if _is_over(item, years, total, today.year) or (total.open and total.overdue >= OVERDUE_FROM * total.open):
        return Standing.OVERDUE
    if total.open and total.overdue + total.lagging >= AT_RISK_FROM * total.open:
        return Standing.AT_RISK
    return Standing.IN_PROGRESS if total.started or total.done else Standing.NOT_STARTED


def _is_over(item: FrameworkItem, years: Mapping[int, Work], total: Work, this_year: int) -> bool:
    """Whether the plan's time has passed without what was to be done in it."""
    if item.timing == Timing.FIVE_YEARLY:
        past = [work for year, work in _turns(item, years).items() if year < this_year]
    else:
        past = [total] if (item.last_year or OF_PLAN[-1]) < this_year else []
    return any(work.open or (work.expected and not work.done) for work in past)


def last_day_of(item: FrameworkItem) -> date:
    year = item.last_year or OF_PLAN[-1]
    if item.timing == Timing.ONCE and item.quarter:
        return last_day_of_quarter(year, item.quarter)
    return date(year, 12, 31)


def last_day_of_quarter(year: int, quarter: int) -> date:
    return date(year, 3 * quarter, 31 if quarter in (1, 4) else 30)


def quarter_after(day: date, quarters: int = 0) -> tuple[int, int]:
    """Year and number of the quarter of the day, or of one after it."""
    count = day.year * 4 + (day.month - 1) // 3 + quarters
    return count // 4, count % 4 + 1
