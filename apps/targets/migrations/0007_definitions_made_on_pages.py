"""Who wrote a version of a definition, and when: those of the reference data were there from the beginning."""

from datetime import UTC, datetime

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0006_publications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "indicatordefinition",
            "created_at",
            models.DateTimeField(
                auto_now_add=True, default=datetime(2018, 12, 15, tzinfo=UTC), verbose_name="ghi nhận lúc"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "indicatordefinition",
            "entered_by",
            models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người ghi nhận",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicatordefinition",
            trigger=pgtrigger.compiler.Trigger(
                name="defined_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."entered_by_id" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e0372caedc3fb7707f23975a0b85ba76f1846637",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_defined_once_682d9",
                    table="targets_indicatordefinition",
                    when="BEFORE",
                ),
            ),
        ),
    ]
