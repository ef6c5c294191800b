"""What every table holds, in two numbers that hang on no order of rows: how many, and a sum of hashes."""

from typing import Any

from psycopg2 import sql

Counts = dict[str, list[str]]

# Without those that a crash empties: no backup has them.
_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relpersistence = 'p' ORDER BY 1
"""
_COUNT = "SELECT count(*)::text, coalesce(sum(hashtextextended(t::text, 996)::numeric), 0)::text FROM {table} t"
# How a row reads as text hangs on these.
_ONE_SPELLING = (
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 1"
)


def count_tables(line: Any) -> Counts:
    with line.cursor() as cursor:
        cursor.execute(_ONE_SPELLING)
        cursor.execute(_TABLES)
        names = [name for (name,) in cursor.fetchall()]
        counts: Counts = {}
        for name in names:
            cursor.execute(sql.SQL(_COUNT).format(table=sql.Identifier("public", name)))
            counts[name] = list(cursor.fetchone())
    return counts
