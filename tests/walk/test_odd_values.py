"""U+0000 in every parameter of every page, and in every field of every form: the database refuses such text, so
whatever reaches it unread is a fault of the server. Likewise numbers and days that are none, or at the world's end.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import cycle
from urllib.parse import urlencode

import pytest

from tests.walk.actors import Actor
from tests.walk.cells import Cell, Planner
from tests.walk.matrix import read
from tests.walk.test_walk import ROUTES, in_halves

pytestmark = pytest.mark.django_db
WORDS = (
    "q",
    "unit",
    "on",
    "page",
    "per_page",
    "sort",
    "year",
    "kind",
    "parent",
    "scope",
    "since",
    "tab",
    "part",
    "export",
)
WORDS += ("measure", "replaces", "next", "period", "units")


def each_view() -> list:
    """One route for each view as it is written and each set of its fields: the verbs of a task share theirs."""
    chosen: dict[object, object] = {}
    for param in in_halves():
        [key] = param.values
        rule = read().routes.get(key)
        fields = {method: tuple(sorted(map(str, one.data))) for method, one in rule.methods.items()} if rule else key
        chosen.setdefault((ROUTES[key].declaration, str(fields)), param)
    return list(chosen.values())


def alone(key: str) -> list[str]:
    """The filters of the page of whose kind none stands on a page before it: a kind reads its value in one way."""
    return _alone().get(key, [])


@cache
def _alone() -> dict[str, list[str]]:
    met: set[object] = set()
    found: dict[str, list[str]] = {}
    for param in each_view():
        [key] = param.values
        declared = getattr(getattr(ROUTES[key].cls, "filterset_class", None), "base_filters", {})
        for name in read().routes[key].filters or []:
            one = declared.get(name)
            of_its_own = (
                (ROUTES[key].declaration, name) if one is None or one.method else None
            )  # it reads the value itself
            kind = (type(one), getattr(one, "field_class", None), of_its_own)
            if kind not in met:
                met.add(kind)
                found.setdefault(key, []).append(name)
    return found


def visitor(walk, key: str, method: str) -> Actor | None:
    """The administrator of the programme where that is allowed, else the first who may."""
    rule = read().routes[key].methods.get(method)
    if rule is None:
        return None
    mine = {name: rule.mark(name, "own") for name in ("programme_administrator", *walk.actors)}
    return next((walk.actors[name] for name, mark in mine.items() if mark and mark.allowed), None)


def cells(walk, key: str, method: str) -> Iterator[Cell]:
    """The plain request, and with each query that the matrix names."""
    actor = visitor(walk, key, method)
    if actor is None:
        return
    planner = Planner(walk.world, walk.routes[key], read().routes[key], thorough=True)
    for cell in planner.cells(actor):
        if (cell.method, cell.relation, cell.state) == (method, "own", "") and "csrf" not in cell.variant:
            yield cell


def faults(walk, asked: list[Cell]) -> list[str]:
    answers = [(cell, walk.answered(cell)) for cell in asked]
    return [f"{cell} {cell.query} {answer.fault}" for cell, answer in answers if answer.status == 500 or answer.fault]


def each_alone(cell: Cell) -> Iterator[Cell]:
    """For `make soak`: each filter of the page, or each field of the form, with each odd value."""
    for odd in ("\0\0", *ODD):
        for name in read().routes[cell.route.key].filters or () if cell.method == "GET" else ():
            yield replace(cell, query=f"{cell.query}&{urlencode({name: odd})}")
        for name in (*cell.data, "key", "unit") if cell.method == "POST" else ():
            yield replace(cell, data=cell.data | {name: odd})


# Digits that int() does not read, numbers beyond every column, days at the ends of the calendar, signs of a header.
ODD = ("²", "99999999999999999999", "01/01/0001", "31/12/9999", "0001-01-01", "9999-12-31", "1\n2", "[" * 2_000)


@pytest.mark.parametrize("key", each_view())
def test_no_page_breaks_on_odd_values(walk, key):
    """All parameters at once with U+0000, and with one of the others, which is another on every page: all pages
    together try all. A list reads no filter where one is wrong, so each kind of them is sent alone too.
    """
    names, first = alone(key), sum(key.encode())
    every = (*WORDS, "known_on", "version", "lang")
    queries = [urlencode(dict.fromkeys(every, odd)) for odd in ("\0\0", ODD[first % len(ODD)])]
    queries += [
        urlencode({name: odd}) for at, name in enumerate(names) for odd in ("\0\0", ODD[(first + at) % len(ODD)])
    ]
    pages = [cell for cell in cells(walk, key, "GET") if cell.variant != "htmx"]
    asked = [replace(cell, query=f"{cell.query}&{query}") for cell in pages[:1] for query in queries]
    assert bool(asked) == ("GET" in read().routes[key].methods), "nobody asked for the page, so nothing was proved"
    assert not faults(walk, asked)


@pytest.mark.parametrize("key", each_view())
def test_no_form_breaks_on_odd_values(walk, key):
    """All fields at once, and every eighth alone, as what a form asks of all its fields it asks where each is right.

    On the next form other fields, with other values; `make soak` sends all to each.
    """
    forms, first = [cell for cell in cells(walk, key, "POST") if not cell.variant], sum(key.encode())
    odd = ["\0\0", ODD[first % len(ODD)], ODD[(first + 3) % len(ODD)]]
    asked = [replace(cell, data=dict.fromkeys((*cell.data, "key", "unit"), one)) for cell in forms[:1] for one in odd]
    for cell in forms:
        turns = zip([*cell.data, "key", "unit"][first % 8 :: 8], cycle(("\0\0", *ODD)), strict=False)
        asked += [replace(cell, data=cell.data | {name: one}) for name, one in turns]
    assert not faults(walk, asked)
