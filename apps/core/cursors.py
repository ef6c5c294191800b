"""Pages of an API list that begin after a row, not at a number: what is added meanwhile shifts nothing.

A cursor names the row it stands at by what the list is sorted by, ending in the key; it is sealed for its address, so
that nothing in it is a client's own word, and nothing in it can be read. The same place has the same cursor, as an
answer's ETag is made from its text. Forwards and backwards alike.
"""

import base64
import datetime
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework import exceptions

from apps.core.secret_keys import secret_keys

LONGEST = 2_000
Order = tuple[str, ...]
Columns = Sequence[Any]  # names, or expressions


@dataclass(frozen=True)
class Position:
    """Beside which row a page lies, and on which side of it."""

    order: Order
    values: tuple[Any, ...]
    is_before: bool = False


@dataclass(frozen=True)
class Page:
    """`values` reads from a row where it stands: only of a page whose links are told."""

    rows: list[Any]
    order: Order
    values: Callable[[Any], tuple[Any, ...]]
    has_before: bool
    has_after: bool

    @property
    def before(self) -> Position | None:
        return Position(self.order, self.values(self.rows[0]), is_before=True) if self.has_before else None

    @property
    def after(self) -> Position | None:
        return Position(self.order, self.values(self.rows[-1])) if self.has_after else None


def read_cursor(text: str, path: str, order: Order) -> Position | None:
    """None at the beginning. One of another address or order is refused: it would begin anywhere."""
    if not text:
        return None
    try:
        told: Any = _opened(text, path) if len(text) <= LONGEST else None
        found = Position(tuple(told["o"]), tuple(told["v"]), bool(told["b"]))
    except (ValueError, KeyError, TypeError):
        found = None
    if found is None or found.order != order:
        words = _("Con trỏ không hợp lệ, hoặc thuộc một danh sách hay cách xếp khác.")
        raise exceptions.ValidationError({"cursor": [exceptions.ErrorDetail(words, "bad_cursor")]})
    return found


def write_cursor(position: Position, path: str) -> str:
    told = {"o": position.order, "v": [_plain(value) for value in position.values], "b": int(position.is_before)}
    sealed = _seal(settings.SECRET_KEY).encrypt(json.dumps(told).encode(), [path.encode()])
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _opened(text: str, path: str) -> Any:
    """None where it was not sealed by us, for this address."""
    sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for secret in secret_keys():
        try:
            return json.loads(_seal(secret).decrypt(sealed, [path.encode()]))
        except InvalidTag:
            continue
    return None


@lru_cache(maxsize=8)
def _seal(secret: str) -> AESSIV:
    return AESSIV(salted_hmac("program996.cursor", "key", secret=secret, algorithm="sha512").digest())


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, datetime.date | datetime.datetime) else str(value)


def page_of_rows(rows: QuerySet, order: Order, position: Position | None, size: int, columns: Columns = ()) -> Page:
    """`order`: columns that the view names, the key last. `columns`: those, and what else is read, instead of rows."""
    back = position is not None and position.is_before
    sorted_rows = rows.order_by(*(_turned(column) if back else column for column in order))
    if position is not None:
        sorted_rows = sorted_rows.filter(_beyond(order, position))
    found = sorted_rows.values_list(*columns) if columns else sorted_rows
    return _page(list(found[: size + 1]), order, position, size, lambda row: _values(row, order))


def page_of_list(found: Sequence[Any], key: Callable[[Any], list[Any]], position: Position | None, size: int) -> Page:
    """Of what is no table. `key` tells one from another; the list is in its order."""
    order: Order = ("key",)
    beside = sorted(found, key=key)
    if position is not None:
        at = list(position.values)
        back = position.is_before
        beside = [one for one in beside if (key(one) < at if back else key(one) > at)]
        beside = beside[::-1] if back else beside
    return _page(beside[: size + 1], order, position, size, lambda one: tuple(key(one)))


def _page(
    found: list[Any], order: Order, position: Position | None, size: int, values: Callable[[Any], tuple[Any, ...]]
) -> Page:
    """`found`: in the direction in which they were looked for, with one more than the page has where there is one."""
    back, more, rows = position is not None and position.is_before, len(found) > size, found[:size]
    has_before, has_after = (more, True) if back else (position is not None, more)
    return Page(rows[::-1] if back else rows, order, values, bool(rows) and has_before, bool(rows) and has_after)


def _turned(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def _values(row: Any, order: Order) -> tuple[Any, ...]:
    """A row that was read as columns begins with those of the order."""
    if isinstance(row, tuple):
        return row[: len(order)]
    return tuple(read_path(row, column.removeprefix("-")) for column in order)


def read_path(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = None if row is None else getattr(row, name)
    return row


def _beyond(order: Order, position: Position) -> Q:
    """Rows on the asked side of the position: by the first column in which they differ from it."""
    found, same = Q(pk__in=[]), Q()
    for column, value in zip(order, position.values, strict=True):
        name = column.removeprefix("-")
        falls = column.startswith("-") != position.is_before
        found |= same & _past(name, value, falls=falls)
        same &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    return found


def _past(name: str, value: Any, *, falls: bool) -> Q:
    """PostgreSQL sorts what is not known last, and first where it sorts downwards."""
    if value is None:
        return Q(**{f"{name}__isnull": False}) if falls else Q(pk__in=[])
    if falls:
        return Q(**{f"{name}__lt": value})
    return Q(**{f"{name}__gt": value}) | Q(**{f"{name}__isnull": True})
