from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("targets", "0001_initial")]

    operations = [
        migrations.RemoveField(model_name="recomputerequest", name="period"),
        migrations.RemoveField(model_name="recomputerequest", name="unit_id"),
    ]
