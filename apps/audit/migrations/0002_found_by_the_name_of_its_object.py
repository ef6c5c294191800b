import django.contrib.postgres.indexes
from django.db import migrations

import apps.core.models


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("core", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(apps.core.models.VnFold("target"), name="gin_trgm_ops"),
                name="audit_target_words",
            ),
        ),
    ]
