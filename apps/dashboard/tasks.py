"""What the dashboard says of tasks: where they are, by groups of units."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.memo import once_per_request
from apps.organisations.selectors import unit_labels
from apps.tasks import moving
from apps.tasks.filters import in_any_role
from apps.tasks.models import PlanTask
from apps.tasks.timeliness import Timeliness

State = moving.State
BUCKETS = ("accepted", "in_progress", "waiting", "soon", "overdue")  # of one bar, from left to right
WAITING = frozenset({State.PROPOSED, State.UNDER_APPRAISAL, State.APPRAISED, State.RETURNED, State.COMPLETION_REPORTED})
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
        "accepted": _("Nghiệm thu"),
        "in_progress": _("Đang thực hiện"),
        "waiting": _("Chờ xử lý"),
        "soon": _("Sắp đến hạn"),
        "overdue": _("Quá hạn"),
    }


def legend() -> list[tuple[str, str]]:
    return [(CSS[name], label) for name, label in labels().items()]


def where_tasks_are(user: User, year: int, unit: str | None = None, on: date | None = None) -> list[Bar]:
    """The tasks of a year in the person's sight, or of these what concerns one unit: the centre, ministries, and
    provinces by region.
    """
    rows: Any = PlanTask.objects.visible_to(user).live().filter(year=year).exclude(state__in=moving.LEFT_OUT)
    if unit:
        rows = rows.filter(in_any_role([unit]))
    is_late, is_soon = Q(timeliness=Timeliness.OPEN_OVERDUE), Q(timeliness=Timeliness.DUE_SOON)
    is_open = ~is_late & ~is_soon
    counted = (
        rows.with_timeliness(on or timezone.localdate())
        .values("route", "approving_unit")
        .annotate(
            accepted=Count("pk", filter=Q(state__in=moving.DONE)),
            in_progress=Count("pk", filter=is_open & ~Q(state__in=WAITING | moving.DONE)),
            waiting=Count("pk", filter=is_open & Q(state__in=WAITING)),
            soon=Count("pk", filter=is_soon),
            overdue=Count("pk", filter=is_late),
        )
        .order_by()
    )
    bars: dict[str, Bar] = defaultdict(lambda: Bar(""))
    for row in counted:
        place, label = _group(row["route"], row["approving_unit"])
        bars[place].label = label
        for name in BUCKETS:
            bars[place].counts[name] += row[name]
    return [bars[place] for place in sorted(bars)]


def _group(route: str, unit: str) -> tuple[str, str]:
    """Where the bar stands among the others, and its name."""
    if route == PlanTask.Route.CENTRAL:
        return "0", _("TĐC và Bộ KH&CN")
    if route == PlanTask.Route.MINISTRY:
        return "1", _("Bộ, ngành khác")
    label = unit_labels()[unit]
    return f"2{label.region}", label.region or _("Tỉnh, thành phố")
