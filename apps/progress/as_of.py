"""Facts as they stood at a moment. The history of rows says it, so what was closed still opens to its own rows.

Few enterprises change after a closing. Only of those, the rows are read as they were; the others are as they are.
"""

from datetime import datetime
from typing import Any

from apps.enterprises.models import Enterprise, ProgrammeEvent

_COMPUTED = {"name_fold", "name_sort"}
# Enterprises with a row that came or changed after the moment, and those of the same ten digits: a branch counts with
# its enterprise. The bounds are what an index of patterns can be asked: ':' follows the digits and the hyphen. Unpacked
# from an array they are few to the planner too, which would else go from row to row through the whole register.
_TOUCHED = """
    touched AS MATERIALIZED (
        WITH changed AS (
            SELECT p.enterprise_id FROM enterprises_programmeevent e
            JOIN enterprises_assuranceprogramme p ON p.id = e.programme_id WHERE e.created_at > {moment}
            UNION
            SELECT p.enterprise_id FROM enterprises_programmeeventevent h
            JOIN enterprises_assuranceprogramme p ON p.id = h.programme_id WHERE h.pgh_created_at > {moment}
            UNION
            SELECT h.pgh_obj_id FROM enterprises_enterpriseevent h WHERE h.pgh_created_at > {moment}
        ), things AS (
            SELECT left(n.tax_code, 10) AS digits FROM enterprises_enterprise n JOIN changed ON n.id = enterprise_id
            UNION
            SELECT left(h.tax_code, 10) FROM enterprises_enterpriseevent h WHERE h.pgh_created_at > {moment}
        )
        SELECT unnest(ARRAY(
            SELECT DISTINCT n.id FROM things
            JOIN enterprises_enterprise n ON n.tax_code ~>=~ digits AND n.tax_code ~<~ (digits || ':')
        )) AS enterprise_id
    )"""
# A table's own name before a statement stands for the table itself: the counting rules need not know of it. The first
# state recorded after the moment is what the row was at the moment; a row without one is as it was.
_SHADOW = """
    {table} AS MATERIALIZED (
        SELECT {columns} FROM {table} t WHERE {within} AND t.created_at <= {moment} AND NOT EXISTS (
            SELECT 1 FROM {history} h WHERE h.pgh_obj_id = t.id AND h.pgh_created_at > {moment}
        )
        UNION ALL
        (SELECT DISTINCT ON (t.pgh_obj_id) {columns} FROM {history} t
         WHERE {within} AND t.pgh_created_at > {moment} AND t.created_at <= {moment}
         ORDER BY t.pgh_obj_id, t.pgh_id)
    )"""
_PROGRAMMES = "SELECT p.id FROM enterprises_assuranceprogramme p JOIN touched USING (enterprise_id)"
_WITHIN = {
    ProgrammeEvent: f"t.programme_id IN ({_PROGRAMMES})",
    Enterprise: "t.id IN (SELECT enterprise_id FROM touched)",
}


def as_known(statement: str, moment: datetime | None, parameter: str = "known_on") -> str:
    """The SELECT `statement`, a row per enterprise with its `enterprise_id`, over the facts as of the parameter."""
    if moment is None:
        return statement
    asked = f"%({parameter})s::timestamptz"
    shadows = ",".join(_shadow(model, asked) for model in _WITHIN)
    return f"""
        WITH {_TOUCHED.format(moment=asked)}
        SELECT untouched.* FROM ({statement}) untouched
        WHERE NOT EXISTS (SELECT 1 FROM touched WHERE touched.enterprise_id = untouched.enterprise_id)
        UNION ALL
        SELECT * FROM (WITH {shadows} {statement}) as_it_was
    """


def _shadow(model: Any, asked: str) -> str:
    fields = [field for field in model._meta.concrete_fields if field.name not in _COMPUTED]
    return _SHADOW.format(
        table=model._meta.db_table,
        columns=", ".join(f"t.{field.column}" for field in fields),
        history=model.pgh_event_model._meta.db_table,
        within=_WITHIN[model],
        moment=asked,
    )
