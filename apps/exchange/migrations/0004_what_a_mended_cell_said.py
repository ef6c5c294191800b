from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_one_index_for_one_question")]

    operations = [
        migrations.AddField(
            model_name="stagedrow",
            name="original",
            field=models.JSONField(db_default={}, default=dict, verbose_name="giá trị gốc của ô đã sửa"),
        ),
    ]
