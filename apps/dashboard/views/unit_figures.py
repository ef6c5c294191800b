"""The figures of a unit: a block of its page, and a page of its own where there is no script."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property

from apps.allocations.selectors import drafted_goals
from apps.dashboard.selectors import Drafted
from apps.organisations.models import OrganisationUnit
from apps.progress.charts import FAMILY
from apps.progress.downloads import download_unit
from apps.progress.selectors import IndicatorProgress
from apps.progress.unit_figures import unit_figures
from apps.progress.views import FigurePage, carriers_of
from apps.targets.selectors import begun_periods


class UnitFiguresView(FigurePage):
    template_name = "dashboard/unit_figures.html"

    @cached_property
    def unit(self) -> OrganisationUnit:
        units = OrganisationUnit.objects.visible_to(self.request.user).with_names(self.asked.day)
        return get_object_or_404(units, slug=self.kwargs["slug"])

    @property
    def is_block(self) -> bool:
        """Asked for by htmx from the unit's page: its links must then name this address, not that page's."""
        return bool(self.request.htmx) and not self.request.htmx.boosted

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.file_kind:
            return download_unit(self.unit.pk, self.unit.slug, self.asked, self.file_kind)
        response = super().get(request, *args, **kwargs)
        response["Vary"] = "HX-Request, Cookie"
        return response

    def get_template_names(self) -> list[str]:
        return [f"{self.template_name}#figures" if self.is_block else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        years = [period.year for period in begun_periods(self.asked.known_on)]
        table = unit_figures(self.unit.pk, self.unit.slug, self.asked, years)
        return super().get_context_data(
            unit=self.unit,
            table=table,
            aims=self.aims(table.aimed),
            carriers=carriers_of(self.unit, self.asked),
            in_force=self.unit.is_valid_on(self.asked.day or timezone.localdate()),
            live=self.request.path if self.is_block else "",
            **kwargs,
        )

    def aims(self, found: list[IndicatorProgress]) -> list[tuple[IndicatorProgress, str, Drafted | None]]:
        """What the unit is to reach, of what it was given, inherited or would be given."""
        drafted = {} if self.asked.known_on else drafted_goals(self.unit.pk, self.request.user)
        told = [one for one in found if one.aims or one.indicator.pk in drafted]
        return [(one, FAMILY[one.outlook.verdict], drafted.get(one.indicator.pk)) for one in told]
