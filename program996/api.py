"""The one DRF router, mounted at /api/v1/."""

from rest_framework.routers import DefaultRouter

from apps.allocations.api import AllocationViewSet
from apps.core.changes import changes_of
from apps.documents.api import LegalDocumentViewSet
from apps.enterprises import api as enterprises
from apps.framework.api import FrameworkItemViewSet
from apps.funding.api import FundingLineViewSet, FundingViewSet, TaskFundingViewSet
from apps.jobs.api import jobs_of
from apps.organisations.api import OrganisationUnitViewSet
from apps.people import api_schema  # noqa: F401 - the generator finds it by its class
from apps.progress.api import IndicatorViewSet
from apps.progress.api_public import PublicationViewSet, PublicIndicatorViewSet
from apps.publications.api import ReportBookViewSet
from apps.registers import api as registers
from apps.reports import api as reports
from apps.targets.api import PeriodClosingViewSet, PeriodViewSet, StoredFigureViewSet, TargetViewSet
from apps.tasks import api as tasks
from apps.webhooks import api as webhooks

router = DefaultRouter(trailing_slash=True)
router.include_format_suffixes = False
router.include_root_view = False
router.register("allocations", AllocationViewSet, basename="allocation")
router.register("closings", PeriodClosingViewSet, basename="closing")
router.register("periods", PeriodViewSet, basename="period")
router.register("targets", TargetViewSet, basename="target")
router.register("figures", StoredFigureViewSet, basename="figure")
router.register("documents", LegalDocumentViewSet, basename="document")
router.register("funding/lines", FundingLineViewSet, basename="funding-line")
router.register("funding/tasks", TaskFundingViewSet, basename="funding-task")
router.register("funding", FundingViewSet, basename="funding")
router.register("framework-items", FrameworkItemViewSet, basename="frameworkitem")
router.register("indicators", IndicatorViewSet, basename="indicator")
router.register("publications", ReportBookViewSet, basename="publication")
router.register("public/publications", PublicationViewSet, basename="public-publication")
router.register("public/indicators", PublicIndicatorViewSet, basename="public-indicator")
router.register("units", OrganisationUnitViewSet, basename="unit")
enterprises.add_to(router)
registers.add_to(router)
reports.add_to(router)
tasks.add_to(router)
webhooks.add_to(router)
# Last: of all lists above.
router.register("jobs", jobs_of(router.registry), basename="job")
router.register("changes", changes_of(router.registry), basename="change")
urlpatterns = router.urls
