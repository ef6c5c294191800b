import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="JobHeartbeat",
            fields=[
                ("job_id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="lúc")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="đã làm")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="tổng số")),
                ("message", models.CharField(blank=True, max_length=200, verbose_name="đang làm")),
            ],
            options={
                "verbose_name": "tiến độ tác vụ nền",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="QueueHeartbeat",
            fields=[
                ("queue", models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name="hàng đợi")),
                ("at", models.DateTimeField(verbose_name="lúc")),
            ],
            options={
                "verbose_name": "nhịp của hàng đợi",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=100, verbose_name="khóa")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="tạo lúc"),
                ),
                ("response", models.JSONField(null=True, verbose_name="câu trả lời")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người",
                    ),
                ),
            ],
            options={
                "verbose_name": "khóa chống gửi lặp",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("key", "user"),
                        name="one_answer_per_key_and_user",
                        violation_error_message="Yêu cầu này đã được gửi.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name="mã"
                    ),
                ),
                ("kind", models.CharField(max_length=80, verbose_name="loại tác vụ")),
                ("queue", models.CharField(max_length=20, verbose_name="hàng đợi")),
                ("payload", models.JSONField(default=dict, verbose_name="tham số")),
                ("dedupe_key", models.CharField(blank=True, max_length=200, verbose_name="khóa chống trùng")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Đang chờ"),
                            ("running", "Đang chạy"),
                            ("done", "Đã xong"),
                            ("failed", "Thất bại"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="số lần thử")),
                (
                    "not_before",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="không chạy trước"
                    ),
                ),
                ("published_at", models.DateTimeField(null=True, verbose_name="báo hàng đợi lúc")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="tạo lúc"),
                ),
                ("started_at", models.DateTimeField(null=True, verbose_name="bắt đầu lúc")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="kết thúc lúc")),
                ("error", models.TextField(blank=True, verbose_name="lỗi")),
                ("result", models.JSONField(null=True, verbose_name="kết quả")),
                ("unit", models.CharField(blank=True, max_length=40, verbose_name="đơn vị")),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người yêu cầu",
                    ),
                ),
            ],
            options={
                "verbose_name": "tác vụ nền",
                "verbose_name_plural": "tác vụ nền",
                "ordering": ["-created_at", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("state", "pending")), fields=["created_at"], name="job_pending"),
                    models.Index(
                        condition=models.Q(("state", "running")), fields=["queue", "unit"], name="job_running"
                    ),
                    models.Index(fields=["-created_at", "id"], name="job_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "pending"), models.Q(("dedupe_key", ""), _negated=True)),
                        fields=("dedupe_key",),
                        name="one_pending_job_per_dedupe_key",
                        violation_error_message="Tác vụ này đang chờ xử lý.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", False), ("state__in", ["done", "failed"])),
                            models.Q(("finished_at__isnull", True), ("state__in", ["pending", "running"])),
                            _connector="OR",
                        ),
                        name="job_finished_with_its_moment",
                        violation_error_message="Tác vụ đã kết thúc phải có thời điểm kết thúc.",
                    ),
                ],
            },
        ),
    ]
