"""What everybody may read: the same for whoever asks, and kept by any cache.

A request there is nobody's: its cookies and keys are laid aside before anything reads them, so that no session is asked
for and no answer hangs on who asks. `settings.OPEN_PATHS` are such addresses with all that lies below them. Those of
`settings.OPEN_TO_STRANGERS` are open as long as nobody seems to be signed in: who is finds another page there.

Of the API, answers tell browsers that other sites' scripts may read them too. Pages are in open_pages.py.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_path
from rest_framework.permissions import AllowAny

from apps.core.api import ReadViewSet
from apps.core.manners import READING
from apps.core.versions import version_of_tables

KEPT = "public, max-age=3600"
# Constant, and not an echo of the asking site: a shared cache then has one answer for all.
CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After, Content-Disposition, X-Request-ID",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class OpenMiddleware:
    """Before whatever reads a cookie or a key."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if is_open(request):
            for name in ("HTTP_COOKIE", "HTTP_AUTHORIZATION"):
                request.META.pop(name, None)
            request.is_open = request.leaves_session_alone = True
            request._cached_user = AnonymousUser()  # else asking who it is would ask for a session
        return self.get_response(request)


def is_open(request: HttpRequest) -> bool:
    """«/en/provinces/» is «/provinces/» in another language; people's own pages are in one."""
    language = get_language_from_path(request.path_info)
    path = request.path_info.removeprefix(f"/{language}") if language else request.path_info
    if path in settings.OPEN_TO_STRANGERS:
        return bool(language) or settings.SESSION_COOKIE_NAME not in request.COOKIES
    return path.startswith(tuple(settings.OPEN_PATHS))


class OpenViewSet(ReadViewSet):
    """List and detail for everybody; its rows are those of the queryset's `told_to_all`."""

    is_open = True
    authentication_classes = []
    permission_classes = [AllowAny]
    scope = "told_to_all"
    limit = "public"  # of one address, whoever sits there

    def version(self) -> Any:
        """All of its answers are made of the same small tables."""
        return version_of_tables(*self.made_of)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        is_kept = request.method in READING and response.status_code in (200, 304)
        response["Cache-Control"] = KEPT if is_kept else "no-store"
        for name, value in (CROSS_ORIGIN | (PREFLIGHT if request.method == "OPTIONS" else {})).items():
            response[name] = value
        return response
