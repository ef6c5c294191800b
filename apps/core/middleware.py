"""What every request has: an id and a line in the log, a memory of its own, and no storing of private pages."""

import time
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template import loader
from django.utils import translation

from apps.core import memo, origin, traffic
from apps.core.limits import TooMany
from apps.core.request import PortalRequest

log = structlog.get_logger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """One id through log lines, audit rows and the answer, so that an incident code finds its story."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        code = uuid.uuid4().hex[:8].upper()
        request.incident = f"{code[:4]}-{code[4:]}"
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.incident)
        memo.begin()
        origin.begin(request)
        began = time.monotonic()
        try:
            response = self.get_response(request)
        finally:
            origin.end()
            memo.end()
            translation.deactivate()  # a page in English leaves nothing in English behind it
        response["X-Request-ID"] = request.incident
        _write_down(request, response, time.monotonic() - began)
        return response


def _write_down(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """The route by its name: an address may hold a key, a query what somebody looked for. Static files say nothing."""
    match = request.resolver_match
    if match is None and response.status_code < 400:
        return
    route = match.view_name if match else ""
    traffic.count(route=route, method=request.method or "", status=response.status_code, seconds=seconds)
    log.info(
        "request",
        method=request.method,
        route=route,
        status=response.status_code,
        ms=round(seconds * 1000),
        user=getattr(getattr(request, "_cached_user", None), "pk", None),  # never asked for here: no query for a log
        **({"token": request.key_id} if hasattr(request, "key_id") else {}),
    )


COMPRESSED_ALREADY = ("application/vnd.", "application/zip", "application/pdf", "image/png", "image/jpeg", "font/")


class CompressionMiddleware(GZipMiddleware):
    """Answers as gzip, a random few bytes longer each time: their length tells nothing of a token inside (BREACH)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith(COMPRESSED_ALREADY):
            return response
        return super().process_response(request, response)


class AnyHostMiddleware:
    """Balancers ask how we are by an address or by whatever name they know: it is answered as if by our own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in settings.HEALTH_PATHS:
            request.META["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
        return self.get_response(request)


class LimitMiddleware:
    """Too many in too short a time: 429 and when to come again. What the API answers is in api.py."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: PortalRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, TooMany):
            return None
        page = loader.get_template("429.html").render(
            {"incident": request.incident, "page": request.path, "wait": error.wait, "reason": error.reason}
        )
        return HttpResponse(page, status=429, headers={"Retry-After": str(error.wait), "Cache-Control": "no-store"})


class PrivatePageMiddleware:
    """Pages of signed-in people stay out of every cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response
