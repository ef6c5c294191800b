"""What a request wrote: exact rows with their values before, asked of the database itself, then undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction

_COUNTERS = """
    SELECT o::regclass::text, written, deleted
    FROM unnest(%s::oid[]) o CROSS JOIN LATERAL (
        SELECT sum(pg_stat_get_xact_tuples_inserted(part) + pg_stat_get_xact_tuples_updated(part))::bigint AS written,
               sum(pg_stat_get_xact_tuples_deleted(part))::bigint AS deleted
        FROM (SELECT o AS part UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = o) parts
    ) moved
    WHERE written + deleted > 0
"""


@dataclass(frozen=True)
class Change:
    table: str
    pk: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None

    def __str__(self) -> str:
        verb = "inserted" if self.old is None else "deleted" if self.new is None else "updated"
        return f"{verb} {self.table} {self.pk}"

    @property
    def is_idle(self) -> bool:
        """Written, and nothing differs."""
        return self.old == self.new


class Watch:
    """Reads every table once; afterwards only the tables whose counters moved, and there only new row versions."""

    def __init__(self) -> None:
        self.keys = {model._meta.db_table: model._meta.pk.column for model in _models()}
        with connection.cursor() as cursor:
            cursor.execute("SELECT array_agg(t::regclass::oid) FROM unnest(%s::text[]) t", [list(self.keys)])
            self.oids = cursor.fetchone()[0]
        self.before = {table: self._rows(table) for table in self.keys}
        self.mark = self._mark()
        self.counters = self._count()

    def _rows(self, table: str, since: int | None = None) -> dict[str, dict[str, Any]]:
        newer = "" if since is None else f"WHERE t.xmin::text::bigint > {since}"
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT t."{self.keys[table]}"::text, to_jsonb(t) FROM "{table}" t {newer}')
            return {pk: _parsed(row) for pk, row in cursor.fetchall()}

    def _mark(self) -> int:
        """A transaction number above those of the world and below those of every cell."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE walk_mark AS SELECT 1 AS one")
            cursor.execute("SELECT xmin::text::bigint FROM walk_mark")
            mark = cursor.fetchone()[0]
            transaction.set_rollback(True)
        return mark

    def _count(self) -> dict[str, tuple[int, int]]:
        with connection.cursor() as cursor:
            cursor.execute(_COUNTERS, [self.oids])
            return {table: (written, deleted) for table, written, deleted in cursor.fetchall()}

    @contextmanager
    def cell(self) -> Iterator[None]:
        """One request: whatever it wrote is gone afterwards."""
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def changes(self) -> list[Change]:
        """Inside a cell, what has been written in it so far."""
        now, found = self._count(), []
        for table, counted in now.items():
            written, deleted = self.counters.get(table, (0, 0))
            if counted[0] != written:
                found += self._written(table)
            if counted[1] != deleted:
                found += self._deleted(table)
        self.counters = now
        return found

    def _written(self, table: str) -> Iterator[Change]:
        before = self.before[table]
        for pk, row in self._rows(table, self.mark).items():
            change = Change(table, pk, before.get(pk), row)
            if not change.is_idle:
                yield change

    def _deleted(self, table: str) -> Iterator[Change]:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{self.keys[table]}"::text FROM "{table}"')
            left = {pk for (pk,) in cursor.fetchall()}
        return (Change(table, pk, row, None) for pk, row in self.before[table].items() if pk not in left)


def _models() -> list[Any]:
    return [
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
    ]


def _parsed(row: Any) -> dict[str, Any]:
    import json

    return json.loads(row) if isinstance(row, str) else row
