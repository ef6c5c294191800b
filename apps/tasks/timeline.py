"""Twelve years of an item, drawn: squares of a yearly or single one, diamonds of a five-yearly one, a bar of a span.

What is drawn is also said in words, as there are no other: a picture with a name.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.markup import markup
from apps.core.templatetags.ui import icon
from apps.framework.models import FrameworkItem
from apps.tasks.standing import ItemStanding, Mark, Standing
from apps.tasks.years import OF_PLAN

# Class and drawing of each mark; what has no drawing is told by its ground.
SIGNS = {
    Mark.DONE: ("ok", "check"),
    Mark.PARTIAL: ("pa", "minus"),
    Mark.NOT_DONE: ("no", "x"),
    Mark.UNDER_WAY: ("now", "player-play"),
    Mark.PLANNED: ("fu", ""),
    Mark.NO_TASK: ("un", ""),
}
CHIPS = {
    Standing.NO_TASK: ("n", "minus"),
    Standing.LAPSED: ("w", "minus"),
    Standing.NOT_STARTED: ("n", "circle-dashed"),
    Standing.IN_PROGRESS: ("i", "player-play"),
    Standing.DONE: ("g", "circle-check"),
    Standing.DONE_LATE: ("g", "circle-check"),
    Standing.AT_RISK: ("w", "alert-triangle"),
    Standing.OVERDUE: ("d", "clock-exclamation"),
}
BARS = {Standing.OVERDUE: " late", Standing.DONE: " done", Standing.DONE_LATE: " done"}


def chip(standing: Standing) -> SafeString:
    return _chip(standing, get_language())


@lru_cache(maxsize=20)
def _chip(standing: Standing, _language: str | None) -> SafeString:
    """There are as many as rows and few that differ."""
    family, drawing = CHIPS[standing]
    return format_html('<span class="st {}">{} {}</span>', family, icon(drawing), standing.label)


def timeline(item: FrameworkItem, told: ItemStanding, today: date) -> SafeString:
    is_span = item.timing == FrameworkItem.Timing.SPAN
    drawn = _bar(item, told) if is_span else _signs(item, told)
    return format_html('<div class="tl" role="img" aria-label="{}">{}{}</div>', words(item, told), drawn, line(today))


def words(item: FrameworkItem, told: ItemStanding) -> str:
    """«2019 đạt; 2020 đạt một phần; …», «2020–2030, tiến độ 52%»."""
    if item.timing == FrameworkItem.Timing.SPAN:
        years = f"{item.first_year}–{item.last_year}"
        if told.percent is None:
            return f"{years}, {Mark.NO_TASK.label}"
        return _("%(years)s, tiến độ %(percent)d%%") % {"years": years, "percent": told.percent}
    said = _words_of_marks(get_language())
    return "; ".join([f"{year} {said[mark]}" for year, mark in sorted(told.marks.items())])


@lru_cache(maxsize=4)
def _words_of_marks(_language: str | None) -> dict[Mark, str]:
    return {mark: str(mark.label) for mark in Mark}


def place(day: date) -> float:
    """Of a hundred, from the first day of the programme's years to the last."""
    days = (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days
    return 100 * (day.year - OF_PLAN[0] + day.timetuple().tm_yday / days) / len(OF_PLAN)


@lru_cache(maxsize=4)
def line(today: date) -> SafeString:
    if today.year not in OF_PLAN:
        return SafeString("")
    return format_html('<span class="today" style="left:{}%"></span>', f"{place(today):.2f}")


@lru_cache(maxsize=4)
def head(today: date) -> SafeString:
    """The years above the drawings, and today's flag."""
    told = ((" cur" if year == today.year else "", _short(year, today)) for year in OF_PLAN)
    years = markup('<span class="yr%s">%s</span>', told)
    if today.year not in OF_PLAN:
        return years
    flag = format_html('<span class="flag" style="left:{}%">{}</span>', f"{place(today):.2f}", f"{today:%d/%m}")
    return markup("%s%s", [(years, flag)])


def _short(year: int, today: date) -> str:
    return str(year) if year in (OF_PLAN[0], OF_PLAN[-1], today.year) else f"{year % 100}"


def _signs(item: FrameworkItem, told: ItemStanding) -> SafeString:
    shape = "dia" if item.timing == FrameworkItem.Timing.FIVE_YEARLY else "y"
    return markup("%s", ((_sign(shape, told.marks.get(year)),) for year in OF_PLAN))


@lru_cache(maxsize=20)
def _sign(shape: str, mark: Mark | None) -> SafeString:
    if mark is None:
        return SafeString("<span></span>")
    css, drawing = SIGNS[mark]
    inner = icon(drawing) if drawing and shape == "y" else ""
    return format_html('<span class="{} {}">{}</span>', shape, css, inner)


def _bar(item: FrameworkItem, told: ItemStanding) -> SafeString:
    first, last, percent = item.first_year or OF_PLAN[0], item.last_year or OF_PLAN[-1], told.percent
    return format_html(
        '<span class="span{}" style="left:{}%;width:calc({}% - 2px)"><i style="width:{}%"></i><em>{}</em></span>',
        BARS.get(told.standing, ""),
        f"{100 * (first - OF_PLAN[0]) / len(OF_PLAN):.2f}",
        f"{100 * (last - first + 1) / len(OF_PLAN):.2f}",
        percent or 0,
        "–" if percent is None else f"{percent}%",
    )


def legend() -> Iterator[tuple[SafeString, str]]:
    """Each sign with its word, as the squares have it, and a diamond for what comes every five years."""
    for mark in Mark:
        label = str(mark.label)
        yield _sign("y", mark), label[:1].upper() + label[1:]
    yield _sign("dia", Mark.DONE), _("Sự kiện 5 năm/lần")
