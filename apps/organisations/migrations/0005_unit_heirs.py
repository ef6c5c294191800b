"""unit_heirs(day): the one unit in which the members of each unit work on that day."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION unit_heirs(day date) RETURNS TABLE(origin_id text, unit_id text)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE walk(origin_id, unit_id, depth) AS (
        SELECT u.id::text, u.id::text, 0 FROM organisations_organisationunit u
        UNION ALL
        SELECT w.origin_id, s.successor_id::text, w.depth + 1
        FROM walk w
        JOIN organisations_succession s ON s.predecessor_id = w.unit_id AND s.effective_on <= day AND s.takes_members
    )
    SELECT DISTINCT ON (w.origin_id) w.origin_id, w.unit_id FROM walk w ORDER BY w.origin_id, w.depth DESC
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0004_members_follow_the_past")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION unit_heirs(date);")]
