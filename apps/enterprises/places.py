"""`EnterprisePlace` held to the facts: the triggers that keep it, so that no door into the register can forget it, and
the check that finds what they would have missed.

A statement at a time, as files and the demonstration data write thousands of rows at once; each is planned when it is
run (EXECUTE), as a plan made for one row would join thousands one by one. The enterprises are locked
before their places change, in the order of their ids: two people who move events of one enterprise at the same moment
would else each miss what the other one has not committed yet, and the last place would be taken away.
"""

import pgtrigger
from django.db import connection

_LOCK = """
EXECUTE $place$
    SELECT FROM enterprises_enterprise WHERE id IN (SELECT {owner} {changed}) ORDER BY id FOR NO KEY UPDATE
$place$;
"""
_ADD = """
EXECUTE $place$INSERT INTO enterprises_enterpriseplace (enterprise_id, unit_id)
SELECT DISTINCT {owner}, n.unit_id {changed} AND {opens} ON CONFLICT DO NOTHING$place$;
"""
_DROP = """
EXECUTE $place$DELETE FROM enterprises_enterpriseplace p
USING (SELECT DISTINCT {owner} AS enterprise_id, o.unit_id {changed}) gone
WHERE p.enterprise_id = gone.enterprise_id AND p.unit_id = gone.unit_id
  AND NOT EXISTS (
      SELECT FROM enterprises_enterprise n
      WHERE n.id = p.enterprise_id AND n.unit_id = p.unit_id AND n.withdrawn_at IS NULL
  )
  AND NOT EXISTS (
      SELECT FROM enterprises_assuranceprogramme g JOIN enterprises_programmeevent e ON e.programme_id = g.id
      WHERE g.enterprise_id = p.enterprise_id AND e.unit_id = p.unit_id AND e.withdrawn_at IS NULL AND e.opens_record
  )$place$;
"""
_PROGRAMME = "JOIN enterprises_assuranceprogramme g ON g.id = n.programme_id"
_SEAT_OPENS = "n.withdrawn_at IS NULL"
_EVENT_OPENS = "n.withdrawn_at IS NULL AND n.opens_record"


def triggers(owner: str, programme: str, opens: str) -> list[pgtrigger.Trigger]:
    """For a table whose rows have a `unit_id`: `owner` is the column of the enterprise, `programme` the join to it.

    `opens` says of a row `n` whether its place sees the enterprise.
    """
    before = opens.replace("n.", "o.")
    moved = f"(n.unit_id <> o.unit_id OR ({opens}) <> ({before}))"
    added = {"owner": owner, "opens": opens, "changed": f"FROM new_rows n {programme} WHERE true"}
    changed = {
        "owner": owner,
        "opens": opens,
        "changed": f"FROM new_rows n JOIN old_rows o ON o.id = n.id {programme} WHERE {moved}",
    }
    return [
        pgtrigger.Trigger(
            name="place_added",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="new_rows"),
            func=(_LOCK + _ADD).format(**added) + "RETURN NULL;",
        ),
        pgtrigger.Trigger(
            name="place_moved",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
            func=(_LOCK + _ADD + _DROP).format(**changed) + "RETURN NULL;",
        ),
    ]


SEAT = triggers("n.id", "", _SEAT_OPENS)
EVENT = triggers("g.enterprise_id", _PROGRAMME, _EVENT_OPENS)

# What the places must be, by the facts.
_WANTED = """
    SELECT id AS enterprise_id, unit_id FROM enterprises_enterprise WHERE withdrawn_at IS NULL
    UNION
    SELECT g.enterprise_id, e.unit_id
    FROM enterprises_programmeevent e JOIN enterprises_assuranceprogramme g ON g.id = e.programme_id
    WHERE e.withdrawn_at IS NULL AND e.opens_record
"""
_DISAGREEMENTS = f"""
    SELECT coalesce(w.enterprise_id, p.enterprise_id), coalesce(w.unit_id, p.unit_id), p.id IS NULL
    FROM ({_WANTED}) w FULL JOIN enterprises_enterpriseplace p USING (enterprise_id, unit_id)
    WHERE w.enterprise_id IS NULL OR p.id IS NULL ORDER BY 1, 2
"""
_REPAIR = f"""
    WITH wanted AS ({_WANTED}), gone AS (
        DELETE FROM enterprises_enterpriseplace p
        WHERE NOT EXISTS (SELECT FROM wanted w WHERE w.enterprise_id = p.enterprise_id AND w.unit_id = p.unit_id)
    )
    INSERT INTO enterprises_enterpriseplace (enterprise_id, unit_id) SELECT enterprise_id, unit_id FROM wanted
    ON CONFLICT DO NOTHING
"""

_SETTLED = f"""
    WITH wanted AS MATERIALIZED (SELECT * FROM ({_WANTED}) w WHERE w.enterprise_id = ANY(%(ids)s)), gone AS (
        DELETE FROM enterprises_enterpriseplace p
        WHERE p.enterprise_id = ANY(%(ids)s)
          AND NOT EXISTS (SELECT FROM wanted w WHERE w.enterprise_id = p.enterprise_id AND w.unit_id = p.unit_id)
    )
    INSERT INTO enterprises_enterpriseplace (enterprise_id, unit_id) SELECT enterprise_id, unit_id FROM wanted
    ON CONFLICT DO NOTHING
"""


def settle(ids: list[int]) -> None:
    """Of enterprises that the caller holds, whose events went from one to the other: no trigger follows that."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, {"ids": ids})


def disagreements() -> list[str]:
    """Every place that is missing, and every one that no fact bears out."""
    with connection.cursor() as cursor:
        cursor.execute(_DISAGREEMENTS)
        return [
            f"địa bàn của doanh nghiệp {enterprise}: {'thiếu' if is_missing else 'thừa'} {unit}"
            for enterprise, unit, is_missing in cursor.fetchall()
        ]


def repair() -> None:
    """Make the places anew from the facts, while nobody writes."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE enterprises_enterprise, enterprises_programmeevent IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(_REPAIR)
