import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0001_initial"),
        ("jobs", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("register", models.CharField(max_length=40, verbose_name="sổ đăng ký")),
                ("filename", models.CharField(max_length=200, verbose_name="tên tệp")),
                (
                    "state",
                    models.CharField(
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
                ("sheet", models.CharField(blank=True, max_length=100, verbose_name="trang tính")),
                ("refusal", models.CharField(blank=True, max_length=500, verbose_name="lý do không đọc được")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="ghi lúc")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="hoàn tác lúc")),
                ("undo_reason", models.CharField(blank=True, max_length=300, verbose_name="lý do hoàn tác")),
                ("written_rows", models.PositiveIntegerField(null=True, verbose_name="số dòng đã ghi")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.storedfile"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jobs.job",
                        verbose_name="tác vụ nền gần nhất",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisationunit",
                        verbose_name="đơn vị",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "lần nhập",
                "verbose_name_plural": "lần nhập",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Overwritten",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="dòng")),
                ("kind", models.CharField(max_length=60, verbose_name="loại")),
                ("row_id", models.CharField(max_length=40)),
                ("field", models.CharField(max_length=40, verbose_name="mục")),
                ("old", models.TextField(null=True, verbose_name="giá trị trước")),
                ("new", models.TextField(null=True, verbose_name="giá trị ghi")),
                ("at", models.DateTimeField(verbose_name="ghi lúc")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("given_back", "Đã trả lại giá trị trước"),
                            ("stays", "Giữ nguyên vì đã được sửa sau khi nhập"),
                        ],
                        max_length=10,
                        verbose_name="khi hoàn tác",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overwritten",
                        to="exchange.importbatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "giá trị bị ghi đè",
                "ordering": ["batch", "number", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RowProblem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="dòng")),
                ("column", models.CharField(max_length=80, verbose_name="cột")),
                ("value", models.CharField(blank=True, max_length=300, verbose_name="giá trị")),
                ("code", models.CharField(max_length=40)),
                ("message", models.CharField(max_length=500, verbose_name="lỗi và cách sửa")),
                ("suggestion", models.CharField(blank=True, max_length=300, verbose_name="gợi ý")),
                (
                    "severity",
                    models.CharField(
                        choices=[("error", "Lỗi"), ("warning", "Cảnh báo cần xác nhận"), ("note", "Ghi chú")],
                        max_length=8,
                    ),
                ),
                ("accepted_reason", models.CharField(blank=True, max_length=300, verbose_name="lý do chấp nhận")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="problems", to="exchange.importbatch"
                    ),
                ),
            ],
            options={
                "verbose_name": "vấn đề của dòng",
                "ordering": ["batch", "number", "id"],
            },
        ),
        migrations.CreateModel(
            name="StagedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="dòng")),
                ("raw", models.JSONField(verbose_name="giá trị trong tệp")),
                ("clean", models.JSONField(default=dict, verbose_name="giá trị đã hiểu")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Mới"),
                            ("update", "Cập nhật"),
                            ("unchanged", "Đã có"),
                            ("error", "Lỗi"),
                            ("skipped", "Đã bỏ"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="exchange.importbatch"
                    ),
                ),
            ],
            options={
                "verbose_name": "dòng chờ ghi",
                "ordering": ["batch", "number"],
            },
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
                    models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                    models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                    _connector="OR",
                ),
                name="confirmed_with_who_and_when",
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
        migrations.AddIndex(
            model_name="overwritten",
            index=models.Index(fields=["kind", "row_id", "field", "id"], name="overwritten_value"),
        ),
        migrations.AddConstraint(
            model_name="overwritten",
            constraint=models.UniqueConstraint(
                fields=("batch", "kind", "row_id", "field"), name="one_value_per_import_and_field"
            ),
        ),
        migrations.AddIndex(
            model_name="rowproblem",
            index=models.Index(fields=["batch", "severity", "number"], name="rowproblem_list"),
        ),
        migrations.AddIndex(
            model_name="stagedrow",
            index=models.Index(fields=["batch", "state"], name="stagedrow_state"),
        ),
        migrations.AddConstraint(
            model_name="stagedrow",
            constraint=models.UniqueConstraint(fields=("batch", "number"), name="one_row_per_number"),
        ),
    ]
