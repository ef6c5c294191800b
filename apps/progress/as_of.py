"""Facts as they stood at a moment. The history of rows says it, so what was closed still opens to its own rows.

Few records change after a closing. Only of those, the rows are read as they were; the others are as they are.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from apps.targets.facts import Source, Tracked

# Records with a row that came or changed after the moment, and those whose rows count together with theirs. Unpacked
# from an array they are few to the planner too, which would else go from row to row through the whole register.
_TOUCHED = """
    touched AS MATERIALIZED (
        WITH changed AS ({changed})
        SELECT unnest(ARRAY(SELECT DISTINCT record_id FROM ({together}) together)) AS record_id
    )"""
_CAME = "SELECT {record} AS record_id FROM {table} t {joins} WHERE t.created_at > {moment}"
_CHANGED = "SELECT {record} FROM {history} t {joins} WHERE t.pgh_created_at > {moment}"
# A table's own name before a statement stands for the table itself: the counting rules need not know of it. The first
# state recorded after the moment is what the row was at the moment; a row without one is as it was.
_SHADOW = """
    {table} AS MATERIALIZED (
        SELECT DISTINCT ON (t.id) {columns} FROM {table} t {joins} WHERE {record} IN (SELECT record_id FROM touched)
          AND t.created_at <= {moment} AND NOT EXISTS (
              SELECT 1 FROM {history} h WHERE h.pgh_obj_id = t.id AND h.pgh_created_at > {moment}
          )
        UNION ALL
        (SELECT DISTINCT ON (t.pgh_obj_id) {columns} FROM {history} t {joins}
         WHERE {record} IN (SELECT record_id FROM touched) AND t.pgh_created_at > {moment} AND t.created_at <= {moment}
         ORDER BY t.pgh_obj_id, t.pgh_id)
    )"""


# The rows of it that were there then, whichever record is asked.
_GROUND = "{table} AS (SELECT t.* FROM {table} t WHERE t.created_at <= {moment}), "


def as_known(source: Source, statement: str, moment: datetime | None, parameter: str = "known_on") -> str:
    """The SELECT `statement` of rows of the source, with their `record_id`, over the facts as of the parameter."""
    if moment is None or not source.tracked:
        return statement
    asked = f"%({parameter})s::timestamptz"
    changed = " UNION ".join(part for one in source.tracked for part in _changed(one, asked))
    touched = _TOUCHED.format(changed=changed, together=source.together.format(moment=asked))
    shadows = ",".join(_shadow(one, asked) for one in source.tracked)
    ground = "".join(_GROUND.format(table=one._meta.db_table, moment=asked) for one in source.ground)
    return f"""
        WITH {ground}{touched}
        SELECT untouched.* FROM ({statement}) untouched
        WHERE NOT EXISTS (SELECT 1 FROM touched WHERE touched.record_id = untouched.record_id)
        UNION ALL
        SELECT * FROM (WITH {shadows} {statement}) as_it_was
    """


def _changed(one: Tracked, moment: str) -> Iterator[str]:
    yield _CAME.format(**_tables(one), moment=moment)
    yield _CHANGED.format(**_tables(one), moment=moment)


def _shadow(one: Tracked, moment: str) -> str:
    model: Any = one.model
    kept = {field.column for field in model.pgh_event_model._meta.concrete_fields}
    columns = (field.column for field in model._meta.concrete_fields if field.column in kept)
    return _SHADOW.format(**_tables(one), columns=", ".join(f"t.{column}" for column in columns), moment=moment)


def _tables(one: Tracked) -> dict[str, str]:
    model: Any = one.model
    return {
        "table": model._meta.db_table,
        "history": model.pgh_event_model._meta.db_table,
        "record": one.record,
        "joins": one.joins,
    }
