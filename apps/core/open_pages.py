"""Pages that everybody may read, signed in or not: written once for each version of what they are made of, kept by this
process, and offered to every cache for a minute.

A minute, not the API's hour: what is withdrawn must be gone from people's screens soon. Beyond it a cache asks with the
ETag and is told in a few bytes that nothing changed; while the portal is away it may show what it has for an hour.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.generic import TemplateView, View

from apps.core import limits
from apps.core.versions import names, tag_of, version_of_tables

KEPT = "public, max-age=60, stale-if-error=3600"
TOLD = ("Content-Type", "Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options")
ROOM = 32_000_000  # bytes of answers that a process keeps
_answers: OrderedDict[str, tuple[bytes, dict[str, str]]] = OrderedDict()
_turn = Lock()
_pages: dict[str, Any] = {}  # by the names of routes


class OpenView(View):
    """`made_of`: all tables whose rows the answer hangs on. What of the query counts is said by `asked`; the rest of it
    is not read, so that no answer is written twice for nothing.
    """

    http_method_names = ["get", "head", "options"]
    made_of: tuple[Any, ...] = ()

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        return login_not_required(super().as_view(**initkwargs))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        limits.check("public", request)
        if refusal := self.refusal():
            return refusal
        ground = (get_language(), request.get_host(), self.asked(), self.version())
        tag = tag_of(request, *ground, path=request.path)
        headers = {"ETag": tag, "Cache-Control": KEPT}
        if names(request.headers.get("If-None-Match", ""), tag):
            return HttpResponse(status=304, headers=headers)
        found = _kept(tag)
        if found is None:
            made = self.answer()
            if made.status_code != 200:
                return made
            found = _keep(tag, made)
        body, told = found
        return HttpResponse(body, headers=told | headers)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().options(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def version(self) -> str:
        return version_of_tables(*self.made_of) if self.made_of else ""

    def asked(self) -> tuple[Any, ...]:
        """What of the query the answer hangs on, checked; Http404 where it asks for what there is not."""
        return ()

    def refusal(self) -> HttpResponse | None:
        """Instead of an answer; nobody keeps it."""
        return None

    def answer(self) -> HttpResponse:
        raise NotImplementedError


class OpenPage(TemplateView, OpenView):
    """A page: its template, and `title`."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return OpenView.get(self, request, *args, **kwargs)

    def answer(self) -> HttpResponse:
        page: Any = self.render_to_response(self.get_context_data(**self.kwargs))
        page.render()
        return page  # type: ignore[no-any-return]


class OpenToStrangersMixin:
    """First among the bases of a page that only people see, whose address shows everybody else another one: that which
    an app above has said for the route's name. A shared cache must not hand the one to who should see the other.
    """

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        return login_not_required(super().as_view(**initkwargs))  # type: ignore[misc]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_person = request.user.is_authenticated
        answer = super().dispatch if is_person else _pages[request.resolver_match.view_name]  # type: ignore[misc]
        response: HttpResponseBase = answer(request, *args, **kwargs)
        patch_vary_headers(response, ["Cookie"])
        return response


def show_strangers(route: str, page: type[OpenPage]) -> None:
    _pages[route] = page.as_view()


def forget() -> None:
    """What this process has kept. Nobody needs it: a version that is none any more is never asked for."""
    with _turn:
        _answers.clear()


def _kept(tag: str) -> tuple[bytes, dict[str, str]] | None:
    with _turn:
        if tag in _answers:
            _answers.move_to_end(tag)
        return _answers.get(tag)


def _keep(tag: str, made: HttpResponse) -> tuple[bytes, dict[str, str]]:
    told = {name: made[name] for name in TOLD if name in made}
    found = bytes(made.content), told
    with _turn:
        _answers[tag] = found
        while sum(len(body) for body, _told in _answers.values()) > ROOM:
            _answers.popitem(last=False)
    return found
