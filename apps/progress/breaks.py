"""Days on which other units came to stand behind a figure, or another definition: breaks in its series, told on its
page.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.progress.sources import is_of_reporting_units, is_of_the_nation
from apps.targets.models import Indicator
from apps.targets.selectors import periods


@dataclass(frozen=True)
class Break:
    """From this day on there are `after` units where there were `before`; `year` is the period it falls in."""

    day: date
    year: int
    before: int
    after: int
    noun: str

    @property
    def label(self) -> str:
        return f"{self.day:%d/%m/%Y}: {self.before} → {self.after} {self.noun}"


@dataclass(frozen=True)
class Redefined:
    """From this day on it is counted by another definition; `year` is the period that the day falls in."""

    day: date
    year: int

    @property
    def label(self) -> str:
        return _("%(day)s: định nghĩa mới") % {"day": f"{self.day:%d/%m/%Y}"}


def redefined(days: Sequence[date]) -> list[Redefined]:
    """`days`: as `with_definition()` annotates them."""
    return [Redefined(day, _year_of(day)) for day in days]


def _year_of(day: date) -> int:
    return next((one.year for one in periods() if one.starts_on <= day <= one.ends_on), day.year)


def breaks_of(indicator: Indicator, until: date | None = None) -> list[Break]:
    """Every change in the number of units from the programme's first period until a day (today), as the register of
    units has it.
    """
    if is_of_the_nation(indicator.code):  # no unit stands behind it, so none that comes or goes breaks its series
        return []
    if is_of_reporting_units(indicator.code):
        return _changes(OrganisationUnit.REPORTING_KINDS, _("bộ, ngành, địa phương"), until)
    return _changes((OrganisationUnit.Kind.PROVINCE,), _("tỉnh, thành phố"), until)


def in_one_line(breaks: Sequence[Break]) -> tuple[int, str] | None:
    """The year with the largest change and its label on the chart: 2025, «93 → 85 → 56 đơn vị».

    Short, as the aim of 2030 stands to its right; below the chart the days and what these units are are told.
    """
    if not breaks:
        return None
    year = max(breaks, key=lambda one: abs(one.after - one.before)).year
    found = [one for one in breaks if one.year == year]
    if len(found) == 1:
        return year, found[0].label
    steps = " → ".join(str(count) for count in [found[0].before, *(one.after for one in found)])
    return year, _("%(year)s: %(steps)s đơn vị") % {"year": year, "steps": steps}


def _changes(kinds: tuple[str, ...], noun: str, until: date | None) -> list[Break]:
    first, last = min((one.starts_on for one in periods()), default=None), until or timezone.localdate()
    if first is None:
        return []
    steps: Counter[date] = Counter()
    for unit in unit_labels().values():
        if unit.kind not in kinds:
            continue
        steps[unit.valid_from or date.min] += 1
        if unit.valid_to is not None:
            steps[unit.valid_to + timedelta(days=1)] -= 1
    found, count = [], 0
    for day in sorted(steps):
        before, count = count, count + steps[day]
        if before != count and first <= day <= last:
            found.append(Break(day, _year_of(day), before, count, noun))
    return found
