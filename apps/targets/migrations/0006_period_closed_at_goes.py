"""A period is closed by its closings."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("targets", "0005_carry_closings")]

    operations = [
        migrations.RemoveConstraint(
            model_name="period",
            name="closed_with_who_and_when",
        ),
        migrations.RemoveField(
            model_name="period",
            name="closed_at",
        ),
        migrations.RemoveField(
            model_name="period",
            name="closed_by",
        ),
    ]
