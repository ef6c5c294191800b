import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ResetRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.CharField(max_length=320, verbose_name="thư điện tử")),
                ("address", models.GenericIPAddressField(verbose_name="địa chỉ mạng")),
                (
                    "requested_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="lúc"),
                ),
            ],
            options={
                "verbose_name": "yêu cầu đặt lại mật khẩu",
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["email", "requested_at"], name="reset_by_email"),
                    models.Index(fields=["address", "requested_at"], name="reset_by_address"),
                    models.Index(fields=["requested_at"], name="reset_by_age"),
                ],
            },
        ),
    ]
