"""Which rows of a list may be other than they were at an earlier moment, read from the rows themselves.

A moment is what PostgreSQL had surely ended then: every transaction below the oldest that was still at work. Whatever
was written by that one or a later one is told again, also what was seen already: who began before and committed after
is never passed over. A row that is out of sight now is told by its earlier states, which its history keeps.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import Col
from django.utils import timezone

from apps.core.versions import version_of_tables

HALF = 2**31  # transactions: numbers of rows are compared within half of their circle
_XID = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
# Another cluster counts anew, and one that was set back to an earlier moment gives the same numbers once more.
_CLUSTER = """
    SELECT concat_ws(
        '/', (SELECT system_identifier FROM pg_control_system()), left(pg_walfile_name(pg_current_wal_lsn()), 8),
        (SELECT oid FROM pg_database WHERE datname = current_database())
    )
"""


@dataclass(frozen=True)
class Mark:
    """A moment: what was surely seen in it. `tables`: the state of small tables, where a list is told by these."""

    xid: int
    day: date
    tables: str = ""

    def reaches_to(self, now: "Mark") -> bool:
        """Whether what was written since can still be told from what is older."""
        return self.xid <= now.xid < self.xid + HALF


def mark_now(made_of: Collection[type[models.Model]]) -> Mark:
    """Taken before anything is read: what is written in between is then told twice, and not missed."""
    with connection.cursor() as cursor:
        cursor.execute(_XID)
        [xid] = cursor.fetchone()
    tables = blake2b(version_of_tables(*made_of).encode(), digest_size=12).hexdigest() if made_of else ""
    return Mark(xid, timezone.localdate(), tables)


def cluster() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_CLUSTER)
        told: str = cursor.fetchone()[0]
    return told


class WrittenSince(models.Func):
    """Whether the row, as the statement reads it, was written by that transaction or a later one.

    `age` counts backwards from now and so knows no end of the numbers; a row older than half of their circle may be
    taken for a new one, which tells it once more.
    """

    output_field = models.BooleanField()

    def __init__(self, key: Any, xid: int | None = None, **extra: Any) -> None:
        super().__init__(key, **extra)
        self.xid = xid

    def as_sql(self, compiler: Any, connection: Any, **kwargs: Any) -> tuple[str, list[Any]]:
        [key] = self.source_expressions
        if not isinstance(key, Col) or self.xid is None:
            raise TypeError("a row is asked for by its key")
        row = compiler.quote_name_unless_alias(key.alias)
        return f"age({row}.xmin) <= age(%s::text::xid)", [str(self.xid % 2**32)]


@dataclass(frozen=True)
class Since:
    """What a feed is asked with: from which moment on, and who asks."""

    mark: Mark
    now: Mark
    user: Any

    @property
    def written(self) -> Q:
        return Q(WrittenSince("pk", self.mark.xid))

    def of(self, rows: Any) -> Any:
        """Those of the rows that were written since."""
        return rows.filter(self.written)

    def keys(self, model: type[models.Model]) -> Any:
        """Of all rows of the model that were written since."""
        return self.of(model._base_manager.all()).values("pk")

    def states(self, model: Any) -> Any:
        """How rows of the model were before each change since."""
        return self.of(model.pgh_event_model._base_manager.all())


Touched = Callable[[Any, Since], list[Any]]


@dataclass(frozen=True)
class Feed:
    """`touched` gives queries, of one column each, for all rows that the person saw at that moment or sees now and of
    which the answer may be another; more of those do no harm. It is handed the list as the person sees it now.

    `key`: which field of an answer names its row; `column`: what of the row that is.
    """

    touched: Touched
    key: str = "id"
    column: str = "pk"
    made_of: tuple[type[models.Model], ...] = ()


def own_rows(rows: Any, since: Since) -> list[Any]:
    """Of rows that say nothing but their own columns, which nobody takes away, and which whoever sees the list sees."""
    return [since.of(rows).values_list("pk")]


def whole_list(column: str) -> Touched:
    """Of a short list that hangs on small tables and on the day: all of it, where any of that is another."""

    def touched(rows: Any, since: Since) -> list[Any]:
        is_same = (since.mark.tables, since.mark.day) == (since.now.tables, since.now.day)
        return [] if is_same else [rows.values_list(column)]

    return touched


def touched_keys(parts: list[Any], after: Any, most: int) -> list[Any]:
    """Of all parts together, in their order, those beyond `after`."""
    selects, values = [], []
    for part in parts:
        try:
            select, given = part.order_by().query.sql_with_params()
        except EmptyResultSet:
            continue
        selects.append(f"({select})")
        values += given
    if not selects:
        return []
    beyond, reached = ("", []) if after is None else ("WHERE key > %s", [after])
    statement = f"SELECT key FROM ({' UNION '.join(selects)}) found (key) {beyond} ORDER BY key LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *reached, most])
        return [key for (key,) in cursor]
