"""The page of timeliness in figures: the four that are reported, rates, groups, and what changed between two days."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.generic import TemplateView

from apps.audit.selectors import is_illustrative, marked
from apps.core.export import csv_response_of, noted_response
from apps.core.request import SignedInRequest
from apps.core.templatetags.ui import number, percent, vn_date
from apps.core.views import TableView
from apps.organisations.asked import UnitView
from apps.organisations.fields import unit_names
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.tasks.figures import Cell
from apps.tasks.filters_statistics import NO_GROUP, CountedTaskFilter
from apps.tasks.forms.statistics import StatisticsForm
from apps.tasks.models import PlanTask
from apps.tasks.statistics import CLASSES, Asked, By, Figures, Rate, Statistics, compare, in_order, statistics
from apps.tasks.tables_statistics import CountedTaskTable, OverdueTaskTable
from apps.tasks.timeliness import Timeliness
from apps.tasks.told_under import tops

VIEW = "tasks.view_plantask"
FORMATS = ("csv", "xlsx")
BAR = (("s1", "done_in_time"), ("s4", "done_late"), ("s2", "open_in_time"), ("s5", "open_overdue"))
WIDE_ENOUGH = 8  # percent of the bar in which a number can be read


@dataclass(frozen=True)
class Line:
    """A group, or the whole: its figures with what is behind each, its bar, its rates."""

    name: str
    figures: Figures
    cells: dict[str, Cell]
    segments: list[tuple[str, str, str]]  # class, width, number where it can be read
    rates: dict[str, str]

    @property
    def words(self) -> str:
        """What the bar draws."""
        told = _(
            "%(name)s: hoàn thành đúng hạn %(a)s, hoàn thành quá hạn %(b)s, chưa hoàn thành trong hạn %(c)s, "
            "quá hạn %(d)s"
        )
        counts = {letter: number(self.cells[one].count) for letter, (_css, one) in zip("abcd", BAR, strict=True)}
        return told % {"name": self.name, **counts}


def _behind(figures: Figures) -> float:
    late, due = figures.rates["overdue_of_due"]
    return late / due if due else -1  # of what is not due yet no share can be told


# What the lines may be sorted by, the most first; of equal ones their own order stays.
SORTS: dict[str, Callable[[Figures], float]] = {"overdue": lambda figures: figures.open_overdue, "behind": _behind}


class StatisticsView(PermissionRequiredMixin, TemplateView):
    request: SignedInRequest
    permission_required = VIEW
    template_name = "tasks/statistics.html"

    def get_template_names(self) -> list[str]:
        is_part = self.request.htmx and not self.request.htmx.boosted
        return [f"{self.template_name}#figures" if is_part else self.template_name]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kind = request.GET.get("export", "")
        if kind in FORMATS and self.form.is_valid():
            return self.file(kind)
        response = super().get(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        return response

    # ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def form(self) -> StatisticsForm:
        scope, labels = units_with(self.request.user, VIEW), unit_labels()
        view = UnitView.asked(self.request.GET.get("units", ""))
        units = {top for unit, top in tops(view).items() if unit in scope}
        units |= set() if scope.everything else {unit for unit in scope.ids if unit in labels}
        there = [one for one in units if view == UnitView.AS_REPORTED or labels[one].ended_on is None]
        return StatisticsForm(self.request.GET, units=sorted(there, key=lambda one: labels[one].sort))

    @cached_property
    def asked(self) -> Asked:
        """What is wrong in the form is told beside it, and left aside."""
        self.form.is_valid()
        told = self.form.cleaned_data
        year = int(told["year"]) if told.get("year") else None
        on = told.get("on") or timezone.localdate()
        view = UnitView.asked(told.get("units", ""))
        return Asked(on, year, told.get("unit", ""), told.get("due") == "first", view)

    @cached_property
    def before(self) -> date:
        """The day to compare with; unasked the last one of the month before."""
        asked: date | None = self.form.cleaned_data.get("before")
        return asked or self.asked.on.replace(day=1) - timedelta(days=1)

    @property
    def by(self) -> By:
        asked = self.request.GET.get("by", "")
        return By(asked) if asked in By.values else By.UNIT

    def basis(self, total: int) -> str:
        """What every table here is made of: which tasks, how many, as of which day, by which due date and units."""
        asked = self.asked
        return _("%(n)s nhiệm vụ (%(year)s, %(unit)s), tính đến ngày %(day)s, theo %(due)s, %(units)s") % {
            "units": str(asked.units.label).lower(),
            "n": number(total),
            "year": _("năm kế hoạch %(year)s") % {"year": asked.year} if asked.year else _("mọi năm kế hoạch"),
            "unit": unit_names().get(asked.unit) or _("mọi đơn vị trong phạm vi được xem"),
            "day": vn_date(asked.on),
            "due": _("hạn đặt ban đầu") if asked.first else _("hạn hiện tại"),
        }

    # ── links and lines ─────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def kept(self) -> list[tuple[str, Any]]:
        """What the list must be told besides the class, to show the tasks that were counted."""
        asked = self.asked
        pairs = [("year", asked.year), ("unit", asked.unit), ("due", "first" if asked.first else "")]
        pairs.append(("units", "" if asked.units == UnitView.CURRENT else asked.units.value))
        pairs.append(("on", vn_date(asked.on) if asked.on != timezone.localdate() else ""))
        return [(name, value) for name, value in pairs if value]

    def narrowed(self, by: By | None, key: str) -> list[tuple[str, Any]]:
        """A unit asked for stands under one line, which counts no more than it."""
        if by is None or (by == By.UNIT and self.asked.unit):
            return self.kept
        return [*(pair for pair in self.kept if pair[0] != by), (str(by), key or NO_GROUP)]

    def line(self, name: str, figures: Figures, by: By | None = None, key: str = "") -> Line:
        query = self.narrowed(by, key)
        cells = {
            one: Cell(getattr(figures, one), tasks_of([*query, *(("timeliness", name) for name in classes)]))
            for one, classes in CLASSES.items()
        }
        segments = []
        for css, one in BAR:
            width = 100 * cells[one].count / figures.total if figures.total else 0
            if width:
                segments.append((css, f"{width:.2f}", f"{cells[one].count}" if width >= WIDE_ENOUGH else ""))
        return Line(name, figures, cells, segments, {one: share_of(rate) for one, rate in figures.rates.items()})

    def lines(self, found: Statistics, by: By) -> list[Line]:
        """By name or in their own order; asked for, whoever is most behind stands first."""
        groups = list(in_order(found, by))
        if self.sort:
            groups.sort(key=lambda group: SORTS[self.sort](group[2]), reverse=True)
        return [self.line(name, figures, by, key) for key, name, figures in groups]

    @property
    def sort(self) -> str:
        asked = self.request.GET.get("sort", "")
        return asked if asked in SORTS else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = statistics(self.asked, self.request.user, [self.by])
        context: dict[str, Any] = {
            "asked": self.asked, "filter": {"form": self.form}, "by": self.by, "ways": By, "sort": self.sort,
            "basis": self.basis(found.whole.total),
            "whole": self.line(_("Tổng số"), found.whole), "lines": self.lines(found, self.by),
        }  # fmt: skip
        return super().get_context_data(**context, **self.changes(), **kwargs)

    def changes(self) -> dict[str, Any]:
        """Between the two days: the figures of both, and who went from which class to which."""
        found = compare(self.asked, self.before, self.request.user)
        words, kept = dict(Timeliness.choices), [*self.kept, ("before", vn_date(self.before))]
        ways = sorted(((n, *way) for way, n in found.moved.items() if way[0] != way[1]), reverse=True)
        moved = [
            (words[was], words[became], Cell(n, tasks_of([*kept, ("was", was), ("timeliness", became)])))
            for n, was, became in ways
        ]
        return {"before": self.before, "then": found.then, "now": found.now, "moved": moved}

    def file(self, kind: str) -> HttpResponseBase:
        found, name = (
            statistics(self.asked, self.request.user, list(By)),
            marked(f"tien-do-nhiem-vu-den-{self.asked.on}"),
        )
        if kind == "csv":
            return csv_response_of(self.table(found), name)
        return noted_response(self.table(found), name, self.notes(found.whole.total))

    def notes(self, total: int) -> Iterator[tuple[str, str]]:
        yield _("Nội dung"), _("Tiến độ nhiệm vụ: toàn bộ và theo từng cách phân nhóm")
        yield _("Phạm vi"), self.basis(total)
        yield _("Tỷ lệ hoàn thành"), _("Tử số là nhiệm vụ đã hoàn thành, mẫu số là nhiệm vụ đến hạn.")
        yield _("Tỷ lệ quá hạn"), _("Tử số là nhiệm vụ quá hạn chưa hoàn thành, mẫu số là nhiệm vụ đến hạn.")
        yield _("Nguồn"), _("Cổng quản lý Đề án 996")
        if is_illustrative():
            yield _("Lưu ý"), _("Số liệu minh họa, không phải kết quả thực hiện.")

    def table(self, found: Statistics) -> Iterator[list[Any]]:
        """The file: the whole, then every group of every kind."""
        yield [
            _("Phân theo"), _("Mã"), _("Tên"), _("Tổng số"), _("Hoàn thành đúng hạn"), _("Hoàn thành quá hạn"),
            _("Chưa hoàn thành, trong hạn"), _("Chưa hoàn thành, quá hạn"), _("Trong đó sắp đến hạn"),
            _("Đã hoàn thành"), _("Đến hạn"), _("Tỷ lệ hoàn thành (%)"), _("Tỷ lệ quá hạn (%)"), _("Đến ngày"),
            _("Tính theo"), _("Đơn vị theo"),
        ]  # fmt: skip
        yield self.row(_("Tổng số"), "", "", found.whole)
        for by in By:
            for key, name, figures in in_order(found, by):
                yield self.row(str(by.label), key, name, figures)

    def row(self, kind: str, key: str, name: str, one: Figures) -> list[Any]:
        due = _("Hạn đặt ban đầu") if self.asked.first else _("Hạn hiện tại")
        counts = [one.total, one.done_in_time, one.done_late, one.open_in_time, one.open_overdue, one.due_soon]
        rates = [hundred_times(one.rates[name]) for name in ("done_of_due", "overdue_of_due")]
        return [kind, key, name, *counts, one.done, one.due, *rates, self.asked.on, due, str(self.asked.units.label)]


def tasks_of(query: list[tuple[str, Any]]) -> str:
    """The list of the tasks that a figure counts."""
    return f"{reverse('tasks:statistics_tasks')}?{urlencode(query)}"


class CountedTasksView(TableView):
    permission_required = VIEW
    queryset = PlanTask.objects.live()
    filterset_class = CountedTaskFilter
    table_class = CountedTaskTable
    template_name = "tasks/statistics_tasks.html"
    export_name = "nhiem-vu-theo-tien-do"
    title = _lazy("Nhiệm vụ theo tiến độ")
    lead = _lazy("Các nhiệm vụ được tính vào một số liệu của thống kê tiến độ.")
    noun = _lazy("nhiệm vụ")

    def get_table_class(self) -> type[CountedTaskTable]:
        return OverdueTaskTable if self.filterset.is_of_overdue else self.table_class


def hundred_times(rate: Rate) -> float | str:
    part, whole = rate
    return round(100 * part / whole, 2) if whole else ""


def share_of(rate: Rate) -> str:
    value = hundred_times(rate)
    return "–" if value == "" else percent(value, 2)
