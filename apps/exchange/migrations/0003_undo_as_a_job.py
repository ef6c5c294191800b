import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_initial"),
        ("jobs", "0001_job"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # A key from now on: what refers to a job is found by the models' keys, and such a job is not cleaned away.
        migrations.RenameField(model_name="importbatch", old_name="job_id", new_name="job"),
        migrations.RemoveConstraint(
            model_name="importbatch",
            name="one_live_import_per_file",
        ),
        migrations.AddField(
            model_name="importbatch",
            name="undo_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="lý do hoàn tác"),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="undone_at",
            field=models.DateTimeField(null=True, verbose_name="hoàn tác lúc"),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="importbatch",
            name="job",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="jobs.job",
                verbose_name="việc nền gần nhất",
            ),
        ),
        migrations.AlterField(
            model_name="importbatch",
            name="state",
            field=models.CharField(
                choices=[
                    ("checking", "Đang kiểm tra"),
                    ("checked", "Chờ ghi vào sổ"),
                    ("writing", "Đang ghi"),
                    ("written", "Đã ghi vào sổ"),
                    ("undoing", "Đang hoàn tác"),
                    ("refused", "Không đọc được"),
                    ("cancelled", "Đã hủy"),
                    ("undone", "Đã hoàn tác"),
                ],
                default="checking",
                max_length=10,
                verbose_name="trạng thái",
            ),
        ),
        migrations.AddConstraint(
            model_name="importbatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["checking", "checked", "writing", "written", "undoing"])),
                fields=("register", "unit", "file"),
                name="one_live_import_per_file",
                violation_error_message="Tệp này đã được tải lên.",
            ),
        ),
        migrations.AddConstraint(
            model_name="importbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undo_reason", ""), ("undone_at__isnull", True), ("undone_by__isnull", True)),
                    models.Q(
                        ("undone_at__isnull", False),
                        ("undone_by__isnull", False),
                        models.Q(("undo_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="undone_with_who_when_and_why",
                violation_error_message="Hoàn tác phải có người, thời điểm và lý do.",
            ),
        ),
    ]
