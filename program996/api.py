"""The one DRF router, mounted at /api/v1/, and the description of what a caller may open."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import TemplateView
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

from apps.core.changes import changes_of
from apps.core.problems import PROBLEMS
from apps.documents.api import LegalDocumentViewSet
from apps.enterprises import api as enterprises
from apps.framework.api import FrameworkItemViewSet
from apps.funding.api import FundingLineViewSet, FundingViewSet, TaskFundingViewSet
from apps.jobs.api import JobViewSet
from apps.organisations.api import OrganisationUnitViewSet
from apps.people import api_schema  # noqa: F401 - the generator finds it by its class
from apps.progress.api import IndicatorViewSet
from apps.registers import api as registers
from apps.reports import api as reports
from apps.targets.api import PeriodClosingViewSet, PeriodViewSet, StoredFigureViewSet, TargetViewSet
from apps.tasks import api as tasks

router = DefaultRouter(trailing_slash=True)
router.include_format_suffixes = False
router.include_root_view = False
router.register("closings", PeriodClosingViewSet, basename="closing")
router.register("periods", PeriodViewSet, basename="period")
router.register("targets", TargetViewSet, basename="target")
router.register("figures", StoredFigureViewSet, basename="figure")
router.register("jobs", JobViewSet, basename="job")
router.register("documents", LegalDocumentViewSet, basename="document")
router.register("funding/lines", FundingLineViewSet, basename="funding-line")
router.register("funding/tasks", TaskFundingViewSet, basename="funding-task")
router.register("funding", FundingViewSet, basename="funding")
router.register("framework-items", FrameworkItemViewSet, basename="frameworkitem")
router.register("indicators", IndicatorViewSet, basename="indicator")
router.register("units", OrganisationUnitViewSet, basename="unit")
enterprises.add_to(router)
registers.add_to(router)
reports.add_to(router)
tasks.add_to(router)
router.register("changes", changes_of(router.registry), basename="change")  # last: of all lists above
urlpatterns = router.urls


class SchemaView(SpectacularAPIView):
    """Asked for nothing but itself: the library would write any `version` into a header as it came, and keep the
    catalogue of any `lang`.
    """

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._get_schema_response(request)

    def _get_version_parameter(self, request: Request) -> None:
        return None


class ProblemsView(TemplateView):
    """Where `type` of a refusal leads: every code, in both languages."""

    template_name = "api/problems.html"
    extra_context = {"problems": PROBLEMS}


schema_urls = [
    path("schema/", login_not_required(SchemaView.as_view()), name="api-schema"),
    path("docs/", login_not_required(SpectacularSwaggerSplitView.as_view(url_name="api-schema")), name="api-docs"),
    path("docs/problems/", login_not_required(ProblemsView.as_view()), name="api-problems"),
]
