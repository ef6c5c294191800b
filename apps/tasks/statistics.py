"""Timeliness of tasks in figures: the four that are reported, what is due soon among them, and rates with what they are
rates of. Rates are told of the tasks due: of those done, and of those open beyond their day.

One statement counts them all, whole and by group. Drafts, rejected and terminated tasks are left out. As of a day gone
by it is the same tasks, each in the class it had on that day.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, TextChoices
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.reading import connection
from apps.framework.models import FrameworkItem, SolutionGroup
from apps.organisations.asked import UnitView
from apps.organisations.fields import unit_names
from apps.organisations.selectors import unit_labels
from apps.tasks.models import PlanTask
from apps.tasks.moving import LEFT_OUT
from apps.tasks.timeliness import Timeliness, timeliness_on
from apps.tasks.told_under import standing_under, tops
from apps.tasks.years import FIRST_YEAR, LAST_YEAR

Rate = tuple[int, int]


class By(TextChoices):
    """What tasks are told apart by."""

    UNIT = "unit", _("Đơn vị chủ trì")
    GROUP = "group", _("Nhóm giải pháp")
    LIST = "list", _("Danh mục")
    YEAR = "year", _("Năm kế hoạch")
    ROUTE = "route", _("Cấp phê duyệt")


@dataclass(frozen=True)
class Asked:
    """Which tasks, as of which day, and whether by the due date first set. `unit`: with all that is told under it;
    `units`: under those of today, or as they led the work.
    """

    on: date
    year: int | None = None
    unit: str = ""
    first: bool = False
    units: UnitView = UnitView.CURRENT


@dataclass(frozen=True)
class Figures:
    """`due_soon` are among `open_in_time`."""

    total: int = 0
    done_in_time: int = 0
    done_late: int = 0
    open_in_time: int = 0
    open_overdue: int = 0
    due_soon: int = 0

    @property
    def done(self) -> int:
        return self.done_in_time + self.done_late

    @property
    def open(self) -> int:
        return self.open_in_time + self.open_overdue

    @property
    def due(self) -> int:
        return self.done + self.open_overdue

    @property
    def rates(self) -> dict[str, Rate]:
        """Each with its numerator and denominator."""
        return {
            "done_of_due": (self.done, self.due),
            "overdue_of_due": (self.open_overdue, self.due),
            "done_in_time_of_done": (self.done_in_time, self.done),
            "done_of_total": (self.done, self.total),
        }

    def as_told(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in COUNTS}
        return {**counts, "rates": {name: list(rate) for name, rate in self.rates.items()}}


# The classes whose tasks a figure counts.
CLASSES: dict[str, tuple[str, ...]] = {
    "total": tuple(Timeliness.values),
    "done_in_time": (Timeliness.DONE_IN_TIME,),
    "done_late": (Timeliness.DONE_LATE,),
    "open_in_time": (Timeliness.OPEN_IN_TIME, Timeliness.DUE_SOON),
    "open_overdue": (Timeliness.OPEN_OVERDUE,),
    "due_soon": (Timeliness.DUE_SOON,),
    "done": (Timeliness.DONE_IN_TIME, Timeliness.DONE_LATE),
    "due": (Timeliness.DONE_IN_TIME, Timeliness.DONE_LATE, Timeliness.OPEN_OVERDUE),
}
COUNTS = ("total", "done_in_time", "done_late", "open_in_time", "open_overdue", "due_soon")


@dataclass(frozen=True)
class Statistics:
    """The whole, and each group by its key: a unit's id, a group's code (none: ""), A or B, a year, a route."""

    whole: Figures = Figures()
    groups: dict[By, dict[str, Figures]] = field(default_factory=dict)


# Tasks are put into their class and counted by what they are told apart by; units of today, and the plan's groups, are
# looked up for the few counts, not for every task.
_COUNT = """
WITH counted ({columns}) AS ({rows})
SELECT {keys}, coalesce(sum(n), 0),
       {sums}
FROM counted {lookups}
GROUP BY GROUPING SETS ({sets})
"""
_SUM = "coalesce(sum(n) FILTER (WHERE timeliness IN ({classes})), 0)"
_SUMS = ", ".join(
    _SUM.format(classes=", ".join(f"'{told}'" for told in CLASSES[name])) for name in COUNTS if name != "total"
)
_UNITS = "JOIN unnest(%s::text[], %s::text[]) AS stands (id, top) ON stands.id = counted.lead_unit_id"
_ITEMS = "JOIN framework_frameworkitem item ON item.code = counted.framework_item_id"
# Of each: the task's own column, and where it leads.
_KEYS = {
    By.UNIT: ("lead_unit_id", "stands.top", _UNITS),
    By.GROUP: ("framework_item_id", "item.group_id", _ITEMS),
    By.LIST: ("framework_item_id", "item.list", _ITEMS),
    By.YEAR: ("year", "counted.year", ""),
    By.ROUTE: ("route", "counted.route", ""),
}


def counted(rows: Any, asked: Asked) -> Any:
    """Of these the tasks that the figures count, with `timeliness`."""
    if asked.year is not None:
        rows = rows.filter(year=asked.year)
    if asked.unit:
        rows = rows.filter(lead_unit__in=sorted(standing_under(asked.unit, asked.units)))
    told = timeliness_on(asked.on, first=asked.first, all_told=True)
    return rows.exclude(state__in=sorted(LEFT_OUT)).annotate(timeliness=told)


def counted_tasks(asked: Asked, user: User | None) -> Any:
    """Without a person, all of the country's."""
    rows = PlanTask.objects.live() if user is None else PlanTask.objects.visible_to(user).live()
    return counted(rows, asked).order_by()


def statistics(asked: Asked, user: User | None, by: Collection[By] = ()) -> Statistics:
    found = Statistics(groups={one: {} for one in by})
    columns = list(dict.fromkeys(_KEYS[one][0] for one in by))
    rows = counted_tasks(asked, user).values_list(*columns, "timeliness").annotate(n=Count("*"))
    try:
        inner, sent = rows.query.sql_with_params()
    except EmptyResultSet:  # the person's units are none, or the unit asked for
        return found
    with connection.cursor() as cursor:
        cursor.execute(*_statement(inner, sent, columns, by, asked.units))
        for row in cursor.fetchall():
            figures = Figures(*map(int, row[-len(COUNTS) :]))
            own = [(one, row[2 * at + 1]) for at, one in enumerate(by) if row[2 * at] == 0]
            if own:
                found.groups[own[0][0]][own[0][1] or ""] = figures
            else:
                found = Statistics(figures, found.groups)
    return found


def _statement(
    inner: str, sent: Sequence[Any], columns: list[str], by: Collection[By], units: UnitView
) -> tuple[str, list[Any]]:
    """Of each group stands first whether it is of that key (0), then the key; 0 of none is the whole."""
    names = [_KEYS[one][1] for one in by]
    statement = _COUNT.format(
        columns=", ".join([*columns, "timeliness", "n"]),
        rows=inner,
        keys=", ".join(f"GROUPING({name}), {name}::text" for name in names) or "NULL",
        sums=_SUMS,
        lookups=" ".join(dict.fromkeys(_KEYS[one][2] for one in by)),
        sets=", ".join(["()", *(f"({name})" for name in names)]),
    )
    above = tops(units) if By.UNIT in by else {}
    return statement, [*sent, *([list(above), list(above.values())] if above else [])]


@dataclass(frozen=True)
class Comparison:
    """The same tasks on two days: how many went from which class to which, those that stayed included."""

    then: Figures
    now: Figures
    moved: dict[tuple[str, str], int]


def compare(asked: Asked, before: date, user: User | None) -> Comparison:
    rows = counted_tasks(asked, user).annotate(then=timeliness_on(before, first=asked.first, all_told=True))
    moved = {(then, now): n for then, now, n in rows.values_list("then", "timeliness").annotate(n=Count("pk"))}
    then: dict[str, int] = defaultdict(int)
    now: dict[str, int] = defaultdict(int)
    for (was, became), n in moved.items():
        then[was] += n
        now[became] += n
    return Comparison(_figures(then), _figures(now), moved)


def _figures(classes: dict[str, int]) -> Figures:
    return Figures(**{name: sum(classes.get(told, 0) for told in CLASSES[name]) for name in COUNTS})


def names_of(by: By) -> dict[str, str]:
    """What the groups are called, in their order; what belongs to no group is last."""
    if by == By.UNIT:
        labels, names = unit_labels(), unit_names()
        return {label.id: names[label.id] for label in sorted(labels.values(), key=lambda label: label.sort)}
    if by == By.GROUP:
        return {one.code: one.title for one in SolutionGroup.objects.all()} | {"": str(_("Các nội dung khác"))}
    if by == By.YEAR:
        return {str(year): str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)}
    words = FrameworkItem.PlanList if by == By.LIST else PlanTask.Route
    return {value: str(label) for value, label in words.choices}


def in_order(found: Statistics, by: By) -> list[tuple[str, str, Figures]]:
    """Key, name and figures of each group that has tasks."""
    groups = found.groups[by]
    return [(key, str(name), groups[key]) for key, name in names_of(by).items() if key in groups]


def told_statistics(asked: Asked, user: User | None, by: By | None) -> dict[str, Any]:
    """As the API and the command tell them."""
    found = statistics(asked, user, [by] if by else [])
    if by is None:
        return found.whole.as_told()
    groups = [{"key": key, "name": name, **one.as_told()} for key, name, one in in_order(found, by)]
    return {**found.whole.as_told(), "groups": groups}
