"""What the dashboard says of tasks: where they are, by groups of units."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.memo import once_per_request
from apps.core.statements import Statement, values_of
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.tasks import moving
from apps.tasks.filters import concerning, under
from apps.tasks.models import PlanTask
from apps.tasks.timeliness import Timeliness

State = moving.State
VIEW = "tasks.view_plantask"
BUCKETS = ("accepted", "in_progress", "waiting", "soon", "overdue")  # of one bar, from left to right
WAITING = frozenset({State.PROPOSED, State.UNDER_APPRAISAL, State.APPRAISED, State.RETURNED, State.COMPLETION_REPORTED})
LATE_OR_SOON = {Timeliness.OPEN_OVERDUE: "overdue", Timeliness.DUE_SOON: "soon"}
CSS = {
    "accepted": "sb-accepted",
    "in_progress": "sb-in_progress",
    "waiting": "sb-waiting",
    "soon": "sb-soon",
    "overdue": "sb-overdue",
}


@dataclass
class Bar:
    """A group of units with its tasks by where they are."""

    label: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Each bucket with its share of the bar in percent."""
        return [
            {
                "css": CSS[name],
                "count": count,
                "share": f"{100 * count / self.total:.2f}",
                "is_wide": count * 14 > self.total,
                "label": labels()[name],
            }
            for name, count in self.counts.items()
            if count
        ]


@once_per_request
def labels() -> dict[str, str]:
    return {
        "accepted": pgettext("trạng thái", "Nghiệm thu"),
        "in_progress": _("Đang thực hiện"),
        "waiting": pgettext("trạng thái", "Chờ xử lý"),
        "soon": _("Sắp đến hạn"),
        "overdue": _("Quá hạn"),
    }


def legend() -> list[tuple[str, str]]:
    return [(CSS[name], label) for name, label in labels().items()]


def where_tasks_are(user: User, year: int, unit: str | None = None) -> list[Bar]:
    """The tasks of a year in the person's sight, or of these what concerns one unit: the centre, ministries, and
    provinces by region.
    """
    scope = units_with(user, VIEW)
    if not scope.everything and not scope.ids:
        return []
    among = frozenset(under([unit])) if unit else None
    bars: dict[str, Bar] = defaultdict(lambda: Bar(""))
    for route, approving, state, timeliness, count in values_of(_alike(scope, year, among, timezone.localdate())):
        place, label = _group(route, approving)
        bars[place].label = label
        for bucket in _buckets(state, timeliness):
            bars[place].counts[bucket] += count
    return [bars[place] for place in sorted(bars)]


@lru_cache(maxsize=200)
def _alike(scope: UnitScope, year: int, among: frozenset[str] | None, on: date) -> Statement:
    """How many tasks are alike in all that their place hangs on."""
    rows: Any = PlanTask.objects.concerning(scope).live().filter(year=year).exclude(state__in=moving.LEFT_OUT)
    if among is not None:
        rows = rows.filter(concerning(among))
    told = rows.with_timeliness(on).order_by().values_list("route", "approving_unit", "state", "timeliness")
    return told.annotate(count=Count("pk")).query.sql_with_params()


def _buckets(state: str, timeliness: str) -> list[str]:
    found = ["accepted"] if state in moving.DONE else []
    if timeliness in LATE_OR_SOON:
        return [*found, LATE_OR_SOON[Timeliness(timeliness)]]
    return found or ["waiting" if state in WAITING else "in_progress"]


def _group(route: str, unit: str) -> tuple[str, str]:
    """Where the bar stands among the others, and its name."""
    if route == PlanTask.Route.CENTRAL:
        return "0", _("TĐC và Bộ KH&CN")
    if route == PlanTask.Route.MINISTRY:
        return "1", _("Bộ, ngành khác")
    label = unit_labels()[unit]
    return f"2{label.region}", label.region or _("Tỉnh, thành phố")
