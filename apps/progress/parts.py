"""What stands beside a figure: its breakdowns in words, what one unit has, and what nearly counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from apps.organisations.asked import UnitView
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.progress.figures import Figure, figures
from apps.progress.provenance import nearly_counted
from apps.progress.sources import COUNTS
from apps.targets.facts import Breakdown, Text
from apps.targets.models import Indicator, Period

NONE = "none"  # the value of what has none


@dataclass(frozen=True)
class Part:
    """One value of a breakdown, as it stands within the figure."""

    words: Text
    figure: Figure


@dataclass(frozen=True)
class Nearly:
    """A unit that is not counted though much speaks for it, and why."""

    unit: UnitLabel
    why: str


def worded(code: str) -> dict[str, Breakdown]:
    """The breakdowns of an indicator that are told in words, by their names."""
    count = COUNTS.get(code)
    return {name: one for name, one in count.breakdowns.items() if one.words} if count else {}


def words_of_parts(code: str) -> dict[str, str]:
    """What `ownership=state` is called; the whole under no name."""
    told = {f"{name}={value}": str(words) for name, one in worded(code).items() for value, words in one.words.items()}
    return {"": _("Tất cả")} | told


def parts_of(
    indicator: Indicator,
    *,
    year: int | None,
    unit: str | None,
    view: UnitView,
    on: date | None = None,
    known_on: datetime | None = None,
) -> list[Part]:
    """One query for each breakdown in words: of most indicators none."""
    found = []
    for name, one in worded(indicator.code).items():
        told = figures(
            indicator, view=view, year=year, unit=unit, national=unit is None, breakdown=name, on=on, known_on=known_on
        )
        found += [Part(words, part) for value, words in one.words.items() for part in told if _is(part, name, value)]
    return found


@dataclass(frozen=True)
class Named:
    """A breakdown whose values are rows, the largest part first and last what has none."""

    label: Text
    parts: list[Part]


def named_of(
    indicator: Indicator,
    *,
    year: int | None,
    unit: str | None,
    view: UnitView,
    on: date | None = None,
    known_on: datetime | None = None,
) -> list[Named]:
    """One query for each such breakdown, and one for its names; nothing where no part has a value."""
    found = []
    for name, one in COUNTS[indicator.code].breakdowns.items():
        if one.names is None:
            continue
        told = figures(
            indicator, view=view, year=year, unit=unit, national=unit is None, breakdown=name, on=on, known_on=known_on
        )
        values = [(figure.breakdown.partition("=")[2], figure) for figure in told if figure.value]
        if all(value == NONE for value, _figure in values):
            continue
        words = one.names()
        values.sort(key=lambda pair: (pair[0] == NONE, -(pair[1].value or 0), pair[0]))
        found.append(Named(one.label, [Part(words.get(value) or value, figure) for value, figure in values]))
    return found


def _is(part: Figure, name: str, value: str) -> bool:
    return part.breakdown == f"{name}={value}"


def standing(indicator: Indicator, whole: Figure | None, parts: Iterable[Part]) -> Text:
    """Of a unit that has one or nothing: which it has; "" of any other figure."""
    for one in worded(indicator.code).values():
        if whole is None or whole.denominator != 1 or not one.of_one:
            continue
        has = {part.words for part in parts if part.figure.year == whole.year and part.figure.numerator == 1}
        return next((one.of_one[value] for value, words in one.words.items() if words in has), one.of_one[""])
    return ""


def nearly_of(
    indicator: Indicator,
    period: Period,
    *,
    unit: str | None,
    view: UnitView,
    on: date | None = None,
    known_on: datetime | None = None,
) -> list[Nearly]:
    """`period` with its closing as known at that moment."""
    told, labels = COUNTS[indicator.code].source.nearly, unit_labels()
    if told is None:
        return []
    moment = period.closing.as_of if period.closing else known_on
    found = nearly_counted(indicator.code, period, unit=unit, view=view, on=on, known_on=moment)
    rows = [
        Nearly(labels[one.unit_id], str(told.why) % {"units": ", ".join(_names(one.lacks, labels))}) for one in found
    ]
    return sorted(rows, key=lambda row: row.unit.sort)


def _names(units: Iterable[str], labels: dict[str, UnitLabel]) -> list[str]:
    found = sorted((labels[unit] for unit in units), key=lambda label: label.sort)
    return [label.distinct_name for label in found]
