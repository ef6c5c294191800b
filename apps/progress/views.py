"""Pages of targets: the list, one indicator, and where a figure comes from."""

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from apps.accounts.scope import UnitScope
from apps.core.request import SignedInRequest
from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import UnitLabel, successor_shares, unit_labels
from apps.people.rights import units_with
from apps.people.services.tokens import may_hold_own
from apps.progress import charts
from apps.progress.bases import bases_of
from apps.progress.breaks import breaks_of, redefined
from apps.progress.calling import calling_of
from apps.progress.contributions import contributions_of
from apps.progress.counting import Counting, Ratio
from apps.progress.definitions import DEFINE, kinds_of
from apps.progress.downloads import FORMATS, download, gains_table, rows_table, send
from apps.progress.explained import About
from apps.progress.forms import FigureQuery
from apps.progress.maps import map_of
from apps.progress.outlook import what_if
from apps.progress.parts import named_of, nearly_of, parts_of, standing
from apps.progress.provenance import behind_figure, counted_rows
from apps.progress.selectors import (
    MILESTONE,
    IndicatorProgress,
    UnitsInYear,
    progress_of,
    progress_with_parts,
    units_in_year,
    years_of,
)
from apps.progress.sources import COUNTS, is_of_reporting_units
from apps.progress.trajectory import trajectory
from apps.targets.closings import ClosingProposal
from apps.targets.models import Indicator, IndicatorValue, Period
from apps.targets.selectors import begun_periods, period_of, periods

EVENTS_ON_PANEL, EVENTS_ON_PAGE = 5, 50
READ_FIGURES = "targets.view_indicatorvalue"


class FigurePage(PermissionRequiredMixin, TemplateView):
    """A page that shows figures: read by whoever may read figures."""

    request: SignedInRequest
    permission_required: str | tuple[str, ...] = READ_FIGURES

    @cached_property
    def asked(self) -> FigureQuery:
        return FigureQuery.from_request(self.request.GET)

    @property
    def file_kind(self) -> str | None:
        """The kind of file asked for; none while a day is wrong: a file cannot say so as the page does."""
        kind = self.request.GET.get("export")
        return kind if kind in FORMATS and not self.asked.day_error and not self.asked.known_error else None

    def newest(self) -> str:
        """When the newest figure was stored; the page asks by it whether there is something newer. Of what was known
        on a day nothing ever is.
        """
        if self.asked.known_day:
            return ""
        moment = periods()[0].newest_figure_at if periods() and self.request.user.has_perm(READ_FIGURES) else None
        return moment.isoformat() if moment else ""

    def closings_waiting(self) -> list[ClosingProposal]:
        """What is put before a leader, for those who prepare and who close; of another day nothing waits."""
        if self.asked.known_day:
            return []
        return list(ClosingProposal.objects.visible_to(self.request.user).open().select_related("period"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(asked=self.asked, newest=self.newest(), views=UnitView, **kwargs)


def carriers_of(unit: OrganisationUnit | None, asked: FigureQuery) -> list[UnitLabel]:
    """Where the current view shows the figures of a unit that is no more."""
    if unit is None or not asked.is_current:
        return []
    shares, labels = successor_shares(asked.day or timezone.localdate()).get(unit.pk, []), unit_labels()
    return [labels[carrier] for carrier, _share in shares if carrier != unit.pk]


class TargetListView(FigurePage):
    template_name = "progress/indicator_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = progress_of(known_on=self.asked.known_on)
        return super().get_context_data(
            rows=[(item, charts.bullet(item)) for item in found],
            last_year=max((item.outlook.last_year for item in found if item.outlook.last_year), default=None),
            running=next((item.preliminary.year for item in found if item.preliminary), None),
            closings_waiting=self.closings_waiting(),
            **kwargs,
        )


class MethodView(FigurePage):
    template_name = "progress/method.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        indicators = Indicator.objects.prefetch_related("definitions__legal_basis")
        return super().get_context_data(
            indicators=[(one, COUNTS.get(one.code), kinds_of(one)) for one in indicators],
            on_track=settings.OUTLOOK_ON_TRACK,
            at_risk=settings.OUTLOOK_AT_RISK,
            may_define=self.request.user.has_perm(DEFINE),
            **kwargs,
        )


class FreshView(PermissionRequiredMixin, View):
    """Has a figure changed since the page was drawn? 204 while not; else an event on which the page redraws itself."""

    permission_required = READ_FIGURES

    def get(self, request: SignedInRequest) -> HttpResponse:
        newest = IndicatorValue.objects.visible_to(request.user).aggregate(Max("known_from"))["known_from__max"]
        response = HttpResponse(status=204)
        if newest and newest.isoformat() != request.GET.get("since", ""):
            response["HX-Trigger"] = "figures-changed"
        return response


class IndicatorMixin(FigurePage):
    """An indicator by its code, whatever the case it is typed in."""

    @cached_property
    def indicator(self) -> Indicator:
        return get_object_or_404(Indicator, code__iexact=self.kwargs["code"])

    @property
    def count(self) -> Counting | None:
        """How it counts rows, if it does."""
        return COUNTS.get(self.indicator.code)

    @property
    def counts_rows(self) -> bool:
        return self.count is not None

    @cached_property
    def rows_scope(self) -> UnitScope:
        """In whose rows the person may look."""
        return units_with(self.request.user, self.count.source.permission) if self.count else UnitScope()

    @property
    def imports(self) -> UnitScope:
        """Of which units the person may open the files that brought rows."""
        return units_with(self.request.user, "exchange.view_importbatch")

    def in_year(self, period: Period) -> UnitsInYear:
        asked = self.asked
        return units_in_year(self.indicator, period.year, asked.view, asked.day, asked.known_on)

    def panel(self, period: Period, unit: OrganisationUnit | None, found: UnitsInYear, per_page: int) -> dict[str, Any]:
        """Formula, units and rows behind one figure."""
        count, labels = COUNTS[self.indicator.code], unit_labels()
        asked: Any = {"unit": unit.pk if unit else None, "view": self.asked.view, "on": self.asked.day}
        known_on = self.asked.known_on
        behind = behind_figure(
            self.indicator.code,
            period,
            self.rows_scope,
            known_on=period.closing.as_of if period.closing else known_on,
            limit=per_page,
            offset=(self.asked.page - 1) * per_page,
            **asked,
        )
        return {
            "period": period,
            "unit": unit,
            "behind": behind,
            "step": behind.step,
            "step_before": period.year - 1,
            "count": count,
            "parts_in_words": (parts := parts_of(self.indicator, year=period.year, known_on=known_on, **asked)),
            "standing": standing(self.indicator, found.of(unit.pk), parts) if unit else "",
            "nearly": nearly_of(self.indicator, period, known_on=known_on, **asked),
            "part": count.parts[0],
            "part_decimals": 0 if isinstance(count, Ratio) else self.indicator.decimals,
            "telling": count.source.telling,
            "imports": self.imports,
            "gains": found.gains(within_year=not count.carried),
            "events": [(row, labels[row.unit_id]) for row in behind.rows],
            "event_page": Paginator(range(behind.seen), per_page).get_page(self.asked.page),
        }


class IndicatorView(IndicatorMixin):
    template_name = "progress/indicator_detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.file_kind:
            return download(self.indicator, self.asked, self.file_kind)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        known_on = self.asked.known_on
        family = progress_with_parts(self.kwargs["code"], known_on)
        if family is None:
            raise Http404
        item, parts = family
        self.indicator = item.indicator
        breaks, redefinitions = breaks_of(self.indicator, self.asked.known_day), redefined(self.indicator.redefined_on)
        context = {"item": item, "parts": parts, "indicator": self.indicator}
        context |= {
            "trajectory": trajectory(item, breaks, redefinitions),
            "breaks": breaks,
            "redefinitions": redefinitions,
            "per_reporting_unit": is_of_reporting_units(self.indicator.code),
            "finding": charts.finding(item),
            "family": charts.FAMILY[item.outlook.verdict],
            "years_table": years_of(item, parts, [*breaks, *redefinitions]),
            "counts_rows": self.counts_rows,
            "bases": bases_of(self.indicator, known_on),
            "closings_waiting": self.closings_waiting(),
            "calling": calling_of(self.indicator, self.asked, item.last_figure or item.preliminary),
            "may_hold_token": may_hold_own(self.request.user),
        }
        context |= self.ways_to(item)
        if period := self.period(item):
            context |= self.year(period)
        milestone = period_of(MILESTONE, known_on)
        context["milestone_day"] = milestone.told_until if milestone else None
        context["period_now"] = next(reversed(begun_periods(known_on)), None)
        return super().get_context_data(**context, **kwargs)

    def ways_to(self, item: IndicatorProgress) -> dict[str, Any]:
        """How the verdict was reached, what another pace would bring, and what tasks are expected to add."""
        look, user = item.outlook, self.request.user
        found: dict[str, Any] = {"on_track": settings.OUTLOOK_ON_TRACK, "at_risk": settings.OUTLOOK_AT_RISK}
        found["what_if"] = what_if(look, self.asked.pace) if self.asked.pace is not None else None
        # Plans are of today: beside figures of another day they would be none of theirs.
        if user.has_perm("tasks.view_plantask") and not self.asked.known_day:
            found["expected"] = contributions_of(self.indicator, user, look.last_year or 0)
        return found

    def period(self, item: IndicatorProgress) -> Period | None:
        """The asked year if it has figures, else the last accepted one, else the running one."""
        shown = sorted(item.accepted)
        running = [item.preliminary.year] if item.preliminary else []
        known = {year for year, figure in item.figures.items() if figure.value is not None}  # several may be unclosed
        wanted = [year for year in (self.asked.year, *shown[-1:], *running) if year in known | {*shown}]
        return period_of(wanted[0], self.asked.known_on) if wanted else None

    def year(self, period: Period) -> dict[str, Any]:
        """The units' figures of a year, and what is behind the nation's."""
        found = self.in_year(period)
        context = map_of(self.indicator, self.asked, period, found)
        return context | (self.panel(period, None, found, EVENTS_ON_PANEL) if self.counts_rows else {})


class ProvenanceView(IndicatorMixin):
    template_name = "progress/provenance.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.file(self.file_kind) if self.file_kind else super().get(request, *args, **kwargs)

    @cached_property
    def asked_for(self) -> tuple[Period, OrganisationUnit | None]:
        if not self.counts_rows:
            raise Http404
        period = period_of(self.kwargs["year"], self.asked.known_on)
        if period is None or not period.has_begun:
            raise Http404
        if "slug" not in self.kwargs:
            return period, None
        units = OrganisationUnit.objects.visible_to(self.request.user).with_names(self.asked.day)
        return period, get_object_or_404(units, slug=self.kwargs["slug"])

    def file(self, kind: str) -> HttpResponseBase:
        """`part=rows`: the rows that the person may see; else the units with what they added."""
        (period, unit), view, on = self.asked_for, self.asked.view, self.asked.day
        known_on = period.closing.as_of if period.closing else self.asked.known_on
        name: list[str | int] = [self.indicator.code, period.year, *([unit.slug] if unit else [])]
        place = unit.full_name if unit else "toàn quốc"
        what = f"{self.indicator.code} – {self.indicator.short_name}, kỳ {period.year}, {place}"
        if self.request.GET.get("part") != "rows":
            within_year = not COUNTS[self.indicator.code].carried
            added = self.in_year(period).gains(within_year=within_year)
            found = [one for one in added if not unit or one.unit.id == unit.pk]
            table = gains_table(self.indicator, period, found, self.asked.words)
            about = About(f"{what}: số tăng trong kỳ theo đơn vị", self.indicator, {one.unit.id for one in found})
            return send(table, kind, self.asked, *name, "phan-tang", about=about)
        scope = self.rows_scope
        asked: Any = {"unit": unit.pk if unit else None, "view": view, "on": on, "known_on": known_on}
        rows = counted_rows(self.indicator.code, period, scope, **asked)
        told = rows_table(self.indicator, period, rows, self.asked.words, scope)
        about = About(f"{what}: từng bản ghi được tính mà người tải được xem", self.indicator)
        return send(told, kind, self.asked, *name, "ban-ghi", about=about, count=len(rows))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        period, unit = self.asked_for
        found = self.in_year(period)
        context = self.panel(period, unit, found, EVENTS_ON_PAGE) | {"carriers": carriers_of(unit, self.asked)}
        context |= {"indicator": self.indicator, "years": [one.year for one in begun_periods(self.asked.known_on)]}
        place, view, on = unit.pk if unit else None, self.asked.view, self.asked.day
        context["named"] = named_of(
            self.indicator, year=period.year, unit=place, view=view, on=on, known_on=self.asked.known_on
        )
        return super().get_context_data(**context, **kwargs)
