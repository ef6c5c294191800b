"""Refusals leave a trace: who tries what they may not is in the audit, though the view's own work was rolled back."""

from collections.abc import Callable

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse

from apps.audit import refusals
from apps.core.scrubbing import scrub

READS = {"GET", "HEAD", "OPTIONS", "TRACE"}
REFUSED = {403, 404}
LONGEST_PATH = 500
log = structlog.get_logger(__name__)


class RefusalMiddleware:
    """A signed-in person's POST, PUT, PATCH or DELETE answered 403 or 404, a missing form token included. Many of one
    person's are one row: see refusals.py.

    A view that refuses with another answer (a message, 409) says so by `request.refusal = "code"`. Reads never write.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        refused = response.status_code in REFUSED or hasattr(request, "refusal")
        if request.method not in READS and refused:
            self.write_down(request, response.status_code)
        return response

    def write_down(self, request: HttpRequest, status: int) -> None:
        """The answer stands whatever happens here."""
        try:
            if not request.user.is_authenticated:
                return
            refusals.write_down(
                request.user,
                reason=str(getattr(request, "refusal", "")),
                path=scrub(request.path)[:LONGEST_PATH].replace("\0", "\N{REPLACEMENT CHARACTER}"),
                route=request.resolver_match.view_name if request.resolver_match else "",
                method=request.method,
                status=status,
            )
        except (DatabaseError, InterfaceError):
            log.exception("refusal not written down")
