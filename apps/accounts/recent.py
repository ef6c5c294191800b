"""How long ago somebody showed who they are: by signing in, or by password, code or key since then."""

import time
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def is_recent(request: HttpRequest) -> bool:
    """The person of this session proved it at most ten minutes ago."""
    proofs = get_authentication_records(request, request.user) if request.user.is_authenticated else []
    return bool(proofs) and time.time() - proofs[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def ask_again(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks for password, code or key, and from there back.

    A posted form waits in the session and goes on by itself after the proof; a file or a fragment cannot wait.
    """
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not methods:  # comes from an identity provider, which is asked anew
        page = page_of(request)
        logout(request)
        return _lead(request, reverse("account_login"), page)
    where = methods[0]["url"]
    if getattr(request, "htmx", False) or (request.method == "POST" and request.FILES):
        return _lead(request, where, page_of(request))
    if request.method == "POST":
        suspend_request(request, where)
        return _lead(request, where, request.path)
    return _lead(request, where, request.get_full_path())


def page_of(request: HttpRequest) -> str:
    """The page on which a fragment or a button stands: from it the person comes, to it the person returns."""
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return request.get_full_path() if request.method in ("GET", "HEAD") else "/"


def _lead(request: HttpRequest, where: str, back_to: str) -> HttpResponse:
    asked = QueryDict(mutable=True)
    asked["next"] = back_to
    target = f"{where}?{asked.urlencode(safe='/')}"
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
