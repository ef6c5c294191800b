"""What all pages by hand have in common: the statements, what they brought, and the constants between the parts."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from django.core.handlers.base import BaseHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext

ADDRESS = "/bench/by-hand/"
Made = TypeVar("Made")
CONTEXT = re.compile(r"^SELECT set_config\(.*?\);\s*", re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """What one statement brought."""

    statement: str
    names: list[str]
    rows: list[tuple]

    def places(self, *names: str) -> list[int]:
        """Where these columns stand; of those with one name the last, which is that of the joined table."""
        return [len(self.names) - 1 - self.names[::-1].index(name) for name in names]


class Answers(list[Answer]):
    def of(self, part: str) -> Answer:
        """Of the one statement that has this in it."""
        [found] = [one for one in self if part in one.statement]
        return found

    def once(self, make: "Callable[[Answers], Made]") -> "Made":
        """What several parts of a page are written from."""
        made: dict[Any, Any] = self.__dict__
        if make not in made:
            made[make] = make(self)
        return made[make]


Writer = Callable[[Answers], str]


@dataclass(frozen=True)
class Part:
    """What stands between the two marks is written by hand, out of rows."""

    begin: str
    end: str
    write: Writer


class Page:
    """A page by hand; the rest of it is taken from the page itself."""

    def __init__(self, html: str, statements: Sequence[str], parts: Sequence[Part]) -> None:
        self.statements = list(statements)
        self.constants: list[str] = []
        self.writers = [part.write for part in parts]
        for part in parts:
            before, begin, rest = html.partition(part.begin)
            assert begin, part.begin
            _written, end, rest = rest.partition(part.end)
            assert end, part.end
            self.constants.append(before + begin)
            html = end + rest
        self.last = html

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            answers = Answers(self._ask(cursor, statement) for statement in self.statements)
        return self.respond(request, answers)

    def respond(self, request: HttpRequest, answers: Answers) -> HttpResponse:
        pieces = []
        for constant, write in zip(self.constants, self.writers, strict=True):
            pieces += [constant, write(answers)]
        return HttpResponse("".join(pieces) + self.last)

    def _ask(self, cursor: Any, statement: str) -> Answer:
        cursor.execute(statement)
        return Answer(statement, [column[0] for column in cursor.description], cursor.fetchall())


shown: dict[str, Page] = {}


def by_hand(request: HttpRequest) -> HttpResponse:
    page = shown.get("page")
    return page(request) if page else HttpResponse()


@contextmanager
def page_by_hand(client: Client, url: str, parts: Any, make: Callable[..., Page] = Page) -> Iterator[Page]:
    """Shown at ADDRESS, with the statements that are the page's own, not those of the middleware before it."""
    with override_settings(ROOT_URLCONF="tests.bench.byhand.urls"):
        shown.clear()
        before = [_kind(one) for one in sent(client, ADDRESS)[1]]
        html, statements = sent(client, url)
        own = []
        for statement in statements:
            if _kind(statement) in before:
                before.remove(_kind(statement))
            else:
                own.append(statement)
        shown["page"] = page = make(html, own, parts)
        try:
            yield page
        finally:
            shown.clear()


def sent(client: Client, url: str) -> tuple[str, list[str]]:
    client.get(url)  # the first visit of a session writes it
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode(), [query["sql"] for query in captured]


def served(client: Client) -> Callable[[str], float]:
    """Seconds that an address takes the client's person, as a server asks for it.

    The test client would keep a copy of every context that a template of the page was given, which is work of its own.
    """
    handler, factory = BaseHandler(), RequestFactory()
    handler.load_middleware()
    factory.cookies = client.cookies

    def visit(url: str) -> float:
        started = time.perf_counter()
        answer = handler.get_response(factory.get(url))
        taken = time.perf_counter() - started
        assert answer.status_code == 200
        return taken

    return visit


def _kind(statement: str) -> str:
    """The beginning tells statements apart; what follows holds moments and keys."""
    return CONTEXT.sub("", statement).strip()[:60]


def normal(html: str) -> str:
    """Without what is new on every visit, and without blanks between tags."""
    html = re.sub(r'("X-CSRFToken": "|name="csrfmiddlewaretoken" value=")\w+', r"\1", html)
    html = re.sub(r'data-(idle|absolute)="\d+"', "", html)
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", html))


def number(value: Any, decimals: int | None = None) -> str:
    if decimals is None:
        decimals = max(0, -int(Decimal(value).normalize().as_tuple().exponent))
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{rounded:,.{decimals}f}".translate(str.maketrans(",.-", ".,−"))
