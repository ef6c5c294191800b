"""Many rows into a table at once: COPY, ten times faster than inserts and no less checked.

By a table beside it: COPY writes to none that lies behind the second wall.
"""

import re
from collections.abc import Iterable, Sequence
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
        cursor.execute(f"CREATE TEMPORARY TABLE copied AS SELECT {names} FROM {table} WITH NO DATA")
        cursor.copy_expert(f"COPY copied ({names}) FROM STDIN", text)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM copied")
        cursor.execute("DROP TABLE copied")


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
