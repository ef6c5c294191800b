"""tests/permissions.yaml, read: what each person may do on each route, by method and by whose object it is."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.walk.actors import ACTORS, OUTSIDE

FILE = Path(__file__).parents[1] / "permissions.yaml"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
RULE_KEYS = {"ok", "data", "audit", "writes", "query", "shows", "headers"}
ROUTE_KEYS = {
    "args", "public", "shows", "filters", "exports", "queries", "states", "outside", "options", "htmx", "opens",
    "others_by_token", "published", "by_nobody", "why", *METHODS,
}  # fmt: skip
_MARK = re.compile(r"^(own|before|other|shared|)([+-])(\d{3})?$")


class MatrixError(Exception):
    """The file says something that cannot be."""


@dataclass(frozen=True)
class Mark:
    """`own+`, `other-`, `shared-403`: whether it is allowed, and the answer's status where it is not the usual one."""

    allowed: bool
    status: int | None = None


@dataclass
class MethodRule:
    marks: dict[str, dict[str, Mark]]  # actor → relation → mark; an actor who is absent is denied
    ok: int
    data: dict[str, Any] = field(default_factory=dict)
    audit: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    query: str = ""
    shows: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def mark(self, actor: str, relation: str) -> Mark | None:
        held = self.marks.get(actor)
        if held is None:
            return None
        return held.get(relation) or held.get("") or Mark(False)


@dataclass
class RouteRule:
    key: str
    args: dict[str, Any]
    methods: dict[str, MethodRule]
    public: bool
    shows: list[str]
    filters: list[str] | None
    queries: list[str]
    states: list[str]
    outside: int  # what somebody who is not signed in is answered
    options: str
    htmx: bool
    published: bool  # the same for everybody: other sites may read it, caches may keep it
    others_by_token: bool  # a token sees what its owner has otherwise; else only what was asked for with it
    by_nobody: bool  # what is sent there is nobody's: no token of the form is asked for
    opens: bool  # whoever knows the address may see what is of its unit


@dataclass
class Matrix:
    routes: dict[str, RouteRule]
    alike: dict[str, list[str]]  # a walked route: those of the same declaration, which are asked elsewhere
    poison: dict[str, Any]
    jobs: dict[str, Any]
    commands: dict[str, Any]
    free_tables: list[str]
    unseen: list[str]
    least_cells: int


@cache
def read() -> Matrix:
    told = yaml.load(FILE.read_text(encoding="utf-8"), Loader=_NoTwins)
    groups = _groups(told["groups"])
    routes = {key: _route(key, entry or {}, groups) for key, entry in told["routes"].items()}
    rest = {
        name: told[name] for name in ("alike", "poison", "jobs", "commands", "free_tables", "unseen", "least_cells")
    }
    return Matrix(routes, **rest)


class _NoTwins(yaml.SafeLoader):
    """A key given twice would silently hide the first; +503 and -200 are marks, not numbers."""

    yaml_implicit_resolvers = {
        sign: kinds for sign, kinds in yaml.SafeLoader.yaml_implicit_resolvers.items() if sign not in "+-"
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value if key.value != "<<"]
        twice = {str(key) for key in keys if keys.count(key) > 1}
        if twice:
            raise MatrixError(f"{node.start_mark}: given twice: {', '.join(sorted(twice))}")
        return super().construct_mapping(node, deep)


def _groups(told: dict[str, str]) -> dict[str, list[str]]:
    """Names of actors for each name in the file: a group, a role in every home, or one actor."""
    known = {name: [name] for name in ACTORS}
    for name, (role, _home) in ACTORS.items():
        if name not in OUTSIDE and "@" in name and not name.endswith("@centre"):
            known.setdefault(role, []).append(name)
    for group, members in told.items():
        known[group] = [actor for member in members.split() for actor in _named(known, member, f"groups.{group}")]
    return known


def _named(known: dict[str, list[str]], name: str, where: str) -> list[str]:
    if name not in known:
        raise MatrixError(f"{where}: nobody is called {name!r}; known are {', '.join(sorted(known))}")
    return known[name]


def _route(key: str, entry: dict[str, Any], groups: dict[str, list[str]]) -> RouteRule:
    unknown = set(entry) - ROUTE_KEYS
    if unknown:
        raise MatrixError(f"{key}: unknown words {', '.join(sorted(unknown))}")
    methods = {name: _method(f"{key} {name}", name, entry[name], groups) for name in METHODS if name in entry}
    if "GET" in methods and "HEAD" not in methods:
        methods["HEAD"] = MethodRule(methods["GET"].marks, methods["GET"].ok)
    return RouteRule(
        key=key,
        args=entry.get("args", {}),
        methods=methods,
        public=entry.get("public", False),
        shows=_words(entry.get("shows")),
        filters=_words(entry["filters"]) if "filters" in entry else None,
        queries=_list(entry.get("queries")),
        states=_words(entry.get("states")),
        outside=entry.get("outside", 0),
        options=entry.get("options", ""),
        htmx=entry.get("htmx", True),
        others_by_token=entry.get("others_by_token", True),
        by_nobody=entry.get("by_nobody", False),
        opens=entry.get("opens", False),
        published=entry.get("published", False),
    )


def _method(where: str, method: str, entry: dict[str, Any], groups: dict[str, list[str]]) -> MethodRule:
    marks: dict[str, dict[str, Mark]] = {}
    for name, words in entry.items():
        if name in RULE_KEYS:
            continue
        for actor in _named(groups, name, where):
            marks[actor] = _marks(where, str(words))
    if method in UNSAFE and "audit" not in entry:
        raise MatrixError(f"{where}: say `audit:` with the actions it records, [] where it changes nothing of ours")
    return MethodRule(
        marks=marks,
        ok=entry.get("ok", 302 if method in UNSAFE else 200),
        data=entry.get("data", {}),
        audit=_words(entry.get("audit")),
        writes=_words(entry.get("writes")),
        query=entry.get("query", ""),
        shows=_words(entry.get("shows")),
        headers=entry.get("headers", {}),
    )


def _marks(where: str, words: str) -> dict[str, Mark]:
    """`+`, `-404`, `own+ before+ other-`. A sign alone holds for every object."""
    found: dict[str, Mark] = {}
    for word in words.split():
        match = _MARK.match(word)
        if match is None:
            raise MatrixError(f"{where}: {word!r} is no mark; write +, -, own+ other- or own+302 other-404")
        relation, sign, status = match.groups()
        found[relation] = Mark(sign == "+", int(status) if status else None)
    return found


def _words(told: Any) -> list[str]:
    return told.split() if isinstance(told, str) else list(told or [])


def _list(told: Any) -> list[str]:
    return [told] if isinstance(told, str) else list(told or [])
