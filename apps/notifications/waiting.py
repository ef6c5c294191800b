"""What waits for whom. Each app says it in its own `inbox.py`; the inbox joins them, the sidebar counts them.

A source gives a queryset of rows that wait for the person. From all of them one statement takes what is needed to sort
and to count; only the rows of the page shown are read whole (`show`). So the page costs the same however much waits.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from apps.accounts.models import User

Words = str | Promise


@dataclass(frozen=True)
class Tab:
    code: str
    label: Words
    icon: str
    empty: Words


@dataclass(frozen=True)
class Shown:
    """A row as the inbox tells it. `why` says why it waits for this person; `barred` why it cannot be chosen here."""

    title: str
    url: str
    sub: str
    family: str
    label: Words
    icon: str
    why: str
    act: Words
    pick: str = ""  # what its box sends; empty: it has none
    barred: str = ""
    amount: int | None = None  # đồng


@dataclass(frozen=True)
class Source:
    """`waiting` gives None where nothing of the kind can wait for the person: then nobody asks the database.

    `since` and `due` name fields; without one, `until` counts the day by the day since when it waits.
    """

    code: str
    tab: Tab
    waiting: Callable[[User], QuerySet[Any] | None]
    since: str
    show: Callable[[Collection[int], User], Mapping[int, Shown]]
    due: str = ""
    until: Callable[[date], date] | None = field(default=None)
    position: int = 100


class Key(NamedTuple):
    source: str
    pk: int
    since: date
    due_on: date | None


_sources: dict[str, Source] = {}


def register_source(source: Source) -> None:
    _sources[source.code] = source


def sources() -> Iterator[Source]:
    yield from sorted(_sources.values(), key=lambda one: (one.position, one.code))


def source_of(code: str) -> Source:
    return _sources[code]


# One part for each source, put together by hand: Django would copy all of them once more, on every page. Days are those
# of the country, found where the rows are: there may be thousands.
_PART = "SELECT %s, pk, (since AT TIME ZONE %s)::date, {due} FROM ({rows}) AS waiting(pk, since{named})"
_JOIN = " UNION ALL "


def waiting_count(user: User) -> int:
    """How much waits for the person: one statement, for the sidebar of every page."""
    parts = [(f"({rows})", params) for _source, rows, params in _waiting(user)]
    if not parts:
        return 0
    with connection.cursor() as cursor:
        statement, params = _joined(parts)
        cursor.execute(f"SELECT count(*) FROM ({statement}) waiting", params)
        return int(cursor.fetchone()[0])


def waiting_keys(user: User) -> list[Key]:
    """Of everything that waits who it is, since when and until when."""
    here, parts = timezone.get_current_timezone_name(), []
    for source, rows, params in _waiting(user, "since", "due"):
        due, named = ("due", ", due") if source.due else ("NULL::date", "")
        parts.append((_PART.format(rows=rows, due=due, named=named), (source.code, here, *params)))
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*_joined(parts))
        return [_key(*row) for row in cursor.fetchall()]


def _waiting(user: User, *fields: str) -> Iterator[tuple[Source, str, tuple[Any, ...]]]:
    """Of each source the statement that finds what waits: its keys, and these fields where it has them."""
    for source in sources():
        rows = source.waiting(user)
        if rows is None:
            continue
        named = [name for name in (getattr(source, field) for field in fields) if name]
        with suppress(EmptyResultSet):  # nothing can be found, and Django says so instead of asking
            statement, params = rows.order_by().values_list("pk", *named).query.sql_with_params()
            yield source, statement, params


def _joined(parts: list[tuple[str, tuple[Any, ...]]]) -> tuple[str, list[Any]]:
    return _JOIN.join(part for part, _params in parts), [one for _part, params in parts for one in params]


def _key(source: str, pk: int, since: date, due: date | None) -> Key:
    if due is None and (until := _sources[source].until):
        due = until(since)
    return Key(source, pk, since, due)
