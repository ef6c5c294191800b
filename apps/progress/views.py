"""Pages of targets: the list, one indicator, and where a figure comes from."""

from decimal import Decimal
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
from apps.progress import charts
from apps.progress.bases import bases_of
from apps.progress.breaks import OF_THE_NATION, PER_REPORTING_UNIT, breaks_of
from apps.progress.counting import Counting, Ratio
from apps.progress.downloads import FORMATS, download, gains_table, rows_table, send
from apps.progress.forms import FigureQuery
from apps.progress.parts import named_of, nearly_of, parts_of, standing
from apps.progress.provenance import behind_figure, counted_rows
from apps.progress.rates import Denominators, has_rate
from apps.progress.selectors import (
    MILESTONE,
    IndicatorProgress,
    Place,
    UnitsInYear,
    by_value,
    denominators_of,
    progress_of,
    progress_with_parts,
    standings_of,
    units_in_year,
    years_of,
)
from apps.progress.sources import COUNTS
from apps.progress.trajectory import trajectory
from apps.targets.models import Indicator, IndicatorValue, Period
from apps.targets.selectors import begun_periods, period_of, periods

EVENTS_ON_PANEL, EVENTS_ON_PAGE = 5, 50
READ_FIGURES = "targets.view_indicatorvalue"


class FigurePage(PermissionRequiredMixin, TemplateView):
    """A page that shows figures: read by whoever may read figures."""

    request: SignedInRequest
    permission_required: str | tuple[str, ...] = READ_FIGURES
    raise_exception = True

    @cached_property
    def asked(self) -> FigureQuery:
        return FigureQuery.from_request(self.request.GET)

    @property
    def file_kind(self) -> str | None:
        """The kind of file asked for; none while the day is wrong: a file cannot say so as the page does."""
        kind = self.request.GET.get("export")
        return kind if kind in FORMATS and not self.asked.day_error else None

    def newest(self) -> str:
        """When the newest figure was stored; the page asks by it whether there is something newer."""
        moment = periods()[0].newest_figure_at if periods() and self.request.user.has_perm(READ_FIGURES) else None
        return moment.isoformat() if moment else ""

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
        found = progress_of()
        return super().get_context_data(
            rows=[(item, charts.bullet(item)) for item in found],
            last_year=max((item.outlook.last_year for item in found if item.outlook.last_year), default=None),
            running=next((item.preliminary.year for item in found if item.preliminary), None),
            **kwargs,
        )


class MethodView(FigurePage):
    template_name = "progress/method.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        indicators = Indicator.objects.prefetch_related("definitions__legal_basis")
        return super().get_context_data(
            indicators=[(indicator, COUNTS.get(indicator.code)) for indicator in indicators],
            on_track=settings.OUTLOOK_ON_TRACK,
            at_risk=settings.OUTLOOK_AT_RISK,
            **kwargs,
        )


class FreshView(PermissionRequiredMixin, View):
    """Has a figure changed since the page was drawn? 204 while not; else an event on which the page redraws itself."""

    permission_required = READ_FIGURES
    raise_exception = True

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

    def panel(self, period: Period, unit: OrganisationUnit | None, found: UnitsInYear, per_page: int) -> dict[str, Any]:
        """Formula, units and rows behind one figure."""
        count, labels = COUNTS[self.indicator.code], unit_labels()
        asked: Any = {"unit": unit.pk if unit else None, "view": self.asked.view, "on": self.asked.day}
        behind = behind_figure(
            self.indicator.code,
            period,
            self.rows_scope,
            known_on=period.closing.as_of if period.closing else None,
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
            "parts_in_words": (parts := parts_of(self.indicator, year=period.year, **asked)),
            "standing": standing(self.indicator, found.of(unit.pk), parts) if unit else "",
            "nearly": nearly_of(self.indicator, period, **asked),
            "part": count.parts[0],
            "part_decimals": 0 if isinstance(count, Ratio) else self.indicator.decimals,
            "telling": count.source.telling,
            "imports": self.imports,
            "gains": found.gains(within_year=not count.carried),
            "events": [(row, labels[row.unit_id]) for row in behind.rows],
            "event_page": Paginator(range(behind.seen), per_page).get_page(self.asked.page),
        }


ADDS_YEARS = (Indicator.Aggregation.CUMULATIVE, Indicator.Aggregation.DISTINCT)


class IndicatorView(IndicatorMixin):
    template_name = "progress/indicator_detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.file_kind:
            return download(self.indicator, self.asked, self.file_kind)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        family = progress_with_parts(self.kwargs["code"])
        if family is None:
            raise Http404
        item, parts = family
        self.indicator = item.indicator
        breaks = breaks_of(self.indicator)
        context = {"item": item, "parts": parts, "indicator": self.indicator}
        context |= {
            "trajectory": trajectory(item, breaks),
            "breaks": breaks,
            "per_reporting_unit": self.indicator.code in PER_REPORTING_UNIT,
            "finding": charts.finding(item),
            "family": charts.FAMILY[item.outlook.verdict],
            "years_table": years_of(item, parts, breaks),
            "counts_rows": self.counts_rows,
            "bases": bases_of(self.indicator),
        }
        if period := self.period(item):
            context |= self.year(period)
        milestone = period_of(MILESTONE)
        context["milestone_day"] = milestone.told_until if milestone else None
        context["period_now"] = next(reversed(begun_periods()), None)
        return super().get_context_data(**context, **kwargs)

    def period(self, item: IndicatorProgress) -> Period | None:
        """The asked year if it has figures, else the last accepted one, else the running one."""
        shown = sorted(item.accepted)
        running = [item.preliminary.year] if item.preliminary else []
        wanted = [year for year in (self.asked.year, *shown[-1:], *running) if year in (*shown, *running)]
        return period_of(wanted[0]) if wanted else None

    def year(self, period: Period) -> dict[str, Any]:
        """The units' figures of a year, and what is behind the nation's."""
        found = units_in_year(self.indicator, period.year, self.asked.view, self.asked.day)
        context = self.map(period, found)
        return context | (self.panel(period, None, found, EVENTS_ON_PANEL) if self.counts_rows else {})

    def map(self, period: Period, year: UnitsInYear) -> dict[str, Any]:
        """The units' figures of a year, as tiles and bars; nothing of what no unit reports."""
        view, on, decimals = self.asked.view, self.asked.day, self.indicator.decimals
        denominators = denominators_of(self.indicator, view, on)
        found = year.places(denominators, standings_of(self.indicator, view, on))
        if not found and not self.counts_rows:
            return {}
        by_rate = self.asked.measure == "rate" and any(place.rate is not None for place in found)
        if not by_rate:
            found.sort(key=by_value)
        tiles = self.tiles(found, denominators, by_rate=by_rate)
        without = tiles.without if tiles and self.counts_rows else 0  # a province whose rows are counted has zero
        largest = max(((place.rate if by_rate else place.value) or 0 for place in found), default=0)
        return {
            "period": period,
            "map_finding": charts.map_finding(found, by_rate=by_rate, decimals=decimals, without=without),
            "has_rates": has_rate(self.indicator),
            "adds_years": self.indicator.aggregation in ADDS_YEARS,
            "has_parts": any(place.value is not None and place.value % 1 for place in found),
            "places": found,
            "by_rate": by_rate,
            "map": tiles,
            "largest": largest,
            "years": [one.year for one in begun_periods()],
        }

    def tiles(self, found: list[Place], denominators: Denominators | None, *, by_rate: bool) -> charts.TileMap | None:
        """On the asked day's land: not before the provinces of 2025, and not of what is the nation's alone."""
        on = self.asked.day
        if not self.asked.is_current or (on is not None and not charts.has_tiles_on(on)):
            return None
        if self.indicator.code in OF_THE_NATION:
            return None
        carriers = denominators.carriers if denominators else successor_shares(on or timezone.localdate())
        nothing = Decimal(0) if self.counts_rows else None  # rows are counted everywhere; who did not report has none
        return charts.tile_map(found, self.indicator, by_rate=by_rate, nothing=nothing, carriers=carriers)


class ProvenanceView(IndicatorMixin):
    template_name = "progress/provenance.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.file(self.file_kind) if self.file_kind else super().get(request, *args, **kwargs)

    @cached_property
    def asked_for(self) -> tuple[Period, OrganisationUnit | None]:
        if not self.counts_rows:
            raise Http404
        period = period_of(self.kwargs["year"])
        if period is None or not period.has_begun:
            raise Http404
        if "slug" not in self.kwargs:
            return period, None
        units = OrganisationUnit.objects.visible_to(self.request.user).with_names(self.asked.day)
        return period, get_object_or_404(units, slug=self.kwargs["slug"])

    def file(self, kind: str) -> HttpResponseBase:
        """`part=rows`: the rows that the person may see; else the units with what they added."""
        (period, unit), view, on = self.asked_for, self.asked.view, self.asked.day
        known_on = period.closing.as_of if period.closing else None
        name: list[str | int] = [self.indicator.code, period.year, *([unit.slug] if unit else [])]
        if self.request.GET.get("part") != "rows":
            within_year = not COUNTS[self.indicator.code].carried
            added = units_in_year(self.indicator, period.year, view, on).gains(within_year=within_year)
            found = [one for one in added if not unit or one.unit.id == unit.pk]
            table = gains_table(self.indicator, period, found, self.asked.words)
            return send(table, kind, self.asked, *name, "phan-tang")
        scope, place = self.rows_scope, unit.pk if unit else None
        rows = counted_rows(self.indicator.code, period, scope, unit=place, view=view, on=on, known_on=known_on)
        told = rows_table(self.indicator, period, rows, self.asked.words, scope)
        return send(told, kind, self.asked, *name, "ban-ghi", count=len(rows))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        period, unit = self.asked_for
        found = units_in_year(self.indicator, period.year, self.asked.view, self.asked.day)
        context = self.panel(period, unit, found, EVENTS_ON_PAGE) | {"carriers": carriers_of(unit, self.asked)}
        context |= {"indicator": self.indicator, "years": [one.year for one in begun_periods()]}
        place, view, on = unit.pk if unit else None, self.asked.view, self.asked.day
        context["named"] = named_of(self.indicator, year=period.year, unit=place, view=view, on=on)
        return super().get_context_data(**context, **kwargs)
