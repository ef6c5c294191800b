import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0007_transfers_of_sub_units")]

    operations = [
        migrations.AlterField(
            model_name="membershipreview",
            name="membership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="organisations.membership"
            ),
        ),
    ]
