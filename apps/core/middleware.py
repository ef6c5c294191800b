"""What every request has: an id for the logs, a memory of its own, and no storing of private pages."""

import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from apps.core import memo, origin

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """One id through log lines, audit rows and the answer, so that an incident code finds its story."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = uuid.uuid4().hex[:8].upper()
        request.incident = f"{code[:4]}-{code[4:]}"
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.incident)
        memo.begin()
        origin.begin(request)
        try:
            response = self.get_response(request)
        finally:
            origin.end()
            memo.end()
        response["X-Request-ID"] = request.incident
        return response


class PrivatePageMiddleware:
    """Pages of signed-in people stay out of every cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response
