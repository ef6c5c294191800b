"""What may stand in the query of an API's address. What nobody declared is refused, naming what may: a misspelt filter
must not answer with everything. A parameter twice means what it means once, or is refused.
"""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request

from apps.core.cursors import Order

PAGING = ("page", "page_size", "cursor", "total")
FIELDS, ORDERING = "fields", "ordering"
LISTS = ("list", "export")
T = TypeVar("T")


class NotAllowedError(exceptions.ValidationError):
    """Refused by name; the body says what may be asked instead."""

    def __init__(self, names: Collection[str], words: str, code: str, allowed: Collection[str]) -> None:
        named = sorted(allowed)
        usable = _("Dùng được")
        told = f"{words} {usable}: {', '.join(named)}." if named else words
        super().__init__({name: [exceptions.ErrorDetail(told, code)] for name in names})
        self.now = {"allowed": named}


def declared_of(view: Any) -> list[str]:
    """By name, in the order in which they are told."""
    found = list(view.extra_parameters)
    if view.action in LISTS:
        filterset = getattr(view, "filterset_class", None)
        found += list(filterset.base_filters) if filterset else []
    if view.action == "list":
        found += [*PAGING] if view.pagination_class else []
        found += [ORDERING] if ordering_of(view) else []
    if view.takes_fields and view.action in (*LISTS, "retrieve"):
        found.append(FIELDS)
    return found


def refuse_undeclared(view: Any, request: Request) -> None:
    declared = declared_of(view)
    for name in request.query_params:
        if name not in declared:
            raise _unknown(sorted(set(request.query_params) - set(declared)), declared)
        values = set(request.query_params.getlist(name))
        if len(values) > 1 and name not in _of_many(view):
            told = _("Tham số này chỉ nhận một giá trị.")
            raise exceptions.ValidationError({name: [exceptions.ErrorDetail(told, "repeated_parameter")]})
    if "cursor" in request.query_params and "page" in request.query_params:
        _refuse("page", _("Chọn một trong hai: page hoặc cursor."))
    if "total" in request.query_params and "cursor" not in request.query_params:
        _refuse("total", _("Chỉ dùng cùng cursor; với page, câu trả lời luôn có count."))


def _unknown(names: list[str], declared: list[str]) -> NotAllowedError:
    return NotAllowedError(names, _("Tham số không có trong tài liệu API."), "unknown_parameter", declared)


def _refuse(name: str, words: str) -> None:
    raise exceptions.ValidationError({name: [exceptions.ErrorDetail(words, "invalid")]})


def _of_many(view: Any) -> set[str]:
    filterset = getattr(view, "filterset_class", None)
    filters = filterset.base_filters.items() if filterset else ()
    return {FIELDS} | {name for name, one in filters if issubclass(one.field_class, forms.MultipleChoiceField)}


# ── order ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def ordering_of(view: Any) -> Mapping[str, str]:
    """The columns by which the list may be sorted, by the names that programs know."""
    asked = view.ordering_fields
    return asked if isinstance(asked, Mapping) else {name: name for name in asked}


def asked_order(view: Any, request: Request) -> Order | None:
    """Columns, the key last; None where nothing is asked for."""
    columns = ordering_of(view)
    text = request.query_params.get(ORDERING, "") if columns and view.action == "list" else ""
    if not text.strip():
        return None
    order: list[str] = []
    for name in (part.strip() for part in text.split(",")):
        column = columns.get(name.removeprefix("-"))
        if column is None:
            raise NotAllowedError([ORDERING], _("Không xếp được theo trường này."), "unknown_ordering", columns)
        if column not in {one.removeprefix("-") for one in order}:
            order.append(f"-{column}" if name.startswith("-") else column)
    return tuple(order) if order[-1].removeprefix("-") == "pk" else (*order, "pk")


# ── fields ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def asked_fields(request: Request) -> list[str]:
    """None named: all of them."""
    given = ",".join(request.query_params.getlist(FIELDS))
    return list(dict.fromkeys(name.strip() for name in given.split(",") if name.strip()))


def narrow(serializer: Any, asked: Collection[str]) -> Any:
    """The same serializer, which tells of each row only what was asked for."""
    if asked:
        fields = getattr(serializer, "child", serializer).fields
        for name in set(fields) - set(narrowed(fields, asked)):
            fields.pop(name)
    return serializer


def narrowed(fields: Mapping[str, T], asked: Collection[str]) -> dict[str, T]:
    """Those asked for, in their own order; none named: all."""
    if not set(asked) <= set(fields):
        raise NotAllowedError([FIELDS], _("Trường không có trong tài liệu API."), "unknown_field", fields)
    return {name: one for name, one in fields.items() if not asked or name in asked}
