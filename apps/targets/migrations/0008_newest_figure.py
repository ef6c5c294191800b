from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("targets", "0007_kinds_and_providers")]
    operations = [
        migrations.AddIndex(
            model_name="indicatorvalue",
            index=models.Index(fields=["known_from"], name="newest_figure"),
        ),
    ]
