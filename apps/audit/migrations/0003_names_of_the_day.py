from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns only: rows from before are sealed as they were written."""

    dependencies = [("audit", "0002_found_by_the_name_of_its_object")]

    operations = [
        migrations.AddField(
            model_name="auditevent",
            name="actor_name",
            field=models.CharField(blank=True, db_default="", max_length=150, verbose_name="họ và tên lúc đó"),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="unit_name",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="tên đơn vị lúc đó"),
        ),
    ]
