"""Rows straight into a table: COPY, ten times faster than inserts and no less checked."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO

from django.db import connection
from django.db.models import Model

ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
SPECIAL = re.compile(r"[\\\t\n\r]")


def copy_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    text = StringIO("".join("\t".join(map(_field, row)) + "\n" for row in rows))
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", text)


@contextmanager
def indexed_afterwards(models: Sequence[type[Model]]) -> Iterator[None]:
    """Take the plain indexes away and build each in one go once the rows are there: half the time.

    What the database promises stays in force: primary and unique keys are kept, foreign keys are checked with every
    COPY instead of all at the end, as no index can be built while checks are outstanding. An index with a condition
    stays too: PostgreSQL would give the condition back in other words than the migration's.
    """
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique AND indpred IS NULL ORDER BY 1",
            [tables],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '128MB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def reserve_ids(model: type[Model], count: int) -> list[int]:
    """Ids from the table's own sequence, known before the rows, so that children can name their parents."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]


def _field(value: object) -> str:
    if value is None:
        return "\\N"
    text = str(value)
    return text.translate(ESCAPED) if SPECIAL.search(text) else text  # translate() is slow on Vietnamese
