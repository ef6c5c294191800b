"""The plan of the programme with what is done for it, and one item of it."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, ListView

from apps.core import limits
from apps.core.export import csv_response_of, workbook_response
from apps.core.tabs import Tab, kept_tabs
from apps.core.views import ScopedMixin
from apps.framework.models import FrameworkItem, ItemUnit
from apps.framework.selectors import carriers_of, headings_above, plan_decision, units_of, with_parts
from apps.organisations.fields import unit_names
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.tasks import timeline
from apps.tasks.figures import Cell, cells_of, tasks_of
from apps.tasks.plan_body import Body
from apps.tasks.plan_export import EXPORT_NAME, plan_rows
from apps.tasks.plan_filter import BOTH, CARRIED, ROMAN, Asked, PlanForm, quarter_name
from apps.tasks.plan_tree import lines_of, rows_of, summary_of
from apps.tasks.selectors.plan import tasks_of_plan, work_by_item
from apps.tasks.standing import ItemStanding, Standing, mark_of, standing_of
from apps.tasks.timeliness import Timeliness

ROWS_OF_ITEM, VIEW = 20, "tasks.view_plantask"


class PlanView(PermissionRequiredMixin, ScopedMixin, ListView):
    """All items are read at every visit: filters are asked of what is told of them, of which no column knows."""

    permission_required = "framework.view_frameworkitem"
    queryset = with_parts(FrameworkItem.objects.all())
    template_name = "tasks/plan.html"
    title = gettext_lazy("Kế hoạch triển khai Đề án 996")
    saves_views = True
    beside_filters = CARRIED
    tabs: tuple[Tab, ...] = ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("q", "").strip():
            limits.check("search", request)
        return super().get(request, *args, **kwargs)

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    def own_filters(self) -> Any:
        """By which a kept query is read."""
        of_all = units_with(self.request.user, VIEW).everything
        return SimpleNamespace(form=PlanForm(QueryDict(), _items_of(self.get_queryset()), of_all_units=of_all))

    def _told(
        self, items: list[FrameworkItem], units: set[str] | None, *, of_all: bool
    ) -> list[tuple[FrameworkItem, ItemStanding]]:
        work, is_all = work_by_item(tasks_of_plan(self.request.user, units), self.today), of_all and units is None
        return [(item, standing_of(item, work.get(item.code, {}), self.today, of_all=is_all)) for item in items]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        every = list(self.object_list)
        items = _items_of(every)
        asked, scope = Asked.of(self.request.GET), units_with(self.request.user, VIEW)
        form = PlanForm(self.request.GET, items, of_all_units=scope.everything)
        told = self._told(items, form.units(), of_all=scope.everything)
        of_list = [(item, one) for item, one in told if asked.plan_list in (BOTH, item.list)]
        lines = lines_of(((item, one) for item, one in of_list if form.keeps(item, one)), every, asked, self.today)
        line = timeline.line(self.today) if asked.view == "timeline" else None
        ways, filters = tabs_of(told, asked, self.request.GET), SimpleNamespace(form=form)
        self.tabs = tuple(Tab(way["label"], way["query"]) for way in ways)
        tasks = reverse("tasks:plantask_list") if may_open_tasks(self.request.user) else ""
        return super().get_context_data(
            filter=filters,
            kept=kept_tabs(self, filters),
            asked=asked,
            carried=" ".join(CARRIED),
            tabs=ways,
            lines=lines,
            body=Body(rows_of(lines), line, tasks, task_query(form)),
            head=timeline.head(self.today),
            legend=timeline.legend() if asked.view == "timeline" else (),
            lag=settings.TASK_LAG_POINTS,
            decision=plan_decision(),
            counts={name: sum(item.list == name for item in items) for name in FrameworkItem.PlanList.values},
            sees_all=scope.everything,
            **kwargs,
        )

    def get_template_names(self) -> list[str]:
        is_fragment = self.request.htmx and not self.request.htmx.boosted
        return ["tasks/plan.html#table"] if is_fragment else ["tasks/plan.html"]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponseBase:
        wanted = self.request.GET.get("export")
        if wanted in ("xlsx", "csv"):
            answer = workbook_response if wanted == "xlsx" else csv_response_of
            return answer(plan_rows(context["lines"]), EXPORT_NAME, len(context["lines"]))
        response: HttpResponse = super().render_to_response(context, **kwargs)
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        return response


def _items_of(rows: Iterable[FrameworkItem]) -> list[FrameworkItem]:
    return [row for row in rows if row.kind == FrameworkItem.Kind.ITEM]


def tabs_of(told: list[tuple[FrameworkItem, ItemStanding]], asked: Asked, query: QueryDict) -> list[dict[str, Any]]:
    """Ways to look at the plan, as links; each keeps whose tasks are counted, and how the page is drawn."""
    kept = QueryDict(mutable=True)
    for name in ("unit", "by", "view"):
        if query.get(name):
            kept.setlist(name, query.getlist(name))
    set_now = {name: query.getlist(name) for name in query if name in ("q", "status", "lead", "coordinating",
               "indicator", "due") and query.get(name)}  # fmt: skip
    late = sum(one.standing == Standing.OVERDUE for _item, one in told)
    risky = sum(one.standing == Standing.AT_RISK for _item, one in told)
    due = sum(bool(one.work.due_next_quarter) for _item, one in told)
    of_list = {name: sum(item.list == name for item, _told in told) for name in FrameworkItem.PlanList.values}
    ways = [
        (_("Danh mục A – Bộ KH&CN"), of_list["A"], "", "A", {}),
        (_("Danh mục B – Bộ, ngành, địa phương"), of_list["B"], "", "B", {}),
        (Standing.OVERDUE.label, late, "bad", BOTH, {"status": [str(Standing.OVERDUE)]}),
        (Standing.AT_RISK.label, risky, "warn", BOTH, {"status": [str(Standing.AT_RISK)]}),
        (_("Đến hạn %(quarter)s") % {"quarter": quarter_name(1)}, due, "", BOTH, {"due": ["next"]}),
    ]
    tabs = []
    for label, count, css, plan_list, filters in ways:
        there = kept.copy()
        there["list"] = plan_list
        for name, values in filters.items():
            there.setlist(name, values)
        is_here = asked.plan_list == plan_list and (not filters or filters == set_now)
        tabs.append({"label": label, "count": count, "css": css, "query": there.urlencode(), "here": is_here})
    return tabs


def task_query(form: PlanForm) -> str:
    """What the list of tasks is asked beside the item, so that it lists as many as were counted."""
    units = form.asked("unit")
    return "&" + urlencode([("role", "lead"), *(("unit", unit) for unit in units)]) if units else ""


class PlanItemView(PermissionRequiredMixin, ScopedMixin, DetailView):
    permission_required = "framework.view_frameworkitem"
    queryset = with_parts(FrameworkItem.objects.select_related("parent__parent__parent"))
    template_name = "tasks/plan_item.html"

    def get_object(self, *args: Any) -> FrameworkItem:
        named = {"list": self.kwargs["plan_list"], "number": self.kwargs["number"]}
        return get_object_or_404(self.get_queryset(), **named)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item, today = self.object, timezone.localdate()
        units = [(role.label, named(item, role)) for role in ItemUnit.Role]
        kwargs |= {"title": item.title, "above": headings_above(item), "decision": plan_decision()}
        kwargs |= {"reading": years_of(item), "named": units}
        if item.kind == FrameworkItem.Kind.GROUP:
            return super().get_context_data(below=below_of(item, self.request.user, today), **kwargs)
        tasks = tasks_of_plan(self.request.user).filter(framework_item=item)
        years = work_by_item(tasks, today).get(item.code, {})
        told = standing_of(item, years, today, of_all=units_with(self.request.user, VIEW).everything)
        own = [(year, years[year]) for year in sorted(years) if years[year].total]
        may_open, of_item = may_open_tasks(self.request.user), [("framework_item", item.code)]
        results = [
            (year, cells_of(work, [*of_item, ("year", str(year))], may_open=may_open),
             mark_of(work, year, today.year).label)
            for year, work in own
        ]  # fmt: skip
        return super().get_context_data(
            told=told,
            chip=timeline.chip(told.standing),
            drawing=timeline.timeline(item, told, today),
            head=timeline.head(today),
            years=results,
            total=cells_of(told.work, of_item, may_open=may_open),
            page=page_of(tasks, self.request.GET.get("page")),
            **kwargs,
        )


def may_open_tasks(user: Any) -> bool:
    scope = units_with(user, VIEW)
    return scope.everything or bool(scope.ids)


def below_of(heading: FrameworkItem, user: Any, today: date) -> list[dict[str, Any]]:
    """What stands directly under the heading: an item with its status, a heading with a summary of its items."""
    inside = FrameworkItem.objects.visible_to(user).filter(code__startswith=f"{heading.code}.").order_by("position")
    rows = list(inside)
    work = work_by_item(tasks_of_plan(user).filter(framework_item__in=[row.code for row in rows]), today)
    is_all, may_open = units_with(user, VIEW).everything, may_open_tasks(user)
    found = []
    for row in (row for row in rows if row.parent_id == heading.code):
        items = [one for one in rows if one.kind == FrameworkItem.Kind.ITEM and _is_within(one, row)]
        told = [standing_of(one, work.get(one.code, {}), today, of_all=is_all) for one in items]
        count = sum(one.work.total for one in told)
        url = tasks_of([("framework_item", row.code)]) if may_open else ""
        is_item = row.kind == FrameworkItem.Kind.ITEM
        found.append({
            "item": row, "tasks": Cell(count, url), "chip": timeline.chip(told[0].standing) if is_item else "",
            "summary": "" if is_item else summary_of(Counter(one.standing for one in told)),
        })  # fmt: skip
    return found


def _is_within(item: FrameworkItem, other: FrameworkItem) -> bool:
    return f"{item.code}.".startswith(f"{other.code}.")


def years_of(item: FrameworkItem) -> str:
    """«2019–2030», «2019, từ quý I»."""
    years = f"{item.first_year}" if item.first_year == item.last_year else f"{item.first_year}–{item.last_year}"
    if not item.quarter:
        return years
    return _("%(years)s, từ quý %(quarter)s") % {"years": years, "quarter": ROMAN[item.quarter]}


def named(item: FrameworkItem, role: str) -> list[dict[str, Any]]:
    """Each part as the plan writes it, the unit it meant, and who carries its work today where that is another."""
    found = []
    for one in units_of(item, role):
        today = carriers_of(one.unit_id) if one.unit_id else []
        others = [label for label in today if label.id != one.unit_id]
        found.append({"written": one, "unit": unit_labels().get(one.unit_id or ""), "today": others})
    return found


def page_of(tasks: Any, number: str | None) -> Page:
    """The newest first; to sort and to filter is for the list of tasks."""
    rows = tasks.with_timeliness().order_by("-year", "due_on", "pk")
    page = Paginator(rows, ROWS_OF_ITEM).get_page(number)
    names = unit_names()
    page.object_list = [
        (task, names.get(task.lead_unit_id), Timeliness(task.timeliness) if task.timeliness else None)
        for task in page.object_list
    ]
    return page
