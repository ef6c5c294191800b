from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_api_tokens")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="end_decided_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="cho kết thúc lúc"),
        )
    ]
