"""The second wall: of which units the rows are that the database gives to what runs here.

Querysets narrow by `visible_to`; the tables of units (program996/management/wall.py) besides give only rows of the
units that the session was told, and none where it was told nothing. So a scope that somebody forgot shows nothing.

A request is told the units of whoever is signed in, once their rights are read, and nothing before. What must read
beyond them says so, by name: `with wall_open("one tax code, one enterprise")`. Jobs, commands and the programme's own
people work in every unit. The connection tells the session, before the next statement (program996/walled.py).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.functional import LazyObject

EVERYTHING, NOTHING = "*", ""
SIGHT = "_sight"  # on the user object, written by who reads rights

Teller = Callable[[], str]
_teller: ContextVar[Teller | None] = ContextVar("wall", default=None)
_of_the_process = NOTHING


def told() -> str:
    """Ids of units with commas between them, or `*`: what a statement that is sent now may reach."""
    teller = _teller.get()
    return teller() if teller else _of_the_process


def open_process(why: str) -> None:
    """What runs in this process beside requests works in every unit, in each of its threads."""
    global _of_the_process
    _of_the_process = EVERYTHING


@contextmanager
def _telling(teller: Teller) -> Iterator[None]:
    token = _teller.set(teller)
    try:
        yield
    finally:
        _teller.reset(token)


def wall_open(why: str) -> Any:
    """Rows of every unit, for as long as this lasts; `why` is for whoever looks for such places. Also a decorator."""
    return _telling(lambda: EVERYTHING)


def held_to(user: Any) -> Any:
    """Rows that this person may see, also where the process works in every unit."""
    return _telling(lambda: sight_of(user))


def sight_of(user: Any) -> str:
    if user is None or not user.is_active:
        return NOTHING
    return EVERYTHING if user.is_superuser else getattr(user, SIGHT, NOTHING)


def _sight_in(request: HttpRequest) -> str:
    """Never asks who is signed in: it is asked in the midst of a statement."""
    user = vars(request).get("user")
    if isinstance(user, LazyObject):
        user = getattr(request, "_cached_user", None)
    return sight_of(user)


def _carried(chunks: Iterable[Any], teller: Teller) -> Iterator[Any]:
    """An answer that is read while it is sent, after the request has ended."""
    waiting = iter(chunks)
    while True:
        with _telling(teller):
            try:
                chunk = next(waiting)
            except StopIteration:
                return
        yield chunk


class WallMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        def teller() -> str:
            return _sight_in(request)

        with _telling(teller):
            response = self.get_response(request)
        if response.streaming and not isinstance(response, FileResponse):
            response.streaming_content = _carried(response.streaming_content, teller)  # type: ignore[attr-defined]
        return response
