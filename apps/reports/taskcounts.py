"""The tasks of a report's unit and year, counted by timeliness: what the report's own numbers are compared with. Beside
them what is overdue of all plan years, as the dashboard counts it: the report's own number is of one.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.templatetags.ui import vn_date
from apps.organisations.asked import UnitView
from apps.reports.models import AnnualReport
from apps.reports.prefill import view_of_work
from apps.tasks.figures import Cell
from apps.tasks.statistics import CLASSES, Asked, By, Figures, statistics

SHOWN = ("done_in_time", "done_late", "open_in_time", "open_overdue", "total")


@dataclass(frozen=True)
class Counted:
    day: str
    lines: list[tuple[str, Cell]]


def counted(report: AnnualReport, user: User) -> Counted:
    day = min(report.round.ends_on, timezone.localdate())
    year, view = report.round.year, view_of_work(report)
    told = statistics(Asked(on=day, unit=report.unit_id, units=view), None, [By.YEAR])
    own = told.groups[By.YEAR].get(str(year), Figures())
    labels = {
        "done_in_time": _("Hoàn thành đúng hạn"),
        "done_late": _("Hoàn thành quá hạn"),
        "open_in_time": _("Chưa hoàn thành, trong hạn"),
        "open_overdue": _("Chưa hoàn thành, quá hạn"),
        "total": _("Tổng số nhiệm vụ"),
    }
    asked = [("unit", report.unit_id)]
    asked += [("on", vn_date(day))] if day != timezone.localdate() else []
    asked += [("units", view.value)] if view != UnitView.CURRENT else []
    may_open = user.has_perm("tasks.view_plantask")

    def address(name: str, *narrowed: tuple[str, str]) -> str:
        classes = [] if name == "total" else [("timeliness", str(one)) for one in CLASSES[name]]
        return f"{reverse('tasks:statistics_tasks')}?{urlencode([*narrowed, *asked, *classes])}" if may_open else ""

    lines = [(labels[name], Cell(getattr(own, name), address(name, ("year", str(year))))) for name in SHOWN]
    beside = _("Quá hạn, tính cả nhiệm vụ của các năm kế hoạch khác")
    return Counted(vn_date(day), [*lines, (beside, Cell(told.whole.open_overdue, address("open_overdue")))])
