"""The moment a file's rows came into the register, of earlier files as the audit has it."""

from django.db import migrations, models
from django.db.models import Q

EARLIER = """
    UPDATE exchange_importbatch b SET written_at = coalesce(
        (SELECT max(a.at) FROM audit_auditevent a
         WHERE a.target_type = 'exchange.importbatch' AND a.target_id = b.id::text AND a.action = 'import.written'),
        b.confirmed_at, b.updated_at
    ) WHERE b.state IN ('written', 'undoing', 'undone')
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("exchange", "0004_what_a_mended_cell_said")]

    operations = [
        migrations.AlterField(
            model_name="importbatch",
            name="confirmed_at",
            field=models.DateTimeField(null=True, verbose_name="xác nhận lúc"),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="written_at",
            field=models.DateTimeField(null=True, verbose_name="ghi lúc"),
        ),
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="importbatch",
            constraint=models.CheckConstraint(
                condition=~Q(state__in=["written", "undoing", "undone"]) | Q(written_at__isnull=False),
                name="written_with_when",
            ),
        ),
    ]
