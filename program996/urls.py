"""One include() per app, mounted at the root: an app's urls.py spells its paths in full."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from program996.api import urlpatterns as api_urls

urlpatterns = [
    path("", include("apps.dashboard.urls")),
    path("", include("apps.publications.urls")),
    path("", include("apps.reports.urls")),
    path("", include("apps.allocations.urls")),  # before those of `targets/<code>/`
    path("", include("apps.progress.urls")),
    path("", include("apps.funding.urls")),
    path("", include("apps.tasks.urls")),
    path("", include("apps.enterprises.urls")),
    path("", include("apps.exchange.urls")),
    path("", include("apps.registers.urls")),
    path("", include("apps.reorganisations.urls")),
    path("", include("apps.webhooks.urls")),
    path("", include("apps.handover.urls")),
    path("", include("apps.apidocs.urls")),
    path("", include("apps.feedback.urls")),
    path("", include("apps.upkeep.urls")),
    path("", include("apps.people.urls")),
    path("", include("apps.organisations.urls")),
    path("", include("apps.jobs.urls")),
    path("", include("apps.accounts.urls")),
    path("", include("apps.audit.urls")),
    path("", include("apps.notifications.urls")),
    path("", include("apps.documents.urls")),
    path("api/v1/", include(api_urls)),
    *i18n_patterns(
        path("", include("apps.help.urls")),
        path("", include("apps.feedback.open_urls")),
        path("", include("apps.public.urls")),
        prefix_default_language=False,
    ),  # after people's own "" and documents/
]
handler400 = "apps.dashboard.views.errors.bad_request"
handler403 = "apps.dashboard.views.errors.permission_denied"
handler404 = "apps.dashboard.views.errors.page_not_found"
handler500 = "apps.dashboard.views.errors.server_error"
