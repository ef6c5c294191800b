"""What a token may be used for: `tasks:read`, `registers/enterprises:write`, `registers:read`.

A scope is the beginning of an address of the API and what may be done there; writing includes reading, as nobody
writes what they have not seen. So the words are those of the addresses: a new resource has its scopes by being there,
and nothing is opened by a scope but what its owner may do anyway.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission

from apps.core.permissions import ModelPermissions

ROOT = "api/v1/"
READ, WRITE = "read", "write"
FAMILIES = {"registers"}  # addresses that stand for many things, each of which is a resource too
CHANGING = {"post", "put", "patch", "delete"}


@dataclass(frozen=True)
class Resource:
    path: str
    words: str
    is_written: bool  # anything there can be changed at all
    subject: str  # under which heading it is offered

    @property
    def scopes(self) -> list[str]:
        return [f"{self.path}:{READ}", *([f"{self.path}:{WRITE}"] if self.is_written else [])]


class WrongScope(PermissionDenied):
    """403 that names what is missing."""

    def __init__(self, needed: str) -> None:
        told = _("Mã truy cập không có phạm vi %(scope)s.") % {"scope": needed}
        super().__init__(told, code="wrong_scope")
        self.now = {"needed": needed}
        self.auth_header = f'Bearer error="insufficient_scope", scope="{needed}"'


class TokenScopes(BasePermission):
    """Of requests with a token: is this address among its scopes? Whoever is signed in has no scopes."""

    def has_permission(self, request: Any, view: Any) -> bool:
        held = getattr(request.auth, "scopes", None)
        if held is None or not request.path_info.startswith(f"/{ROOT}"):
            return True
        action = READ if request.method in SAFE_METHODS else WRITE
        path = resource_of(request.path_info)
        if not covers(held, path, action):
            raise WrongScope(f"{path}:{action}")
        return True


def covers(held: Collection[str], path: str, action: str) -> bool:
    """Also for what answers with rows of several resources at once: each is asked for by itself."""
    family = path.partition("/")[0]
    enough = (READ, WRITE) if action == READ else (WRITE,)
    return any(f"{one}:{right}" in held for one in (path, family) for right in enough)


def may_be_told(auth: Any, *models: type[Model]) -> bool:
    """Whether rows of these may stand in another resource's answer: a token needs the scopes of their own addresses."""
    held = getattr(auth, "scopes", None)
    return held is None or all(any(covers(held, path, READ) for path in _paths().get(one, ())) for one in models)


def resource_of(path: str) -> str:
    """`/api/v1/registers/labs/7/` is `registers/labs`, `/api/v1/tasks/NV-1/` is `tasks`."""
    first, *rest = path.removeprefix("/").removeprefix(ROOT).split("/")
    return f"{first}/{rest[0]}" if first in FAMILIES and rest and rest[0] else first


def resources() -> dict[str, Resource]:
    """All there are by their addresses, those of one subject together; families last. In the reader's words."""
    return _resources(get_language())


@cache
def _resources(_language: str | None) -> dict[str, Resource]:
    found: dict[str, Resource] = {}
    subjects = {path: subject for subject, paths in _subjects().items() for path in paths}
    for path, words, is_written, app in _routes():
        for one in dict.fromkeys((path.partition("/")[0], path)):
            known = found.get(one)
            named = known.words if known else _own_words().get(one, words)
            subject = known.subject if known else subjects.get(one, app)
            found[one] = Resource(one, named, is_written or (known is not None and known.is_written), subject)
    order = [*dict.fromkeys(subjects[path] for path in subjects if path not in FAMILIES)]
    return {path: found[path] for path in sorted(found, key=lambda one: _place(found[one], order))}


def _place(resource: Resource, order: list[str]) -> tuple[bool, int, str, str]:
    """What opens least comes first: a whole family last."""
    at = order.index(resource.subject) if resource.subject in order else len(order)
    return resource.path in FAMILIES, at, resource.subject, resource.path


def example_of(scopes: Collection[str]) -> str:
    """An address that these scopes open, to be tried."""
    path = next(iter(scopes)).partition(":")[0]
    if path in FAMILIES:
        path = next(one for one in resources() if one.startswith(f"{path}/"))
    return f"/{ROOT}{path}/"


def in_words(scope: str) -> str:
    """«Nhiệm vụ: đọc (tasks:read)»: by its code a program asks for it."""
    path, _colon, right = scope.rpartition(":")
    known = resources().get(path)
    may = _("ghi") if right == WRITE else _("đọc")
    return f"{known.words}: {may} ({scope})" if known else scope


def all_scopes() -> list[str]:
    return [scope for resource in resources().values() for scope in resource.scopes]


def offered_to(user: Any) -> list[str]:
    """Of what is written, where the person may change anything at all: else the scope would open nothing."""
    return [scope for scope in all_scopes() if _may_use(user, *scope.rpartition(":")[::2])]


def _may_use(user: Any, path: str, action: str) -> bool:
    return action == READ or any(user.has_perms(needed) for needed in _needed_to_write().get(path, ()))


@cache
def _needed_to_write() -> dict[str, set[frozenset[str]]]:
    """By address, and by family, what each of its changes asks for."""
    found = defaultdict(set)
    for pattern in _patterns():
        for method in set(getattr(pattern.callback, "actions", {})) & CHANGING:
            path = resource_of(f"/{ROOT}{_address(pattern)}")
            for one in (path, path.partition("/")[0]):
                found[one].add(_needed(pattern.callback, method))
    return dict(found)


def _needed(callback: Any, method: str) -> frozenset[str]:
    """As ModelPermissions asks; where the rows themselves say who may change them, by what the view says of it."""
    view = callback.cls
    if getattr(view, "is_ones_own", False) and method in getattr(view, "own_methods", ()):
        return frozenset()
    named = callback.initkwargs.get("permission_required") or view.permission_required
    if named and named == view.permission_required:
        named = getattr(view, "permission_to_write", "") or named
    if named:
        return frozenset([named])
    return frozenset(ModelPermissions().get_required_permissions(method.upper(), view.queryset.model))


@cache
def _paths() -> dict[Any, set[str]]:
    """Under which addresses the rows of a model are read."""
    found = defaultdict(set)
    for pattern in _patterns():
        view = getattr(pattern.callback, "cls", None)
        rows = getattr(view, "queryset", None)
        if rows is not None and not getattr(view, "is_open", False):
            found[rows.model].add(resource_of(f"/{ROOT}{_address(pattern)}"))
    return dict(found)


def _routes() -> Iterator[tuple[str, str, bool, str]]:
    """The shortest address first: it is that of the thing itself. What everybody may read needs no scope."""
    for pattern in sorted(_patterns(), key=lambda one: len(str(one.pattern))):
        if getattr(getattr(pattern.callback, "cls", None), "is_open", False):
            continue
        path = resource_of(f"/{ROOT}{_address(pattern)}")
        methods = set(getattr(pattern.callback, "actions", {}))
        view = getattr(pattern.callback, "cls", None)
        yield path, _words_of(view, path), bool(methods & CHANGING), _app_of(view)


def _address(pattern: URLPattern) -> str:
    return str(pattern.pattern).removeprefix("^").removesuffix("$")


def _patterns() -> Iterator[URLPattern]:
    for one in get_resolver().url_patterns:
        if isinstance(one, URLResolver) and str(one.pattern) == ROOT:
            yield from one.url_patterns


def _words_of(view: Any, path: str) -> str:
    """What the rows are called, which the view answers with; of a register its title."""
    if title := getattr(getattr(view, "register", None), "title", ""):
        return str(title)
    model = getattr(getattr(view, "queryset", None), "model", None)
    return capfirst(str(model._meta.verbose_name)) if model else path  # which says one and many alike


def _app_of(view: Any) -> str:
    model = getattr(getattr(view, "queryset", None), "model", None)
    return str(model._meta.app_config.verbose_name) if model else ""


def _subjects() -> dict[str, list[str]]:
    """Registers stand under the name of their app, the others so."""
    return {
        _("Mục tiêu và số liệu"): [
            "indicators", "targets", "figures", "periods", "closings", "allocations", "publications",
        ],
        _("Nhiệm vụ và kinh phí"): ["tasks", "framework-items", "funding"],
        _("Báo cáo của đơn vị"): ["reports", "rounds"],
        _("Đơn vị và văn bản"): ["units", "documents"],
        _("Kết nối hệ thống"): ["changes", "jobs", "webhooks"],
        _("Mọi sổ đăng ký"): ["registers"],
    }  # fmt: skip


def _own_words() -> dict[str, str]:
    """Where the name of the rows says too little."""
    return {
        "changes": _("Thay đổi của các danh sách"),
        "closings": _("Chốt số liệu"),
        "figures": _("Kết quả thực hiện"),
        "funding": _("Kinh phí"),
        "indicators": _("Mục tiêu, chỉ tiêu thành phần"),
        "periods": _("Kỳ số liệu"),
        "registers": _("Mọi sổ đăng ký"),
        "targets": _("Mức phải đạt của từng mục tiêu"),
    }
