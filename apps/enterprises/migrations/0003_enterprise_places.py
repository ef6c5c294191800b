"""Where an enterprise is and was, kept by triggers. What the register holds already is taken over once."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from apps.enterprises.places import BACKFILL


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0002_initial"),
        ("organisations", "0002_unit_successors"),
    ]

    operations = [
        migrations.CreateModel(
            name="EnterprisePlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="enterprises.enterprise"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisationunit",
                    ),
                ),
            ],
            options={
                "verbose_name": "địa bàn của doanh nghiệp",
                "default_permissions": (),
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enterprise",
            trigger=pgtrigger.compiler.Trigger(
                name="place_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nINSERT INTO enterprises_enterpriseplace (enterprise_id, unit_id) SELECT DISTINCT n.id, n.unit_id FROM new_rows n  ON CONFLICT DO NOTHING;\n RETURN NULL;",
                    hash="526048a8fc9233a2497ad55658218060eec46231",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_place_added_7e571",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="enterprises_enterprise",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enterprise",
            trigger=pgtrigger.compiler.Trigger(
                name="place_moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nINSERT INTO enterprises_enterpriseplace (enterprise_id, unit_id) SELECT DISTINCT n.id, n.unit_id FROM new_rows n JOIN old_rows o ON o.id = n.id  WHERE n.unit_id <> o.unit_id ON CONFLICT DO NOTHING;\n\nDELETE FROM enterprises_enterpriseplace p USING (SELECT DISTINCT n.id AS enterprise_id, o.unit_id FROM new_rows n JOIN old_rows o ON o.id = n.id  WHERE n.unit_id <> o.unit_id) gone\nWHERE p.enterprise_id = gone.enterprise_id AND p.unit_id = gone.unit_id\n  AND NOT EXISTS (SELECT FROM enterprises_enterprise n WHERE n.id = p.enterprise_id AND n.unit_id = p.unit_id)\n  AND NOT EXISTS (\n      SELECT FROM enterprises_assuranceprogramme g JOIN enterprises_programmeevent e ON e.programme_id = g.id\n      WHERE g.enterprise_id = p.enterprise_id AND e.unit_id = p.unit_id\n  );\nRETURN NULL;",
                    hash="882eb78f44df88d9be99814b8a0f91dd34968ab2",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_place_moved_3d1a0",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="enterprises_enterprise",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="programmeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="place_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nINSERT INTO enterprises_enterpriseplace (enterprise_id, unit_id) SELECT DISTINCT g.enterprise_id, n.unit_id FROM new_rows n JOIN enterprises_assuranceprogramme g ON g.id = n.programme_id ON CONFLICT DO NOTHING;\n RETURN NULL;",
                    hash="7e434805c580863f1847d89d21b27431a46a2da7",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_place_added_70c79",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="enterprises_programmeevent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="programmeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="place_moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nINSERT INTO enterprises_enterpriseplace (enterprise_id, unit_id) SELECT DISTINCT g.enterprise_id, n.unit_id FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN enterprises_assuranceprogramme g ON g.id = n.programme_id WHERE n.unit_id <> o.unit_id ON CONFLICT DO NOTHING;\n\nDELETE FROM enterprises_enterpriseplace p USING (SELECT DISTINCT g.enterprise_id AS enterprise_id, o.unit_id FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN enterprises_assuranceprogramme g ON g.id = n.programme_id WHERE n.unit_id <> o.unit_id) gone\nWHERE p.enterprise_id = gone.enterprise_id AND p.unit_id = gone.unit_id\n  AND NOT EXISTS (SELECT FROM enterprises_enterprise n WHERE n.id = p.enterprise_id AND n.unit_id = p.unit_id)\n  AND NOT EXISTS (\n      SELECT FROM enterprises_assuranceprogramme g JOIN enterprises_programmeevent e ON e.programme_id = g.id\n      WHERE g.enterprise_id = p.enterprise_id AND e.unit_id = p.unit_id\n  );\nRETURN NULL;",
                    hash="482cfd30627cfcef406aef59e9ddc54354cb0b39",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_place_moved_67c59",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="enterprises_programmeevent",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="enterpriseplace",
            constraint=models.UniqueConstraint(fields=("unit", "enterprise"), name="one_place_per_unit"),
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
    ]
