"""The triggers that keep `EnterprisePlace`, so that no door into the register can forget it.

A statement at a time, as files and the demonstration data write thousands of rows at once.
"""

import pgtrigger

_ADD = """
INSERT INTO enterprises_enterpriseplace (enterprise_id, unit_id) SELECT DISTINCT {chosen} ON CONFLICT DO NOTHING;
"""
_DROP = """
DELETE FROM enterprises_enterpriseplace p USING ({left}) gone
WHERE p.enterprise_id = gone.enterprise_id AND p.unit_id = gone.unit_id
  AND NOT EXISTS (SELECT FROM enterprises_enterprise n WHERE n.id = p.enterprise_id AND n.unit_id = p.unit_id)
  AND NOT EXISTS (
      SELECT FROM enterprises_assuranceprogramme g JOIN enterprises_programmeevent e ON e.programme_id = g.id
      WHERE g.enterprise_id = p.enterprise_id AND e.unit_id = p.unit_id
  );
"""
_MOVED = "FROM new_rows n JOIN old_rows o ON o.id = n.id {programme} WHERE n.unit_id <> o.unit_id"
_PROGRAMME = "JOIN enterprises_assuranceprogramme g ON g.id = n.programme_id"


def triggers(owner: str, programme: str) -> list[pgtrigger.Trigger]:
    """For a table whose rows have a `unit_id`: `owner` is the column of the enterprise, `programme` the join to it."""
    moved = _MOVED.format(programme=programme)
    return [
        pgtrigger.Trigger(
            name="place_added",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="new_rows"),
            func=_ADD.format(chosen=f"{owner}, n.unit_id FROM new_rows n {programme}") + " RETURN NULL;",
        ),
        pgtrigger.Trigger(
            name="place_moved",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
            func=_ADD.format(chosen=f"{owner}, n.unit_id {moved}")
            + _DROP.format(left=f"SELECT DISTINCT {owner} AS enterprise_id, o.unit_id {moved}")
            + "RETURN NULL;",
        ),
    ]


SEAT = triggers("n.id", "")
EVENT = triggers("g.enterprise_id", _PROGRAMME)
