"""Programs that show a key instead of a session: `Authorization: Bearer …`, and only for the API.

Such a request is the key's and nobody else's: its cookies are laid aside before anything reads them, so that it neither
uses a session nor lengthens one, and needs no token of a form. Pages know no keys: there the header means nothing.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

API = "/api/"
SCHEME = "bearer"
LONGEST = 200  # no key of ours is as long


def bearer_of(request: HttpRequest) -> str | None:
    """What the caller shows; None: nothing of the kind. Empty, or too long to be anything, it is a wrong one."""
    scheme, _space, shown = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return shown.strip()[:LONGEST] if scheme.lower() == SCHEME else None


class BearerMiddleware:
    """Before whatever reads a cookie. What a key is answered no store of others may keep."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(API) or getattr(request, "is_open", False):
            return self.get_response(request)
        bears = bearer_of(request) is not None
        if bears:
            request.META.pop("HTTP_COOKIE", None)
            request.leaves_session_alone = True  # type: ignore[attr-defined]  # there is none, and none begins
        response = self.get_response(request)
        patch_vary_headers(response, ["Authorization"])
        if bears and "private" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "private, no-store"
        return response
