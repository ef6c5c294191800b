"""Pages for refusals and failures, in Vietnamese, with the incident code that the logs carry."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """No context processors here: the database may be what failed."""
    from django.template import loader

    page = loader.get_template("500.html").render({"incident": getattr(request, "incident", "")})
    return HttpResponse(page, status=500)
