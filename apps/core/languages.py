"""In which language a page is read.

A public page says it in its address: caches keep one page for each. Every other page is read in the language that its
reader chose last, told by a cookie: no address hangs on it, so that a link leads everybody to the same page, each in
their own language. «/en/tasks/» typed by hand is a choice of English for «/tasks/».
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils import translation

from apps.core.marking import mark_vietnamese
from apps.core.openly import is_open

COOKIE_DAYS = 400  # as long as browsers keep one
ENGLISH = "en"
API = "/api/"  # answers programs; its documentation has a language of its own


class LanguageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def process_view(self, request: HttpRequest, view: Callable, args: object, kwargs: object) -> None:
        """Of a file that is written or read: its headings and the words in its cells are Vietnamese for everybody. A
        view says so by `is_about_file`; what its page says around that is in the reader's language again.
        """
        if "export" in request.GET or getattr(getattr(view, "view_class", None), "is_about_file", False):
            translation.activate(settings.LANGUAGE_CODE)

    def process_template_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        translation.activate(request.LANGUAGE_CODE)
        return response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = translation.get_language_from_path(request.path_info)
        if named and not is_open(request) and (elsewhere := _without(request, named)):
            there: HttpResponse = HttpResponseRedirect(elsewhere)
            remember_here(there, named)
            return there
        language = named or chosen(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        if language == ENGLISH and not named and _is_page(response):
            response.content = mark_vietnamese(response.content.decode())
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _is_page(response: HttpResponse) -> bool:
    return not response.streaming and response.get("Content-Type", "").startswith("text/html")


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
