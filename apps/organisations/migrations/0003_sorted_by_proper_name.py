"""«TP. Hồ Chí Minh» stood after Thanh Hóa in every list. What is worked out by the base cannot be altered: it is made anew."""

from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Replace

import apps.core.models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0002_units_taken_back"), ("core", "0002_frequent_letters_first")]

    operations = [
        migrations.RemoveField(model_name="unitname", name="short_name_sort"),
        migrations.AddField(
            model_name="unitname",
            name="short_name_sort",
            field=models.GeneratedField(
                db_persist=True,
                expression=apps.core.models.VnSort(Replace("short_name", Value("TP. "), Value(""))),
                output_field=models.TextField(),
            ),
        ),
    ]
