from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from apps.core.export import LargeExport
from apps.jobs import exports


class LargeExportMiddleware:
    """Asked for a file of many rows, a page says so and offers to have it written; reading a page starts no work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, LargeExport):
            return None
        back = request.GET.copy()
        back.pop("export", None)
        told = {
            "rows": error.rows,
            "address": request.get_full_path(),
            "back": f"{request.path}?{back.urlencode()}",
            "days": exports.KEPT.days,
        }
        with translation.override(request.LANGUAGE_CODE):  # a page again
            return render(request, "jobs/export_offer.html", told)
