"""What was closed by one person's word becomes version 1, as far as figures were known then.

As of the moment it was closed; where no figure was stored yet, as of the first one. There was no second person and no
document, and the row says so. A period without any figure has nothing that could be accepted: it is open again.
"""

from django.db import migrations

FORWARD = """
    INSERT INTO targets_periodclosing
        (period_id, version, as_of, reason, closed_by_id, closed_at, is_carried_over)
    SELECT p.id, 1, m.moment, 'Chốt trước khi có đề nghị và văn bản kèm theo, ghi ngày '
               || to_char(p.closed_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'DD/MM/YYYY'),
           p.closed_by_id, m.moment, true
    FROM targets_period p
    JOIN LATERAL (
        SELECT greatest(p.closed_at, max(f.first)) AS moment FROM (
            SELECT min(v.known_from) AS first FROM targets_indicatorvalue v
            WHERE v.period_id = p.id GROUP BY v.indicator_id
        ) f HAVING count(*) > 0
    ) m ON true
    WHERE p.closed_at IS NOT NULL
"""
BACKWARD = """
    UPDATE targets_period p SET closed_at = c.closed_at, closed_by_id = c.closed_by_id
    FROM (SELECT DISTINCT ON (period_id) period_id, closed_at, closed_by_id FROM targets_periodclosing
          ORDER BY period_id, version DESC) c
    WHERE c.period_id = p.id
"""


class Migration(migrations.Migration):
    dependencies = [("targets", "0004_period_closing")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
