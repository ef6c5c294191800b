"""The tasks of a report's unit and year, counted by timeliness: what the report's own numbers are compared with."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.templatetags.ui import vn_date
from apps.organisations.asked import UnitView
from apps.reports.models import AnnualReport
from apps.reports.prefill import view_of
from apps.tasks.figures import Cell
from apps.tasks.statistics import CLASSES, Asked, statistics

SHOWN = ("done_in_time", "done_late", "open_in_time", "open_overdue", "total")


@dataclass(frozen=True)
class Counted:
    day: str
    lines: list[tuple[str, Cell]]


def counted(report: AnnualReport, user: User) -> Counted:
    day = min(report.round.ends_on, timezone.localdate())
    view = view_of(report)
    told = statistics(Asked(on=day, year=report.round.year, unit=report.unit_id, units=view), None).whole
    labels = {
        "done_in_time": _("Hoàn thành đúng hạn"),
        "done_late": _("Hoàn thành quá hạn"),
        "open_in_time": _("Chưa hoàn thành, trong hạn"),
        "open_overdue": _("Chưa hoàn thành, quá hạn"),
        "total": _("Tổng số nhiệm vụ"),
    }
    asked = [("year", report.round.year), ("unit", report.unit_id)]
    asked += [("on", vn_date(day))] if day != timezone.localdate() else []
    asked += [("units", view.value)] if view != UnitView.CURRENT else []
    may_open = user.has_perm("tasks.view_plantask")

    def address(name: str) -> str:
        narrowed = [] if name == "total" else [("timeliness", str(one)) for one in CLASSES[name]]
        return f"{reverse('tasks:statistics_tasks')}?{urlencode([*asked, *narrowed])}" if may_open else ""

    return Counted(vn_date(day), [(labels[name], Cell(getattr(told, name), address(name))) for name in SHOWN])
