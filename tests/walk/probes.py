"""Side doors: parameters nobody declared, hidden fields, ids of missing and foreign objects."""

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode

from django.db import models

from tests.walk.actors import Actor
from tests.walk.cells import Cell, Expected, Planner
from tests.walk.judging import canaries, texts
from tests.walk.sending import Answer

if TYPE_CHECKING:
    from tests.walk.walker import Walk

SECRETS = ("password", "email", "nonce", "is_superuser", "full_name", "sha256", "payload", "tax_code", "refusal")
LOOKUPS = ("", "__startswith", "__regex")
ODD = ["page=-1", "page=99999", "page=abc", "per_page=100000&page_size=100000", "export=exe"]


def of_route(walk: "Walk", planner: Planner, actors: list[Actor]) -> Iterator[str]:
    rule = planner.rule.methods.get("GET")
    if rule is None:
        return
    if planner.route.is_list or planner.route.is_api_list or planner.rule.filters is not None:
        yield from of_filters(planner)
        for actor in _chosen(planner, actors):
            yield from of_list(walk, planner, actor)
    if planner.kinds:
        for actor in _chosen(planner, actors, denied="other"):
            yield from of_detail(walk, planner, actor)


def _chosen(planner: Planner, actors: list[Actor], denied: str = "") -> list[Actor]:
    """One person of a province and one of a ministry who may open the page, else one of the centre."""
    rule = planner.rule.methods["GET"]

    def may(actor: Actor, relation: str) -> bool:
        mark = rule.mark(actor.name, relation)
        return mark is not None and mark.allowed

    fit = [one for one in actors if may(one, "own") and not (denied and may(one, denied)) and not one.is_outside]
    fit = [one for one in fit if planner.thorough or planner.knocks(one)]
    homes = {home: next((one for one in fit if one.at == home), None) for home in ("province", "ministry")}
    found = [one for one in homes.values() if one]
    return found[: 2 if planner.thorough else 1] if denied else found[:1] or fit[:1]


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def of_filters(planner: Planner) -> Iterator[str]:
    """The file names each filter, so that a new one is thought about."""
    cls = getattr(planner.route.cls, "filterset_class", None)
    declared = sorted(cls.base_filters) if cls else []
    if planner.rule.filters is None:
        yield f"{planner.route.key}: say `filters: [{', '.join(declared)}]`"
    elif cls is not None and sorted(planner.rule.filters) != declared:
        yield f"{planner.route.key}: has the filters {declared}, the file says {sorted(planner.rule.filters)}"


def of_list(walk: "Walk", planner: Planner, actor: Actor) -> Iterator[str]:
    plain = replace(next(planner.cells(actor)), variant="probe")
    ask = _Asker(walk, plain)
    baseline = fingerprint(ask(""))
    is_api = planner.route.is_api
    first = sum(planner.route.key.encode())  # one of the odd ones, another on the next list: lists page alike
    odd = ODD if planner.thorough else [ODD[first % len(ODD)]]
    for query in (*odd, "khong_co=1"):
        answer = ask(query)
        if is_api and query == "khong_co=1" and answer.status != 400:
            ask.faults.append(f"{plain}: a parameter nobody declared answers {answer.status}, not 400")
    yield from _hidden_filters(ask, planner, baseline)
    yield from _hidden_sorts(ask, planner, baseline)
    queries = list(_foreign_values(walk, planner, actor))
    # Of the four for each second filter one, another on the next list: lists share their kinds of filters.
    for at, query in enumerate(queries):
        if planner.thorough or (at // 4 + at + first) % 8 == 0:
            ask(query)
    yield from ask.faults


def _hidden_filters(ask: "_Asker", planner: Planner, baseline: Any) -> Iterator[str]:
    """Asked by fields that are not on offer, with a value that would be found and one that would not. The API names
    each one that it refuses.
    """
    names = _hidden_names(planner)
    found, not_found = (ask(urlencode(dict.fromkeys(names, text))) for text in ("canary", "khong-co"))
    if planner.route.is_api:
        for answer in (found, not_found) if names else ():
            taken = set(names) - set(json.loads(answer.body).get("errors", ()))
            yield from (f"{ask.cell}: ?{name}= is not refused" for name in sorted(taken))
    elif fingerprint(found) != fingerprint(not_found) or fingerprint(found) != baseline:
        one_by_one = [name for name in names if fingerprint(ask(urlencode({name: "khong-co"}))) != baseline]
        yield f"{ask.cell}: answers by hidden fields: ?{'=, '.join(one_by_one or names)}="


def _hidden_sorts(ask: "_Asker", planner: Planner, baseline: Any) -> Iterator[str]:
    for name in _sorts(planner):
        shown = fingerprint(ask(urlencode(dict.fromkeys(("sort", "ordering", "order_by", "o"), name))))
        if shown != baseline and not planner.route.is_api:
            yield f"{ask.cell}: sorts by the hidden field {name}"


class _Asker:
    """Sends a query and keeps what is wrong with any answer: a crash, a leak, a write."""

    def __init__(self, walk: "Walk", cell: Cell) -> None:
        self.walk, self.cell, self.faults = walk, cell, []

    def __call__(self, query: str, path: str = "", statuses: frozenset[int] | None = None) -> Answer:
        expected = Expected(statuses or frozenset({200, 302, 400, 404}), allowed=True)
        cell = replace(self.cell, query=query, path=path or self.cell.path, expected=expected)
        answer, faults = self.walk.run(cell)
        self.faults += [f"{cell} ?{query}: {fault}" for fault in faults]
        if cell.route.is_api and answer.status not in (200, 400, 404):
            self.faults.append(f"{cell} ?{query}: answers {answer.status}")
        return answer


def _model(planner: Planner) -> type[models.Model] | None:
    cls = planner.route.cls
    filters, rows = getattr(cls, "filterset_class", None), getattr(cls, "queryset", None)
    return filters._meta.model if filters else getattr(rows, "model", None)


def _hidden_names(planner: Planner) -> list[str]:
    """Fields of the row and of whom it points to that the page does not offer as filters."""
    model, declared = _model(planner), set(planner.rule.filters or ())
    if model is None:
        return []
    found: list[str] = []
    for field in model._meta.get_fields():
        if field.name in SECRETS:
            found += [f"{field.name}{lookup}" for lookup in LOOKUPS]
        related = field.related_model if field.is_relation else None
        if isinstance(related, type) and issubclass(related, models.Model):
            names = {one.name for one in related._meta.get_fields()} & set(SECRETS)
            found += [f"{field.name}__{name}__startswith" for name in sorted(names)]
    return [name for name in found if name not in declared]


def _sorts(planner: Planner) -> list[str]:
    model = _model(planner)
    if model is None:
        return []
    users = [
        f.name for f in model._meta.concrete_fields if f.is_relation and hasattr(f.related_model, "check_password")
    ]
    return [f"-{name}__{secret}" for name in users[:1] for secret in ("password", "email")] + [
        "password",
        "-unit__basis",
    ]


def _foreign_values(walk: "Walk", planner: Planner, actor: Actor) -> Iterator[str]:
    """The neighbour's unit, its name on the address, its people and objects, in every filter; alone and beside ours."""
    home, world = actor.home, walk.world
    other, own = world.get("unit", home.other), world.get("unit", home.own)
    person = world.get("person", home.other)
    for name in planner.rule.filters or ():
        for value in (other.pk, person.pk, f"CANARY-{home.other}"):
            yield urlencode({name: value})
        yield urlencode([(name, other.pk), (name, own.pk)])


def fingerprint(answer: Answer) -> tuple[int, tuple[str, ...]]:
    """What is listed and in which order: the canaries of the body."""
    found = [match.group(0) for place, text in texts(answer) if place != "links" for match in canaries(text)]
    return answer.status, tuple(found)


# ── one object ──────────────────────────────────────────────────────────────────────────────────────────────────────


def of_detail(walk: "Walk", planner: Planner, actor: Actor) -> Iterator[str]:
    """A foreign, a missing and another model's id are answered alike: nothing says which of them exist."""
    cells = {
        cell.relation: cell
        for cell in planner.cells(actor)
        if cell.method == "GET" and not cell.variant and not cell.state
    }
    foreign = cells.get("other")
    if foreign is None:
        return
    mark = planner.rule.methods["GET"].mark(actor.name, "other")
    if mark is not None and (mark.allowed or mark.status not in (None, 404)):
        return
    plain = replace(foreign, variant="probe", query="")
    ask = _Asker(walk, plain)
    shape = _shape(ask("", statuses=frozenset({404})), plain.path)
    for what, path in _other_paths(walk, planner, plain):
        answer = ask("", path, frozenset({404}))
        if "%00" in path:
            continue  # need not crash
        if (found := _shape(answer, path)) != shape:
            yield f"{plain}: a {what} id ({path}) is answered otherwise than a foreign one: {_difference(found, shape)}"
    yield from ask.faults


def _other_paths(walk: "Walk", planner: Planner, cell: Cell) -> Iterator[tuple[str, str]]:
    """The same address with another id. Only where the object stands in it by its key."""
    kind = planner.kinds[0]
    by_key = [told for told in planner.rule.args.values() if planner.kind_of(told) == kind and ":" not in str(told)]
    row = walk.world.get(kind, cell.place, str(by_key[0]).partition(".")[2]) if by_key else None
    if row is None or f"/{row.pk}/" not in cell.path:
        return
    for what, value in _other_ids(walk, row):
        yield what, cell.path.replace(f"/{row.pk}/", f"/{value}/", 1)


def _other_ids(walk: "Walk", row: models.Model) -> Iterator[tuple[str, Any]]:
    if isinstance(row.pk, uuid.UUID):
        yield "missing", uuid.uuid4()
        yield "malformed", "khong-phai-ma"
        return
    if not isinstance(row.pk, int):
        return
    taken = {int(pk) for pk in walk.watch.before[row._meta.db_table]}
    yield "missing", max(taken) + 1_000_000
    others = {int(pk) for _table, pk in walk.world.owners if pk.isdigit()}
    yield from (("another model's", pk) for pk in sorted(others - taken)[:1])
    yield "malformed", "abc"
    yield "malformed", "-1"
    yield "malformed", 2**63
    yield "malformed", "1%00"


_CHANGING = re.compile(r'[A-Za-z0-9]{32,}|data-\w+="\d+"|[0-9A-F]{4}-[0-9A-F]{4}|\d{2}:\d{2}(:\d{2})?')


def _shape(answer: Answer, path: str) -> tuple[int, str]:
    return answer.status, _CHANGING.sub("…", answer.text.replace(path, "…").replace(unquote(path), "…"))


def _difference(one: tuple[int, str], other: tuple[int, str]) -> str:
    if one[0] != other[0]:
        return f"{one[0]}, not {other[0]}"
    pairs = zip(one[1].splitlines(), other[1].splitlines(), strict=False)
    return next((f"{a.strip()[:120]!r}, not {b.strip()[:120]!r}" for a, b in pairs if a != b), "shorter")
