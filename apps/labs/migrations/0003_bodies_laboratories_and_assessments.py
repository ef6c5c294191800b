import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import apps.core.models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0004_withdrawn_with_who_and_why"),
        ("exchange", "0001_initial"),
        ("labs", "0002_capabilities_and_products"),
        ("organisations", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CriteriaSet",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="ký hiệu")),
                ("name", models.CharField(max_length=200, verbose_name="tên")),
                ("position", models.PositiveSmallIntegerField(verbose_name="thứ tự")),
            ],
            options={
                "verbose_name": "bộ tiêu chí",
                "ordering": ["position", "code"],
            },
        ),
        migrations.CreateModel(
            name="MeasurementField",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="mã")),
                ("name", models.CharField(max_length=100, verbose_name="tên")),
                ("area", models.CharField(max_length=3, verbose_name="lĩnh vực KCDB")),
                ("position", models.PositiveSmallIntegerField(verbose_name="thứ tự")),
            ],
            options={
                "verbose_name": "lĩnh vực đo",
                "ordering": ["position", "code"],
            },
        ),
        migrations.CreateModel(
            name="ConformityBody",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                ("code", models.CharField(max_length=40, verbose_name="mã tổ chức")),
                ("name", models.CharField(max_length=300, verbose_name="tên tổ chức")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("public", "Đơn vị sự nghiệp công lập"),
                            ("state", "Doanh nghiệp có vốn nhà nước"),
                            ("private", "Doanh nghiệp khu vực kinh tế tư nhân"),
                            ("fdi", "Doanh nghiệp có vốn đầu tư nước ngoài (FDI)"),
                            ("other", "Tổ chức khác"),
                        ],
                        max_length=20,
                        verbose_name="loại tổ chức",
                    ),
                ),
                ("tax_code", models.CharField(blank=True, max_length=14, verbose_name="mã số thuế")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="địa chỉ trụ sở")),
                ("office_phone", models.CharField(blank=True, max_length=60, verbose_name="điện thoại cơ quan")),
                ("office_mail", models.CharField(blank=True, max_length=120, verbose_name="thư điện tử cơ quan")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=apps.core.models.VnFold(
                            django.db.models.functions.text.Concat(
                                django.db.models.functions.comparison.Coalesce("code", models.Value("")),
                                models.Value(" "),
                                django.db.models.functions.comparison.Coalesce("name", models.Value("")),
                                models.Value(" "),
                                django.db.models.functions.comparison.Coalesce("tax_code", models.Value("")),
                                models.Value(" "),
                                django.db.models.functions.comparison.Coalesce("address", models.Value("")),
                                models.Value(" "),
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "name_sort",
                    models.GeneratedField(
                        db_persist=True, expression=apps.core.models.VnSort("name"), output_field=models.TextField()
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
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
                        verbose_name="đơn vị quản lý",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "tổ chức kiểm định, hiệu chuẩn, thử nghiệm",
                "verbose_name_plural": "tổ chức kiểm định, hiệu chuẩn, thử nghiệm",
                "ordering": ["name_sort", "id"],
            },
        ),
        migrations.CreateModel(
            name="ConformityBodyEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                ("code", models.CharField(max_length=40, verbose_name="mã tổ chức")),
                ("name", models.CharField(max_length=300, verbose_name="tên tổ chức")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("public", "Đơn vị sự nghiệp công lập"),
                            ("state", "Doanh nghiệp có vốn nhà nước"),
                            ("private", "Doanh nghiệp khu vực kinh tế tư nhân"),
                            ("fdi", "Doanh nghiệp có vốn đầu tư nước ngoài (FDI)"),
                            ("other", "Tổ chức khác"),
                        ],
                        max_length=20,
                        verbose_name="loại tổ chức",
                    ),
                ),
                ("tax_code", models.CharField(blank=True, max_length=14, verbose_name="mã số thuế")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="địa chỉ trụ sở")),
                ("office_phone", models.CharField(blank=True, max_length=60, verbose_name="điện thoại cơ quan")),
                ("office_mail", models.CharField(blank=True, max_length=120, verbose_name="thư điện tử cơ quan")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="labs.conformitybody",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="organisations.organisationunit",
                        verbose_name="đơn vị quản lý",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CriteriaAssessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                ("code", models.CharField(max_length=60, verbose_name="số biên bản đánh giá")),
                ("assessed_on", models.DateField(verbose_name="ngày đánh giá")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("met", "Đạt"), ("partly", "Đạt một phần"), ("not_met", "Chưa đạt")],
                        max_length=20,
                        verbose_name="kết luận",
                    ),
                ),
                ("assessor", models.CharField(max_length=300, verbose_name="tổ chức đánh giá")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="có hiệu lực đến")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=apps.core.models.VnFold(
                            django.db.models.functions.text.Concat(
                                django.db.models.functions.comparison.Coalesce("code", models.Value("")),
                                models.Value(" "),
                                django.db.models.functions.comparison.Coalesce("assessor", models.Value("")),
                                models.Value(" "),
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "code_sort",
                    models.GeneratedField(
                        db_persist=True, expression=apps.core.models.VnSort("code"), output_field=models.TextField()
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.legaldocument",
                        verbose_name="văn bản",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "criteria_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labs.criteriaset",
                        verbose_name="bộ tiêu chí",
                    ),
                ),
            ],
            options={
                "verbose_name": "đánh giá theo bộ tiêu chí",
                "verbose_name_plural": "đánh giá theo bộ tiêu chí",
                "ordering": ["-assessed_on", "code_sort", "id"],
            },
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                ("code", models.CharField(max_length=40, verbose_name="mã tiêu chí")),
                ("title", models.CharField(max_length=300, verbose_name="tên tiêu chí")),
                ("text", models.CharField(blank=True, max_length=2000, verbose_name="nội dung")),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=apps.core.models.VnFold(
                            django.db.models.functions.text.Concat(
                                django.db.models.functions.comparison.Coalesce("code", models.Value("")),
                                models.Value(" "),
                                django.db.models.functions.comparison.Coalesce("title", models.Value("")),
                                models.Value(" "),
                                django.db.models.functions.comparison.Coalesce("text", models.Value("")),
                                models.Value(" "),
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "title_sort",
                    models.GeneratedField(
                        db_persist=True, expression=apps.core.models.VnSort("title"), output_field=models.TextField()
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "criteria_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labs.criteriaset",
                        verbose_name="bộ tiêu chí",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
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
                        verbose_name="đơn vị quản lý",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "tiêu chí",
                "verbose_name_plural": "tiêu chí",
                "ordering": ["code", "id"],
            },
        ),
        migrations.CreateModel(
            name="CriterionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                ("code", models.CharField(max_length=40, verbose_name="mã tiêu chí")),
                ("title", models.CharField(max_length=300, verbose_name="tên tiêu chí")),
                ("text", models.CharField(blank=True, max_length=2000, verbose_name="nội dung")),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "criteria_set",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="labs.criteriaset",
                        verbose_name="bộ tiêu chí",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="labs.criterion",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="organisations.organisationunit",
                        verbose_name="đơn vị quản lý",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CriterionResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("met", "Đạt"), ("partly", "Đạt một phần"), ("not_met", "Chưa đạt")],
                        max_length=20,
                        verbose_name="kết quả",
                    ),
                ),
                ("finding", models.CharField(blank=True, max_length=500, verbose_name="nhận xét")),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=apps.core.models.VnFold(
                            django.db.models.functions.text.Concat(
                                django.db.models.functions.comparison.Coalesce("finding", models.Value("")),
                                models.Value(" "),
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labs.criteriaassessment",
                        verbose_name="lần đánh giá",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labs.criterion",
                        verbose_name="tiêu chí",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "kết quả theo tiêu chí",
                "verbose_name_plural": "kết quả theo tiêu chí",
                "ordering": ["-assessment_id", "criterion_id", "id"],
            },
        ),
        migrations.CreateModel(
            name="CriterionResultEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("met", "Đạt"), ("partly", "Đạt một phần"), ("not_met", "Chưa đạt")],
                        max_length=20,
                        verbose_name="kết quả",
                    ),
                ),
                ("finding", models.CharField(blank=True, max_length=500, verbose_name="nhận xét")),
                (
                    "assessment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="labs.criteriaassessment",
                        verbose_name="lần đánh giá",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="labs.criterion",
                        verbose_name="tiêu chí",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="labs.criterionresult",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Laboratory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                ("code", models.CharField(max_length=40, verbose_name="mã phòng thí nghiệm")),
                ("name", models.CharField(max_length=300, verbose_name="tên phòng thí nghiệm")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="địa chỉ")),
                ("opened_on", models.DateField(blank=True, null=True, verbose_name="ngày bắt đầu hoạt động")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="ngày thôi hoạt động")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=apps.core.models.VnFold(
                            django.db.models.functions.text.Concat(
                                django.db.models.functions.comparison.Coalesce("code", models.Value("")),
                                models.Value(" "),
                                django.db.models.functions.comparison.Coalesce("name", models.Value("")),
                                models.Value(" "),
                                django.db.models.functions.comparison.Coalesce("address", models.Value("")),
                                models.Value(" "),
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "name_sort",
                    models.GeneratedField(
                        db_persist=True, expression=apps.core.models.VnSort("name"), output_field=models.TextField()
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labs.conformitybody",
                        verbose_name="tổ chức",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
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
                        verbose_name="tỉnh, thành phố",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "phòng thí nghiệm",
                "verbose_name_plural": "phòng thí nghiệm",
                "ordering": ["name_sort", "id"],
            },
        ),
        migrations.CreateModel(
            name="CriteriaAssessmentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                ("code", models.CharField(max_length=60, verbose_name="số biên bản đánh giá")),
                ("assessed_on", models.DateField(verbose_name="ngày đánh giá")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("met", "Đạt"), ("partly", "Đạt một phần"), ("not_met", "Chưa đạt")],
                        max_length=20,
                        verbose_name="kết luận",
                    ),
                ),
                ("assessor", models.CharField(max_length=300, verbose_name="tổ chức đánh giá")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="có hiệu lực đến")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.legaldocument",
                        verbose_name="văn bản",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="labs.criteriaassessment",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "criteria_set",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="labs.criteriaset",
                        verbose_name="bộ tiêu chí",
                    ),
                ),
                (
                    "laboratory",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="labs.laboratory",
                        verbose_name="phòng thí nghiệm",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="criteriaassessment",
            name="laboratory",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="labs.laboratory",
                verbose_name="phòng thí nghiệm",
            ),
        ),
        migrations.CreateModel(
            name="LaboratoryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                ("code", models.CharField(max_length=40, verbose_name="mã phòng thí nghiệm")),
                ("name", models.CharField(max_length=300, verbose_name="tên phòng thí nghiệm")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="địa chỉ")),
                ("opened_on", models.DateField(blank=True, null=True, verbose_name="ngày bắt đầu hoạt động")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="ngày thôi hoạt động")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="labs.conformitybody",
                        verbose_name="tổ chức",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="labs.laboratory",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="organisations.organisationunit",
                        verbose_name="tỉnh, thành phố",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                ("number", models.CharField(max_length=80, verbose_name="số, ký hiệu")),
                (
                    "regime",
                    models.CharField(
                        choices=[
                            ("registration", "Đăng ký theo Nghị định 105/2016/NĐ-CP"),
                            ("designation", "Chỉ định"),
                            ("accreditation", "Công nhận (VILAS)"),
                            ("declaration", "Tự công bố theo Nghị quyết 66.18/2026/NQ-CP"),
                        ],
                        max_length=20,
                        verbose_name="hình thức",
                    ),
                ),
                ("issuer", models.CharField(blank=True, max_length=200, verbose_name="cơ quan cấp")),
                ("issued_on", models.DateField(verbose_name="ngày cấp")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="có hiệu lực đến")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ngày chấm dứt")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=apps.core.models.VnFold(
                            django.db.models.functions.text.Concat(
                                django.db.models.functions.comparison.Coalesce("number", models.Value("")),
                                models.Value(" "),
                                django.db.models.functions.comparison.Coalesce("issuer", models.Value("")),
                                models.Value(" "),
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "number_sort",
                    models.GeneratedField(
                        db_persist=True, expression=apps.core.models.VnSort("number"), output_field=models.TextField()
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.legaldocument",
                        verbose_name="văn bản",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labs.conformitybody",
                        verbose_name="tổ chức",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "laboratory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labs.laboratory",
                        verbose_name="phòng thí nghiệm",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "đăng ký, chỉ định, công nhận",
                "verbose_name_plural": "đăng ký, chỉ định, công nhận",
                "ordering": ["-issued_on", "number_sort", "id"],
            },
        ),
        migrations.CreateModel(
            name="RegistrationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                ("number", models.CharField(max_length=80, verbose_name="số, ký hiệu")),
                (
                    "regime",
                    models.CharField(
                        choices=[
                            ("registration", "Đăng ký theo Nghị định 105/2016/NĐ-CP"),
                            ("designation", "Chỉ định"),
                            ("accreditation", "Công nhận (VILAS)"),
                            ("declaration", "Tự công bố theo Nghị quyết 66.18/2026/NQ-CP"),
                        ],
                        max_length=20,
                        verbose_name="hình thức",
                    ),
                ),
                ("issuer", models.CharField(blank=True, max_length=200, verbose_name="cơ quan cấp")),
                ("issued_on", models.DateField(verbose_name="ngày cấp")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="có hiệu lực đến")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ngày chấm dứt")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.legaldocument",
                        verbose_name="văn bản",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="labs.conformitybody",
                        verbose_name="tổ chức",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "laboratory",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="labs.laboratory",
                        verbose_name="phòng thí nghiệm",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="labs.registration",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ScopeItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                (
                    "activity",
                    models.CharField(
                        choices=[
                            ("verification", "Kiểm định"),
                            ("calibration", "Hiệu chuẩn"),
                            ("testing", "Thử nghiệm"),
                        ],
                        max_length=20,
                        verbose_name="hoạt động",
                    ),
                ),
                ("quantity", models.CharField(max_length=200, verbose_name="đại lượng, phương tiện đo")),
                ("measuring_range", models.CharField(blank=True, max_length=200, verbose_name="phạm vi đo")),
                (
                    "uncertainty",
                    models.CharField(blank=True, max_length=200, verbose_name="độ không đảm bảo đo, cấp chính xác"),
                ),
                ("method", models.CharField(blank=True, max_length=300, verbose_name="phương pháp, quy trình")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=apps.core.models.VnFold(
                            django.db.models.functions.text.Concat(
                                django.db.models.functions.comparison.Coalesce("quantity", models.Value("")),
                                models.Value(" "),
                                django.db.models.functions.comparison.Coalesce("measuring_range", models.Value("")),
                                models.Value(" "),
                                django.db.models.functions.comparison.Coalesce("method", models.Value("")),
                                models.Value(" "),
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "quantity_sort",
                    models.GeneratedField(
                        db_persist=True, expression=apps.core.models.VnSort("quantity"), output_field=models.TextField()
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labs.measurementfield",
                        verbose_name="lĩnh vực đo",
                    ),
                ),
                (
                    "laboratory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labs.laboratory",
                        verbose_name="phòng thí nghiệm",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "dòng phạm vi",
                "verbose_name_plural": "dòng phạm vi",
                "ordering": ["quantity_sort", "id"],
            },
        ),
        migrations.CreateModel(
            name="ScopeItemEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do rút"),
                ),
                (
                    "activity",
                    models.CharField(
                        choices=[
                            ("verification", "Kiểm định"),
                            ("calibration", "Hiệu chuẩn"),
                            ("testing", "Thử nghiệm"),
                        ],
                        max_length=20,
                        verbose_name="hoạt động",
                    ),
                ),
                ("quantity", models.CharField(max_length=200, verbose_name="đại lượng, phương tiện đo")),
                ("measuring_range", models.CharField(blank=True, max_length=200, verbose_name="phạm vi đo")),
                (
                    "uncertainty",
                    models.CharField(blank=True, max_length=200, verbose_name="độ không đảm bảo đo, cấp chính xác"),
                ),
                ("method", models.CharField(blank=True, max_length=300, verbose_name="phương pháp, quy trình")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="exchange.importbatch",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "field",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="labs.measurementfield",
                        verbose_name="lĩnh vực đo",
                    ),
                ),
                (
                    "laboratory",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="labs.laboratory",
                        verbose_name="phòng thí nghiệm",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="labs.scopeitem",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="conformitybody",
            index=models.Index(fields=["unit", "name_sort", "id"], name="body_unit_sort"),
        ),
        migrations.AddIndex(
            model_name="conformitybody",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("words", name="gin_trgm_ops"), name="body_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="conformitybody",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("code"),
                condition=models.Q(("withdrawn_at__isnull", True)),
                name="one_live_body_per_code",
                violation_error_message="Mã tổ chức đã có trong sổ.",
            ),
        ),
        migrations.AddConstraint(
            model_name="conformitybody",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True), ("withdrawn_reason", "")),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="body_withdrawn_with_who_and_why",
                violation_error_message="Rút khỏi sổ phải có người rút và lý do.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="conformitybody",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."batch_id" IS DISTINCT FROM (NEW."batch_id") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."office_mail" IS DISTINCT FROM (NEW."office_mail") OR OLD."office_phone" IS DISTINCT FROM (NEW."office_phone") OR OLD."tax_code" IS DISTINCT FROM (NEW."tax_code") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id") OR OLD."withdrawn_reason" IS DISTINCT FROM (NEW."withdrawn_reason"))',
                    func='INSERT INTO "labs_conformitybodyevent" ("address", "batch_id", "code", "created_at", "entered_by_id", "id", "kind", "name", "note", "office_mail", "office_phone", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tax_code", "unit_id", "updated_at", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."address", OLD."batch_id", OLD."code", OLD."created_at", OLD."entered_by_id", OLD."id", OLD."kind", OLD."name", OLD."note", OLD."office_mail", OLD."office_phone", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."tax_code", OLD."unit_id", OLD."updated_at", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="885dc1bfcfb7a59f3bcea9af1ac49d5fca3a16ac",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_721dd",
                    table="labs_conformitybody",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="conformitybody",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "labs_conformitybodyevent" ("address", "batch_id", "code", "created_at", "entered_by_id", "id", "kind", "name", "note", "office_mail", "office_phone", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tax_code", "unit_id", "updated_at", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."address", OLD."batch_id", OLD."code", OLD."created_at", OLD."entered_by_id", OLD."id", OLD."kind", OLD."name", OLD."note", OLD."office_mail", OLD."office_phone", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."tax_code", OLD."unit_id", OLD."updated_at", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="3d47efbc3a1ee37b40f99f1f4fc2386d60ddd019",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_38a66",
                    table="labs_conformitybody",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="criterion",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("words", name="gin_trgm_ops"), name="criterion_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("code"),
                condition=models.Q(("withdrawn_at__isnull", True)),
                name="one_live_criterion_per_code",
                violation_error_message="Mã tiêu chí đã có trong sổ.",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True), ("withdrawn_reason", "")),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="criterion_withdrawn_with_who_and_why",
                violation_error_message="Rút khỏi sổ phải có người rút và lý do.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="criterion",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."batch_id" IS DISTINCT FROM (NEW."batch_id") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."criteria_set_id" IS DISTINCT FROM (NEW."criteria_set_id") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id") OR OLD."withdrawn_reason" IS DISTINCT FROM (NEW."withdrawn_reason"))',
                    func='INSERT INTO "labs_criterionevent" ("batch_id", "code", "created_at", "criteria_set_id", "entered_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "title", "unit_id", "updated_at", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."batch_id", OLD."code", OLD."created_at", OLD."criteria_set_id", OLD."entered_by_id", OLD."id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."text", OLD."title", OLD."unit_id", OLD."updated_at", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="087478e6d99c543de4e4c9c4a5e740fb48a6fdba",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b264c",
                    table="labs_criterion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="criterion",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "labs_criterionevent" ("batch_id", "code", "created_at", "criteria_set_id", "entered_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "title", "unit_id", "updated_at", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."batch_id", OLD."code", OLD."created_at", OLD."criteria_set_id", OLD."entered_by_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."text", OLD."title", OLD."unit_id", OLD."updated_at", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="69f5fba24092ae71e55dc8552ac43466cf46e873",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_5bd86",
                    table="labs_criterion",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="criterionresult",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("words", name="gin_trgm_ops"), name="result_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterionresult",
            constraint=models.UniqueConstraint(
                models.F("assessment"),
                models.F("criterion"),
                condition=models.Q(("withdrawn_at__isnull", True)),
                name="one_live_result_per_assessment_and_criterion",
                violation_error_message="Tiêu chí này đã có kết quả trong lần đánh giá.",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterionresult",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True), ("withdrawn_reason", "")),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="result_withdrawn_with_who_and_why",
                violation_error_message="Rút khỏi sổ phải có người rút và lý do.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="criterionresult",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."assessment_id" IS DISTINCT FROM (NEW."assessment_id") OR OLD."batch_id" IS DISTINCT FROM (NEW."batch_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."criterion_id" IS DISTINCT FROM (NEW."criterion_id") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."finding" IS DISTINCT FROM (NEW."finding") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."verdict" IS DISTINCT FROM (NEW."verdict") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id") OR OLD."withdrawn_reason" IS DISTINCT FROM (NEW."withdrawn_reason"))',
                    func='INSERT INTO "labs_criterionresultevent" ("assessment_id", "batch_id", "created_at", "criterion_id", "entered_by_id", "finding", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "verdict", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."assessment_id", OLD."batch_id", OLD."created_at", OLD."criterion_id", OLD."entered_by_id", OLD."finding", OLD."id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."updated_at", OLD."verdict", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="43ae639082610deceb0a1fa2c9a86451f420d535",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6cef5",
                    table="labs_criterionresult",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="criterionresult",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "labs_criterionresultevent" ("assessment_id", "batch_id", "created_at", "criterion_id", "entered_by_id", "finding", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "verdict", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."assessment_id", OLD."batch_id", OLD."created_at", OLD."criterion_id", OLD."entered_by_id", OLD."finding", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."updated_at", OLD."verdict", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="00af52ff5468b994a862a9bdea90ed677b797565",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_d81ff",
                    table="labs_criterionresult",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="laboratory",
            index=models.Index(fields=["unit", "name_sort", "id"], name="laboratory_unit_sort"),
        ),
        migrations.AddIndex(
            model_name="laboratory",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("words", name="gin_trgm_ops"), name="laboratory_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="laboratory",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("code"),
                condition=models.Q(("withdrawn_at__isnull", True)),
                name="one_live_laboratory_per_code",
                violation_error_message="Mã phòng thí nghiệm đã có trong sổ.",
            ),
        ),
        migrations.AddConstraint(
            model_name="laboratory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opened_on__isnull", True),
                    ("closed_on__isnull", True),
                    ("closed_on__gt", models.F("opened_on")),
                    _connector="OR",
                ),
                name="laboratory_closes_after_it_opens",
                violation_error_message="Ngày thôi hoạt động phải sau ngày bắt đầu hoạt động.",
            ),
        ),
        migrations.AddConstraint(
            model_name="laboratory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True), ("withdrawn_reason", "")),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="laboratory_withdrawn_with_who_and_why",
                violation_error_message="Rút khỏi sổ phải có người rút và lý do.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="laboratory",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."batch_id" IS DISTINCT FROM (NEW."batch_id") OR OLD."body_id" IS DISTINCT FROM (NEW."body_id") OR OLD."closed_on" IS DISTINCT FROM (NEW."closed_on") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."opened_on" IS DISTINCT FROM (NEW."opened_on") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id") OR OLD."withdrawn_reason" IS DISTINCT FROM (NEW."withdrawn_reason"))',
                    func='INSERT INTO "labs_laboratoryevent" ("address", "batch_id", "body_id", "closed_on", "code", "created_at", "entered_by_id", "id", "name", "note", "opened_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "updated_at", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."address", OLD."batch_id", OLD."body_id", OLD."closed_on", OLD."code", OLD."created_at", OLD."entered_by_id", OLD."id", OLD."name", OLD."note", OLD."opened_on", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."unit_id", OLD."updated_at", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="37971cc8e1a5034bebbd9324aa6ce00840e72463",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_74774",
                    table="labs_laboratory",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="laboratory",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "labs_laboratoryevent" ("address", "batch_id", "body_id", "closed_on", "code", "created_at", "entered_by_id", "id", "name", "note", "opened_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "updated_at", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."address", OLD."batch_id", OLD."body_id", OLD."closed_on", OLD."code", OLD."created_at", OLD."entered_by_id", OLD."id", OLD."name", OLD."note", OLD."opened_on", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."unit_id", OLD."updated_at", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="fec0ab2cd4a417e003d34c4e08ad70a6054124dc",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_54374",
                    table="labs_laboratory",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="criteriaassessment",
            index=models.Index(fields=["valid_until"], name="assessment_expiry"),
        ),
        migrations.AddIndex(
            model_name="criteriaassessment",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("words", name="gin_trgm_ops"), name="assessment_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="criteriaassessment",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("code"),
                condition=models.Q(("withdrawn_at__isnull", True)),
                name="one_live_assessment_per_code",
                violation_error_message="Số biên bản đánh giá đã có trong sổ.",
            ),
        ),
        migrations.AddConstraint(
            model_name="criteriaassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gte", models.F("assessed_on")), _connector="OR"
                ),
                name="assessment_holds_from_its_day",
                violation_error_message="Hiệu lực không được hết trước ngày đánh giá.",
            ),
        ),
        migrations.AddConstraint(
            model_name="criteriaassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True), ("withdrawn_reason", "")),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="assessment_withdrawn_with_who_and_why",
                violation_error_message="Rút khỏi sổ phải có người rút và lý do.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="criteriaassessment",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."act_id" IS DISTINCT FROM (NEW."act_id") OR OLD."assessed_on" IS DISTINCT FROM (NEW."assessed_on") OR OLD."assessor" IS DISTINCT FROM (NEW."assessor") OR OLD."batch_id" IS DISTINCT FROM (NEW."batch_id") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."criteria_set_id" IS DISTINCT FROM (NEW."criteria_set_id") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."laboratory_id" IS DISTINCT FROM (NEW."laboratory_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."valid_until" IS DISTINCT FROM (NEW."valid_until") OR OLD."verdict" IS DISTINCT FROM (NEW."verdict") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id") OR OLD."withdrawn_reason" IS DISTINCT FROM (NEW."withdrawn_reason"))',
                    func='INSERT INTO "labs_criteriaassessmentevent" ("act_id", "assessed_on", "assessor", "batch_id", "code", "created_at", "criteria_set_id", "entered_by_id", "id", "laboratory_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "valid_until", "verdict", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."act_id", OLD."assessed_on", OLD."assessor", OLD."batch_id", OLD."code", OLD."created_at", OLD."criteria_set_id", OLD."entered_by_id", OLD."id", OLD."laboratory_id", OLD."note", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."updated_at", OLD."valid_until", OLD."verdict", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="90557b33961f0c49e03a8f873c363d889d5bf0a5",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ced77",
                    table="labs_criteriaassessment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="criteriaassessment",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "labs_criteriaassessmentevent" ("act_id", "assessed_on", "assessor", "batch_id", "code", "created_at", "criteria_set_id", "entered_by_id", "id", "laboratory_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "valid_until", "verdict", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."act_id", OLD."assessed_on", OLD."assessor", OLD."batch_id", OLD."code", OLD."created_at", OLD."criteria_set_id", OLD."entered_by_id", OLD."id", OLD."laboratory_id", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."updated_at", OLD."valid_until", OLD."verdict", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="42bb29f34deb8667ac5e224da3c134f0e13f26ef",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6810e",
                    table="labs_criteriaassessment",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(fields=["valid_until"], name="registration_expiry"),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("words", name="gin_trgm_ops"), name="registration_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("number"),
                models.F("regime"),
                models.F("body"),
                models.F("laboratory"),
                condition=models.Q(("withdrawn_at__isnull", True)),
                name="one_live_registration_per_number_and_holder",
                nulls_distinct=False,
                violation_error_message="Số này của tổ chức, phòng thí nghiệm đã có trong sổ.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gte", models.F("issued_on")), _connector="OR"
                ),
                name="registration_holds_from_its_issue",
                violation_error_message="Hiệu lực không được hết trước ngày cấp.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_on__isnull", True), ("ended_on__gte", models.F("issued_on")), _connector="OR"
                ),
                name="registration_ends_after_its_issue",
                violation_error_message="Ngày chấm dứt không được trước ngày cấp.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True), ("withdrawn_reason", "")),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="registration_withdrawn_with_who_and_why",
                violation_error_message="Rút khỏi sổ phải có người rút và lý do.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registration",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."act_id" IS DISTINCT FROM (NEW."act_id") OR OLD."batch_id" IS DISTINCT FROM (NEW."batch_id") OR OLD."body_id" IS DISTINCT FROM (NEW."body_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."ended_on" IS DISTINCT FROM (NEW."ended_on") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issued_on" IS DISTINCT FROM (NEW."issued_on") OR OLD."issuer" IS DISTINCT FROM (NEW."issuer") OR OLD."laboratory_id" IS DISTINCT FROM (NEW."laboratory_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."regime" IS DISTINCT FROM (NEW."regime") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."valid_until" IS DISTINCT FROM (NEW."valid_until") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id") OR OLD."withdrawn_reason" IS DISTINCT FROM (NEW."withdrawn_reason"))',
                    func='INSERT INTO "labs_registrationevent" ("act_id", "batch_id", "body_id", "created_at", "ended_on", "entered_by_id", "id", "issued_on", "issuer", "laboratory_id", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "regime", "updated_at", "valid_until", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."act_id", OLD."batch_id", OLD."body_id", OLD."created_at", OLD."ended_on", OLD."entered_by_id", OLD."id", OLD."issued_on", OLD."issuer", OLD."laboratory_id", OLD."note", OLD."number", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."regime", OLD."updated_at", OLD."valid_until", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="c166744846d566d4acf30ea59ddf66d6a27f1be0",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c805d",
                    table="labs_registration",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registration",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "labs_registrationevent" ("act_id", "batch_id", "body_id", "created_at", "ended_on", "entered_by_id", "id", "issued_on", "issuer", "laboratory_id", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "regime", "updated_at", "valid_until", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."act_id", OLD."batch_id", OLD."body_id", OLD."created_at", OLD."ended_on", OLD."entered_by_id", OLD."id", OLD."issued_on", OLD."issuer", OLD."laboratory_id", OLD."note", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."regime", OLD."updated_at", OLD."valid_until", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="df22ae84c87f6cf2a988897e3a4ac02b3356a85e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_7ebdc",
                    table="labs_registration",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="scopeitem",
            index=models.Index(fields=["quantity_sort", "id"], name="scope_item_sort"),
        ),
        migrations.AddIndex(
            model_name="scopeitem",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("words", name="gin_trgm_ops"), name="scope_item_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="scopeitem",
            constraint=models.UniqueConstraint(
                models.F("laboratory"),
                models.F("activity"),
                django.db.models.functions.text.Lower("quantity"),
                django.db.models.functions.text.Lower("measuring_range"),
                condition=models.Q(("withdrawn_at__isnull", True)),
                name="one_live_scope_item_per_quantity_and_range",
                violation_error_message="Phòng thí nghiệm đã có dòng phạm vi này.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scopeitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True), ("withdrawn_reason", "")),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="scope_item_withdrawn_with_who_and_why",
                violation_error_message="Rút khỏi sổ phải có người rút và lý do.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="scopeitem",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."activity" IS DISTINCT FROM (NEW."activity") OR OLD."batch_id" IS DISTINCT FROM (NEW."batch_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."field_id" IS DISTINCT FROM (NEW."field_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."laboratory_id" IS DISTINCT FROM (NEW."laboratory_id") OR OLD."measuring_range" IS DISTINCT FROM (NEW."measuring_range") OR OLD."method" IS DISTINCT FROM (NEW."method") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."quantity" IS DISTINCT FROM (NEW."quantity") OR OLD."uncertainty" IS DISTINCT FROM (NEW."uncertainty") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id") OR OLD."withdrawn_reason" IS DISTINCT FROM (NEW."withdrawn_reason"))',
                    func='INSERT INTO "labs_scopeitemevent" ("activity", "batch_id", "created_at", "entered_by_id", "field_id", "id", "laboratory_id", "measuring_range", "method", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity", "uncertainty", "updated_at", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."activity", OLD."batch_id", OLD."created_at", OLD."entered_by_id", OLD."field_id", OLD."id", OLD."laboratory_id", OLD."measuring_range", OLD."method", OLD."note", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."quantity", OLD."uncertainty", OLD."updated_at", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="eb60f8d67ccf0d3ae78102b63721673035e37e4b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_27e64",
                    table="labs_scopeitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="scopeitem",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "labs_scopeitemevent" ("activity", "batch_id", "created_at", "entered_by_id", "field_id", "id", "laboratory_id", "measuring_range", "method", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity", "uncertainty", "updated_at", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."activity", OLD."batch_id", OLD."created_at", OLD."entered_by_id", OLD."field_id", OLD."id", OLD."laboratory_id", OLD."measuring_range", OLD."method", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."quantity", OLD."uncertainty", OLD."updated_at", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="13dd36ddbbc6c69684bcba280560afd9eaeccf72",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_b2410",
                    table="labs_scopeitem",
                    when="AFTER",
                ),
            ),
        ),
    ]
