"""What waits for whom. Each app says it in its own `inbox.py`; the inbox joins them, the sidebar counts them.

A source gives a queryset of rows that wait for the person. From all of them one statement takes what is needed to sort
and to count; only the rows of the page shown are read whole (`show`). So the page costs the same however much waits.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, DateField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast
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


def waiting_count(user: User) -> int:
    """How much waits for the person: one statement, for the sidebar of every page."""
    rows = [part.values_list("w_pk") for part in _parts(user)]
    return _joined(rows).count() if rows else 0


def waiting_keys(user: User) -> list[Key]:
    """Of everything that waits who it is, since when and until when."""
    rows = [part.values_list("w_source", "w_pk", "w_since", "w_due") for part in _parts(user)]
    return [_key(*row) for row in _joined(rows)] if rows else []


def _parts(user: User) -> Iterator[QuerySet[Any]]:
    for source in sources():
        rows = source.waiting(user)
        if rows is not None:
            yield rows.order_by().annotate(
                w_source=Value(source.code, CharField()),
                w_pk=Cast("pk", BigIntegerField()),
                w_since=Cast(F(source.since), DateTimeField()),
                w_due=Cast(F(source.due) if source.due else Value(None), DateField()),
            )


def _joined(rows: list[Any]) -> Any:
    return rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]


def _key(source: str, pk: int, since: datetime, due: date | None) -> Key:
    day, until = timezone.localdate(since), _sources[source].until
    return Key(source, pk, day, due or (until(day) if until else None))
