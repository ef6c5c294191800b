"""Calls of the API without TLS are refused, not led on: a program that is led on never learns that it shows its key to
everybody on the way, at each call.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.core.api import refused

CALLS = "/api/v1/"


class PlainHttpMiddleware:
    """Before the redirect, which is for people and their browsers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and request.path_info.startswith(CALLS) and not request.is_secure():
            return refused(request, 403, "https_required", "API chỉ nhận lời gọi qua https.")
        return self.get_response(request)
