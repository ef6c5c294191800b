"""Every route of the resolver, flattened: its name as the matrix spells it, its arguments, its view."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from apps.core.views import TableView
from tests.walk.matrix import read


@dataclass(frozen=True)
class Route:
    key: str  # as tests/permissions.yaml spells it
    name: str  # as reverse() takes it
    args: tuple[str, ...]
    view: Any

    @property
    def cls(self) -> Any:
        return getattr(self.view, "view_class", None) or getattr(self.view, "cls", None)

    @property
    def declaration(self) -> Any:
        """The view as it is written: a class made for one verb or one register stands for the class it is made of."""
        written = (
            one
            for one in getattr(self.cls, "__mro__", ())
            if vars(sys.modules[one.__module__]).get(one.__name__) is one
        )
        return next(written, self.view)

    @property
    def permissions(self) -> tuple[str, ...]:
        """What the page or the API's view asks for before anything else; empty where it asks in another way."""
        of_action = getattr(self.view, "initkwargs", {}).get("permission_required")
        named = of_action or getattr(self.cls, "permission_required", None) or ()
        return (named,) if isinstance(named, str) else tuple(named)

    def is_open_to(self, user: Any) -> bool:
        """Some pages are opened by any one of what they name."""
        ask = any if getattr(self.cls, "any_of", False) else all
        return ask(user.has_perm(one) for one in self.permissions)

    @property
    def is_list(self) -> bool:
        return isinstance(self.cls, type) and issubclass(self.cls, TableView)

    @property
    def is_api(self) -> bool:
        return isinstance(self.cls, type) and issubclass(self.cls, APIView)

    @property
    def has_scopes(self) -> bool:
        """The API, but not its own description, nor what everybody may read."""
        return self.is_api and not self.key.startswith("api-") and not getattr(self.cls, "is_open", False)

    @property
    def is_api_list(self) -> bool:
        return self.is_api and "list" in getattr(self.view, "actions", {}).values()


def all_routes() -> dict[str, Route]:
    """A name that stands on two patterns is told apart by its arguments: `progress:provenance(code,year)`.

    Without those that are alike to a walked one.
    """
    told = {name for names in read().alike.values() for name in names}
    found = [one for one in _walk(get_resolver().url_patterns, "", ()) if one[0] not in told]
    twice = {name for name, times in Counter(name for name, _args, _view in found).items() if times > 1}
    return {
        route.key: route
        for name, args, view in found
        for route in [Route(f"{name}({','.join(args)})" if name in twice else name, name, args, view)]
    }


@cache
def repeated() -> frozenset[str]:
    """Verbs of which the view as it is written is walked at another address, with another verb for the same objects.

    Who may make which move of a task in which state is asked of all of them in tests/tasks.
    """
    met: set[tuple[Any, ...]] = set()
    again = set()
    for key, route in sorted(all_routes().items()):
        rule = read().routes.get(key)
        if rule is None or not rule.args or "POST" not in rule.methods:
            continue
        kinds = [str(told).partition(":")[0].partition(".")[0] for told in rule.args.values()]
        view = (route.declaration, *sorted(rule.methods), *kinds)
        if view in met:
            again.add(key)
        met.add(view)
    return frozenset(again)


def _walk(patterns: Any, space: str, args: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    for entry in patterns:
        named = (*args, *_arguments(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, f"{space}{entry.namespace}:" if entry.namespace else space, named)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", named, entry.callback


def _arguments(pattern: Any) -> tuple[str, ...]:
    return tuple(pattern.converters) or tuple(pattern.regex.groupindex)
