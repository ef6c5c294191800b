"""The way in, and the dashboard."""

from itertools import islice
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from apps.allocations.selectors import drafted_goals
from apps.core.open_pages import OpenToStrangersMixin
from apps.core.request import SignedInRequest
from apps.dashboard.inbox import beginning_of_inbox
from apps.dashboard.late import late_in_sight
from apps.dashboard.menu import may_act
from apps.dashboard.money import money_card
from apps.dashboard.reports import report_card
from apps.dashboard.selectors import own_figures_of
from apps.dashboard.tasks import legend, where_tasks_are
from apps.dashboard.unit_home import UnitHome, home_unit
from apps.dashboard.verdicts import groups_of, summary_of
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.people.rights import memberships_today, units_with
from apps.people.working_unit import working_unit
from apps.progress import charts
from apps.progress.selectors import MILESTONE, progress_of
from apps.progress.trajectory import trajectory
from apps.progress.views import READ_FIGURES, FigurePage
from apps.targets.closings import ClosingProposal
from apps.targets.selectors import begun_periods, period_of, periods_known

LANDING = {
    "register_keeper": "enterprises:enterprise_list",
    "programme_administrator": "people:person_list",
    "unit_administrator": "people:person_list",
    "programme_officer": "dashboard:inbox",
    "unit_approver": "dashboard:inbox",
}
WAITING = 4  # rows of what waits for the person
DRAWN = 2  # charts, of those targets that worry most
SMALL = 262  # pixels of a chart's height where two stand side by side


class HomeView(OpenToStrangersMixin, View):
    """Each role lands where its work is; who is not signed in reads what is public."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        roles = [membership.role.name for membership in memberships_today(request.user)]
        routes = [LANDING[role] for role in roles if role in LANDING]
        if routes:
            return redirect(routes[0])
        if request.user.has_perm("targets.view_indicatorvalue"):
            return redirect("dashboard:dashboard")
        return redirect("organisations:organisationunit_list")


class DashboardView(FigurePage):
    template_name = "dashboard/dashboard.html"

    @cached_property
    def scopes(self) -> dict[str, list[UnitLabel]]:
        """Units the dashboard can be narrowed to, by their kind: all that report on the day for the centre, one's own
        else.
        """
        day = self.asked.day or timezone.localdate()
        held = units_with(self.request.user, READ_FIGURES)
        found: dict[str, list[UnitLabel]] = {"provinces": [], "ministries": []}
        for label in unit_labels().values():
            if label.kind in OrganisationUnit.REPORTING_KINDS and label.is_valid_on(day) and label.id in held:
                found["provinces" if label.kind == OrganisationUnit.Kind.PROVINCE else "ministries"].append(label)
        return {kind: sorted(units, key=lambda label: label.sort) for kind, units in found.items()}

    def own_scope(self) -> UnitLabel | None:
        """The province the person works for, or the one its unit belongs to: where the query says nothing, the first
        filter. Of a ministry there are no figures yet, and it begins with the nation.
        """
        open_ones, labels = {label.id: label for label in self.scopes["provinces"]}, unit_labels()
        unit = working_unit(self.request)
        while unit and unit not in open_ones:
            unit = labels[unit].parent
        return open_ones[unit] if unit else None

    @cached_property
    def home(self) -> UnitHome | None:
        """Whoever prepares for a unit lands on its work; the figures of the nation, or of a unit, are asked for."""
        if self.asked.scope is not None or self.asked.known_text:
            return None
        unit = home_unit(self.request.user, working_unit(self.request))
        return UnitHome(self.request.user, unit) if unit else None

    def get_template_names(self) -> list[str]:
        return ["dashboard/unit_home.html"] if self.home else super().get_template_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own, known_on = self.own_scope() if self.asked.scope is None else None, self.asked.known_on
        scopes = [label for units in self.scopes.values() for label in units]
        scope = own or next((label for label in scopes if label.slug == self.asked.scope), None)
        closed = [period.year for period in reversed(periods_known(known_on)) if period.is_closed]
        until = self.asked.year if self.asked.year in closed else None
        asked: Any = {"view": self.asked.view, "on": self.asked.day, "known_on": known_on}
        found = progress_of(unit=scope.id if scope else None, until=until, **asked)
        drawn = ((item, trajectory(item, height=SMALL), charts.finding(item)) for item in found)
        summary = summary_of(found)
        own_figures, judged = [], found
        if scope:
            judged = [item for item in found if item.goal is not None] or found
            told = found if self.home else [item for item in found if item.goal is None]
            drafted = {} if known_on else drafted_goals(scope.id, self.request.user)  # a draft is of now
            own_figures = own_figures_of(told, scope.id, drafted, **asked)
        accepted = [item.outlook.last_year for item in found if item.outlook.last_year]
        return super().get_context_data(
            rows=[(item, charts.bullet(item)) for item in judged],
            groups=groups_of(judged),
            scope_choices=_choices(self.scopes, scope),
            scope=scope,
            own_scope=own,
            is_ministry=scope in self.scopes["ministries"],
            closed=closed,
            until=until,
            trajectories=list(islice((entry for entry in drawn if entry[1]), DRAWN)),
            last_year=max(accepted, default=None),
            running=next((item.preliminary.year for item in found if item.preliminary), None),
            milestone=MILESTONE,
            milestone_period=period_of(MILESTONE, known_on),
            period_now=next(reversed(begun_periods(known_on)), None),
            summary=summary,
            own_figures=own_figures,
            reporting_unit=None if scope else self.reporting_unit(),
            home=self.home,
            **self._of_tasks(scope, until),
            waiting=[] if known_on else ClosingProposal.objects.waiting_for(self.request.user).select_related("period"),
            **kwargs,
        )

    def _of_tasks(self, scope: UnitLabel | None, until: int | None) -> dict[str, Any]:
        """Cards beside the figures: where the tasks of the year are, what is late, and what waits for this person; all
        of them of today, so none beside figures of another day.
        """
        user = self.request.user
        if self.home or self.asked.known_day or not user.has_perm("tasks.view_plantask"):
            return {}
        year, unit = until or timezone.localdate().year, scope.id if scope else None
        return {
            "tasks_year": year,
            "task_bars": where_tasks_are(user, year, unit),
            "task_legend": legend(),
            "begin": beginning_of_inbox(user, WAITING) if may_act(user) else None,
            "late": late_in_sight(user, unit),
            "money": money_card(user, year, unit),
            "report_card": None if unit else report_card(user, year),
        }

    def reporting_unit(self) -> UnitLabel | None:
        """The ministry or agency a person works for: no figure of the dashboard is its own, and it is told so. Whoever
        works at the programme office came for the nation's figures.
        """
        labels, above = unit_labels(), []
        unit = labels.get(working_unit(self.request) or "")
        while unit:
            above.append(unit)
            unit = labels.get(unit.parent or "")
        if any(one.is_office for one in above):
            return None
        kinds = set(OrganisationUnit.REPORTING_KINDS) - {OrganisationUnit.Kind.PROVINCE}
        return next((one for one in above if one.kind in kinds), None)


def _choices(scopes: dict[str, list[UnitLabel]], chosen: UnitLabel | None) -> list[tuple[str, list[dict], int]]:
    """The units of the choice of scope as a widget has its options, in groups."""
    named = (
        (_("Tỉnh, thành phố"), scopes["provinces"]),
        (_("Bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ"), scopes["ministries"]),
    )
    said = {True: {"selected": True}, False: {}}
    return [
        (name, [{"value": one.slug, "label": one.short_name, "attrs": said[one is chosen]} for one in units], index)
        for index, (name, units) in enumerate(named)
        if units
    ]
