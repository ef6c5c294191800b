"""The one DRF router, mounted at /api/v1/, and the description of what a caller may open."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from apps.organisations.api import OrganisationUnitViewSet
from apps.progress.api import IndicatorViewSet

router = DefaultRouter(trailing_slash=True)
router.include_format_suffixes = False
router.include_root_view = False
router.register("indicators", IndicatorViewSet, basename="indicator")
router.register("units", OrganisationUnitViewSet, basename="unit")
urlpatterns = router.urls

schema_urls = [
    path("schema/", login_not_required(SpectacularAPIView.as_view()), name="api-schema"),
    path("docs/", login_not_required(SpectacularSwaggerSplitView.as_view(url_name="api-schema")), name="api-docs"),
]
