import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0001_initial"),
        ("targets", "0002_recompute_requests_name_a_source"),
    ]

    operations = [
        migrations.AlterField(
            model_name="indicatorvalue",
            name="indicator",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="values",
                to="targets.indicator",
            ),
        ),
        migrations.AlterField(
            model_name="indicatorvalue",
            name="period",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="values", to="targets.period"
            ),
        ),
        migrations.AlterField(
            model_name="indicatorvalue",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="values",
                to="organisations.organisationunit",
            ),
        ),
        migrations.AddIndex(
            model_name="indicatorvalue",
            index=models.Index(fields=["indicator", "period"], name="figure_of_period"),
        ),
        migrations.AddIndex(
            model_name="indicatorvalue",
            index=models.Index(fields=["unit"], name="figure_of_unit"),
        ),
    ]
