from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_job_request_id")]

    operations = [
        migrations.CreateModel(
            name="ClockBell",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False, verbose_name="tên")),
                ("rung_at", models.DateTimeField(verbose_name="lúc")),
            ],
            options={"default_permissions": ()},
        )
    ]
