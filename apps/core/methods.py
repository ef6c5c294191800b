from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

OF_PAGES = ["GET", "HEAD", "OPTIONS", "POST"]


class PageMethodsMiddleware:
    """A page is read, and its forms are posted. Left alone, Django's form views take PUT for a form sent empty."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in OF_PAGES or request.path.startswith("/api/"):
            return self.get_response(request)
        return HttpResponseNotAllowed(OF_PAGES)
