"""unit_successors(day): who carries each unit's past on that day. One place for pages, API and roll-up alike."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION unit_successors(day date) RETURNS TABLE(origin_id text, unit_id text, share numeric)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE walk(origin_id, unit_id, share) AS (
        SELECT u.id::text, u.id::text, 1::numeric FROM organisations_organisationunit u
        UNION ALL
        SELECT w.origin_id, s.successor_id::text, w.share * s.share
        FROM walk w
        JOIN organisations_succession s
          ON s.predecessor_id = w.unit_id AND s.effective_on <= day AND s.share > 0
    )
    SELECT w.origin_id, w.unit_id, sum(w.share)
    FROM walk w
    WHERE NOT EXISTS (
        SELECT 1 FROM organisations_succession s
        WHERE s.predecessor_id = w.unit_id AND s.effective_on <= day AND s.share > 0
    )
    GROUP BY 1, 2
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION unit_successors(date);")]
