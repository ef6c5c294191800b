"""In which language a page is read, and that what is kept or goes out is Vietnamese whoever reads.

A public page says it in its address: caches keep one page for each. Every other page is read in the language that its
reader chose last, told by a cookie: no address hangs on it, so that a link leads everybody to the same page, each in
their own language. «/en/tasks/» typed by hand is a choice of English for «/tasks/».
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils import translation

from apps.core.openly import is_open

COOKIE_DAYS = 400  # as long as browsers keep one
API = "/api/"  # answers programs; its documentation has a language of its own


class LanguageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = translation.get_language_from_path(request.path_info)
        if named and not is_open(request):
            if elsewhere := _without(request, named):
                response: HttpResponse = HttpResponseRedirect(elsewhere)
                remember_here(response, named)
                return response
        language = named or chosen(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response


def _without(request: HttpRequest, language: str) -> str:
    """The address of the page, where it has none in the language of its own; empty where there is no such page."""
    path = request.path_info.removeprefix(f"/{language}")
    try:
        resolve(path)
    except Resolver404:
        return ""
    return request.get_full_path().removeprefix(f"/{language}") if request.method in ("GET", "HEAD") else ""


def chosen(request: HttpRequest) -> str:
    """Of an open page its cookies have been laid aside, and it is Vietnamese."""
    told = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    is_known = told in dict(settings.LANGUAGES) and not getattr(request, "is_open", False)
    return told if is_known and not request.path_info.startswith(API) else settings.LANGUAGE_CODE


def remember_here(response: HttpResponse, language: str) -> None:
    """In this browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=COOKIE_DAYS * 86400,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@contextmanager
def in_vietnamese() -> Iterator[None]:
    """Around what writes down or sends words of ours, files and papers included: they are read by others, and later.

    Also a decorator. (Django's own `override` is none for several threads: it remembers the language in itself.)
    """
    with translation.override(settings.LANGUAGE_CODE):
        yield
