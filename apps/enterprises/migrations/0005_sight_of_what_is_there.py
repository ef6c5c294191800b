"""What files wrote about records of other places opens them no longer; the places follow the facts anew."""

from django.db import migrations

CLOSED = """
    UPDATE enterprises_programmeevent e SET opens_record = false
    FROM enterprises_assuranceprogramme g, enterprises_enterprise n, exchange_importbatch b,
         organisations_organisationunit r
    WHERE g.id = e.programme_id AND n.id = g.enterprise_id AND b.id = e.batch_id AND r.id = e.reported_by_id
      AND NOT r.is_programme_office AND n.created_at < b.confirmed_at
      AND NOT EXISTS (
          SELECT FROM unit_successors(current_date) there JOIN unit_successors(current_date) seat USING (unit_id)
          WHERE there.origin_id = e.unit_id AND seat.origin_id = n.unit_id
      )
"""
PLACES = """
    DELETE FROM enterprises_enterpriseplace p
    WHERE NOT EXISTS (SELECT FROM enterprises_enterprise n WHERE n.id = p.enterprise_id AND n.unit_id = p.unit_id)
      AND NOT EXISTS (
          SELECT FROM enterprises_assuranceprogramme g JOIN enterprises_programmeevent e ON e.programme_id = g.id
          WHERE g.enterprise_id = p.enterprise_id AND e.unit_id = p.unit_id AND e.withdrawn_at IS NULL
            AND e.opens_record
      )
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0004_sight_and_withdrawal"),
        ("exchange", "0004_overwritten_values"),
        ("organisations", "0002_unit_successors"),
    ]

    operations = [
        migrations.RunSQL(CLOSED, migrations.RunSQL.noop),
        migrations.RunSQL(PLACES, migrations.RunSQL.noop),
    ]
