"""Which methods a page takes: those that its view defines, among those that a browser has for pages."""

from collections.abc import Callable
from inspect import getclosurevars
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import Resolver404, resolve

OF_PAGES = ["GET", "HEAD", "OPTIONS", "POST"]


class PageMethodsMiddleware:
    """A page is read, and its forms are posted. Left alone, Django's form views take PUT for a form sent empty."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            return self.get_response(request)
        if request.method not in OF_PAGES and (refusal := _refusal(request)):
            return refusal
        response = self.get_response(request)
        if "Allow" in response:
            response["Allow"] = ", ".join(name for name in OF_PAGES if name in response["Allow"].split(", "))
        return response


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """Before anything asks who it is; an address that is none has no methods either, and goes on to its 404."""
    try:
        request.resolver_match = resolve(request.path_info)
    except Resolver404:
        return None
    return HttpResponseNotAllowed(methods_of(request.resolver_match.func))


def methods_of(view: Any) -> list[str]:
    cls = getattr(view, "view_class", None)
    if cls is None:  # a function: what `require_safe` and its like were told
        return getclosurevars(view).nonlocals.get("request_method_list", OF_PAGES)
    names = view.view_initkwargs.get("http_method_names", cls.http_method_names)
    defined = {name.upper() for name in names if hasattr(cls, name) or (name == "head" and hasattr(cls, "get"))}
    return [name for name in OF_PAGES if name in defined]
