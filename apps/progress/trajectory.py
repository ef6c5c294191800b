"""Will the target be met, drawn: accepted line, preliminary point, pace needed, continuation of the recent pace.

Places are percentages of the width and pixels of the height, so that one drawing serves every width and its words keep
their size; which words there is room for is decided by the style sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.templatetags.ui import at_most, number, signed
from apps.progress.breaks import Break, Redefined, in_one_line
from apps.progress.charts import LETTER
from apps.progress.selectors import GOAL, MILESTONE, IndicatorProgress

TOP, BOTTOM = 20, 24  # room above the highest tick, and below the axis for the years
TICKS = 5
APART = 34  # two labels of two lines at the end of the lines
HALF = 12  # what such a label takes above its middle, and with clear paper below it
CLOSE = 16  # nearer than one line of text
LINE = 14  # one line of text beside another


@dataclass(frozen=True)
class Mark:
    """A place with its words; `short` where there is room for little."""

    x: str
    y: str
    text: str = ""
    short: str = ""
    title: str = ""


@dataclass(frozen=True)
class Year:
    """A year of the axis; `room` says which drawings have room for its words: all (""), wide, or broad ones."""

    x: str
    text: str
    room: str


@dataclass(frozen=True)
class Stroke:
    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True)
class Trajectory:
    height: int
    foot: str  # where the axis lies
    ticks: list[Mark]
    years: list[Year]
    accepted: list[Stroke]
    points: list[Mark]
    preliminary: Stroke | None
    running: Mark | None
    need: Stroke
    pace: Stroke
    tone: str  # letter of the verdict
    last: Mark
    last_below: bool
    goal: Mark
    goal_label: Mark
    forecast: Mark
    milestone: Mark | None
    milestone_low: str  # where its words stand on a narrow drawing, which has them reach the words of the ticks
    change: Mark | None
    redefined: list[Mark]  # where another definition began


@dataclass(frozen=True)
class _Scale:
    start: int
    top: Decimal
    height: int

    def x(self, year: int) -> str:
        return f"{(year - self.start) / (GOAL - self.start) * 100:.2f}%"

    def at(self, value: Decimal) -> float:
        room = self.height - TOP - BOTTOM
        return TOP + room * (1 - max(0.0, min(1.0, float(value / self.top))))

    def y(self, value: Decimal) -> str:
        return f"{self.at(value):.1f}"

    def stroke(self, year: int, value: Decimal, to_year: int, to_value: Decimal) -> Stroke:
        return Stroke(self.x(year), self.y(value), self.x(to_year), self.y(to_value))

    def mark(self, year: int, value: Decimal, text: str = "", short: str = "", title: str = "") -> Mark:
        return Mark(self.x(year), self.y(value), text, short, title)


def trajectory(
    item: IndicatorProgress, breaks: Sequence[Break] = (), redefined: Sequence[Redefined] = (), *, height: int = 322
) -> Trajectory | None:
    """The drawing of one indicator, or None while there is no forecast to draw."""
    look, goal = item.outlook, item.goal
    if look.recent is None or look.last is None or look.last_year is None or look.forecast is None or not goal:
        return None
    step = _even(goal / TICKS)
    top = step * -(-max(goal, look.forecast) // step)
    scale = _Scale(min(item.accepted), top, height)
    last = scale.mark(look.last_year, look.last, number(look.last, item.indicator.decimals))
    milestone = _milestone(item, scale)
    ticks = [Mark("0", scale.y(value), number(value)) for value in _ticks(step, top)]
    last_below = _is_below(last, milestone, scale)
    taken = [float(tick.y) for tick in ticks] + ([] if last_below else [float(last.y) - LINE])
    goal_y, forecast_y = _apart(scale.at(goal), scale.at(look.forecast), height)
    return Trajectory(
        height=height,
        foot=scale.y(Decimal(0)),
        ticks=ticks,
        years=_years(scale, look.last_year),
        accepted=_line(item, scale),
        points=[scale.mark(year, value, title=_title(item, year, value)) for year, value in item.accepted.items()],
        preliminary=_preliminary(item, scale, look.last_year, look.last),
        running=_running(item, scale),
        need=scale.stroke(look.last_year, look.last, GOAL, goal),
        pace=scale.stroke(look.last_year, look.last, GOAL, look.forecast),
        tone=LETTER.get(look.verdict, "n"),
        last=last,
        last_below=last_below,
        goal=_aim(item, scale, GOAL, goal),
        goal_label=_goal_label(item, goal_y),
        forecast=_forecast_label(item, forecast_y),
        milestone=milestone,
        milestone_low=_clear(float(milestone.y), taken, scale) if milestone else "",
        change=_change(breaks, scale),
        redefined=[Mark(scale.x(one.year), "0", title=one.label) for one in redefined if one.year <= GOAL],
    )


def _even(step: Decimal) -> Decimal:
    """The next step that people count by: 41 in fifths is counted by tens, 20.000 by five thousand."""
    unit = Decimal(10) ** step.adjusted()
    return next(unit * times for times in (1, 2, 5, 10) if unit * times >= step)


def _ticks(step: Decimal, top: Decimal) -> list[Decimal]:
    """At most six where the forecast stays below the goal; a forecast above it takes every other."""
    count = int(top / step)
    every = -(-count // TICKS)
    return [step * at for at in range(0, count + 1, every)]


def _years(scale: _Scale, last: int) -> list[Year]:
    few = {scale.start, -(-(scale.start + MILESTONE) // 2), MILESTONE, GOAL}
    even = set(range(scale.start, GOAL + 1, 2))
    wide = few | {year for year in even if not few & {year - 1, year + 1}}  # a neighbour's words would touch
    shown = wide | even | {last, last + 1}
    return [
        Year(scale.x(year), str(year), "" if year in few else "wide" if year in wide else "wide broad")
        for year in sorted(shown)
        if scale.start <= year <= GOAL
    ]


def _line(item: IndicatorProgress, scale: _Scale) -> list[Stroke]:
    """Only between neighbouring years: over one that nobody knows the line is broken."""
    known = item.accepted
    return [scale.stroke(year, known[year], year + 1, known[year + 1]) for year in known if year + 1 in known]


def _title(item: IndicatorProgress, year: int, value: Decimal) -> str:
    """A baseline was accepted by nobody."""
    words = {"year": year, "value": number(value, item.indicator.decimals), "unit": item.indicator.told_unit}
    if year == item.indicator.baseline_year:
        return _("%(year)s: %(value)s %(unit)s, giá trị gốc (trước Đề án)") % words
    return _("%(year)s: %(value)s %(unit)s, đã chấp nhận") % words


def _preliminary(item: IndicatorProgress, scale: _Scale, year: int, value: Decimal) -> Stroke | None:
    running = item.preliminary
    if running is None or running.value is None:
        return None
    return scale.stroke(year, value, running.year, running.value)


def _running(item: IndicatorProgress, scale: _Scale) -> Mark | None:
    running = item.preliminary
    if running is None or running.value is None:
        return None
    words = {"year": running.year, "value": number(running.value, item.indicator.decimals)}
    words["unit"] = item.indicator.told_unit
    return scale.mark(running.year, running.value, title=_("%(year)s: %(value)s %(unit)s, tạm tính") % words)


def _milestone(item: IndicatorProgress, scale: _Scale) -> Mark | None:
    if item.milestone is None:
        return None
    return _aim(item, scale, MILESTONE, item.milestone)


def _aim(item: IndicatorProgress, scale: _Scale, year: int, value: Decimal) -> Mark:
    words = {"year": year, "value": at_most(value, item.indicator.decimals)}
    text = _("Mục tiêu %(year)s: %(value)s") % words
    return scale.mark(year, value, text, title=text)


def _clear(y: float, taken: Sequence[float], scale: _Scale) -> str:
    """The nearest place for a line of words that is clear of the lines taken and of the axis; its own where none is."""
    floor = scale.at(Decimal(0)) - LINE
    tried = sorted({y, *(one + way for one in taken for way in (-LINE, LINE))}, key=lambda one: abs(one - y))
    free = (one for one in tried if 0 < one <= floor and all(abs(one - other) >= LINE for other in taken))
    return f"{next(free, y):.1f}"


def _goal_label(item: IndicatorProgress, y: float) -> Mark:
    pace = signed(item.outlook.needed, item.pace_decimals)
    text, goal = _("cần %(pace)s/năm") % {"pace": pace}, at_most(item.goal, item.indicator.decimals)
    return Mark("100%", f"{y:.1f}", text, goal, _("Mục tiêu %(value)s") % {"value": goal})


def _forecast_label(item: IndicatorProgress, y: float) -> Mark:
    look, value = item.outlook, number(item.outlook.forecast, item.indicator.decimals)
    text = _("tăng %(pace)s/năm") % {"pace": signed(look.recent, item.pace_decimals)}
    if look.fall:
        text = _("giảm %(pace)s/năm") % {"pace": number(look.fall, item.pace_decimals)}
    elif look.is_still:
        text = _("chưa tăng")
    return Mark("100%", f"{y:.1f}", text, value, _("Dự báo %(value)s") % {"value": value})


def _apart(goal: float, forecast: float, height: int) -> tuple[float, float]:
    """The two labels at the right edge keep clear of each other and of the axis; the higher figure stays the higher."""
    above, below = sorted((goal, forecast))
    lack = max(0.0, APART - (below - above)) / 2
    above, below = above - lack, below + lack
    above += max(0.0, HALF - above)
    below = min(max(below, above + APART), height - BOTTOM - HALF)
    above = min(above, below - APART)
    return (above, below) if goal <= forecast else (below, above)


def _is_below(last: Mark, milestone: Mark | None, scale: _Scale) -> bool:
    """The last figure stands above its point; below it where the milestone's words are in the way and there is room."""
    crowded = milestone is not None and abs(float(milestone.y) - (float(last.y) - CLOSE / 2)) < CLOSE
    return crowded and scale.at(Decimal(0)) - float(last.y) > 2 * CLOSE


def _change(breaks: Sequence[Break], scale: _Scale) -> Mark | None:
    line = in_one_line(breaks)
    if line is None or not scale.start <= line[0] <= GOAL:
        return None
    return Mark(scale.x(line[0]), "", line[1])
