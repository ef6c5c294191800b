import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import apps.core.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("exchange", "0001_initial"),
        ("organisations", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Enterprise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("tax_code", models.CharField(max_length=14, verbose_name="mã số thuế")),
                (
                    "tax_code_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="lý do chấp nhận mã số thuế"),
                ),
                ("name", models.CharField(max_length=300, verbose_name="tên doanh nghiệp")),
                (
                    "ownership",
                    models.CharField(
                        choices=[
                            ("state", "Có vốn nhà nước"),
                            ("private", "Khu vực kinh tế tư nhân"),
                            ("fdi", "Có vốn đầu tư nước ngoài (FDI)"),
                            ("cooperative", "Hợp tác xã"),
                            ("household", "Hộ kinh doanh"),
                        ],
                        max_length=12,
                        verbose_name="loại hình",
                    ),
                ),
                ("industry_code", models.CharField(blank=True, max_length=5, verbose_name="mã ngành (VSIC)")),
                ("address", models.CharField(blank=True, max_length=400, verbose_name="địa chỉ")),
                (
                    "located_on",
                    models.DateField(
                        help_text="Ngày gần nhất có thông tin về địa bàn.", verbose_name="đặt tại địa bàn này từ"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
                (
                    "name_fold",
                    models.GeneratedField(
                        db_persist=True, expression=apps.core.models.VnFold("name"), output_field=models.TextField()
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
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.importbatch",
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
            ],
            options={
                "verbose_name": "doanh nghiệp",
                "verbose_name_plural": "doanh nghiệp",
                "ordering": ["name_sort", "id"],
            },
        ),
        migrations.CreateModel(
            name="AssuranceProgramme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("served", "Được kiểm định, hiệu chuẩn, thử nghiệm hoặc xây dựng phương pháp đo"),
                            ("written", "Có Chương trình đảm bảo đo lường (theo Hướng dẫn tại QĐ 510/QĐ-BKHCN)"),
                        ],
                        max_length=10,
                        verbose_name="hình thức tham gia",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes",
                        to="enterprises.enterprise",
                    ),
                ),
            ],
            options={
                "verbose_name": "chương trình bảo đảm đo lường",
                "ordering": ["enterprise", "form"],
            },
        ),
        migrations.CreateModel(
            name="EnterprisePlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="enterprises.enterprise"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisationunit",
                    ),
                ),
            ],
            options={
                "verbose_name": "địa bàn của doanh nghiệp",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Industry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(max_length=4, verbose_name="phiên bản")),
                ("level", models.PositiveSmallIntegerField(verbose_name="cấp")),
                ("code", models.CharField(max_length=5, verbose_name="mã")),
                ("section", models.CharField(max_length=1, verbose_name="ngành cấp 1")),
                ("name", models.CharField(max_length=300, verbose_name="tên")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "ngành kinh tế",
                "ordering": ["version", "section", "level", "code"],
                "constraints": [models.UniqueConstraint(fields=("version", "code"), name="one_industry_per_version")],
            },
        ),
        migrations.CreateModel(
            name="EnterpriseEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("tax_code", models.CharField(max_length=14, verbose_name="mã số thuế")),
                (
                    "tax_code_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="lý do chấp nhận mã số thuế"),
                ),
                ("name", models.CharField(max_length=300, verbose_name="tên doanh nghiệp")),
                (
                    "ownership",
                    models.CharField(
                        choices=[
                            ("state", "Có vốn nhà nước"),
                            ("private", "Khu vực kinh tế tư nhân"),
                            ("fdi", "Có vốn đầu tư nước ngoài (FDI)"),
                            ("cooperative", "Hợp tác xã"),
                            ("household", "Hộ kinh doanh"),
                        ],
                        max_length=12,
                        verbose_name="loại hình",
                    ),
                ),
                ("industry_code", models.CharField(blank=True, max_length=5, verbose_name="mã ngành (VSIC)")),
                ("address", models.CharField(blank=True, max_length=400, verbose_name="địa chỉ")),
                (
                    "located_on",
                    models.DateField(
                        help_text="Ngày gần nhất có thông tin về địa bàn.", verbose_name="đặt tại địa bàn này từ"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rút lúc")),
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
                        to="enterprises.enterprise",
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
                    "industry",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="enterprises.industry",
                        verbose_name="ngành (VSIC)",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="enterprise",
            name="industry",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="enterprises.industry",
                verbose_name="ngành (VSIC)",
            ),
        ),
        migrations.CreateModel(
            name="ProgrammeEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("approached", "Tiếp cận"),
                            ("surveyed", "Khảo sát"),
                            ("being_built", "Đang xây dựng"),
                            ("issued", "Đã ban hành"),
                            ("applied", "Đang áp dụng"),
                            ("maintained", "Duy trì"),
                            ("stopped", "Đã ngừng"),
                        ],
                        max_length=12,
                        verbose_name="giai đoạn",
                    ),
                ),
                ("occurred_on", models.DateField(verbose_name="ngày")),
                (
                    "activity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("verification", "Kiểm định"),
                            ("calibration", "Hiệu chuẩn"),
                            ("testing", "Thử nghiệm"),
                            ("method", "Xây dựng phương pháp đo"),
                        ],
                        db_default="",
                        default="",
                        max_length=12,
                        verbose_name="hoạt động",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                ("opens_record", models.BooleanField(db_default=True, default=True, editable=False)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="thu hồi lúc")),
                ("withdrawn_reason", models.CharField(blank=True, max_length=300, verbose_name="lý do thu hồi")),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="enterprises.assuranceprogramme",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisationunit",
                        verbose_name="đơn vị cung cấp",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "giai đoạn thực hiện",
                "verbose_name_plural": "giai đoạn thực hiện",
                "ordering": ["occurred_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeEventEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("approached", "Tiếp cận"),
                            ("surveyed", "Khảo sát"),
                            ("being_built", "Đang xây dựng"),
                            ("issued", "Đã ban hành"),
                            ("applied", "Đang áp dụng"),
                            ("maintained", "Duy trì"),
                            ("stopped", "Đã ngừng"),
                        ],
                        max_length=12,
                        verbose_name="giai đoạn",
                    ),
                ),
                ("occurred_on", models.DateField(verbose_name="ngày")),
                (
                    "activity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("verification", "Kiểm định"),
                            ("calibration", "Hiệu chuẩn"),
                            ("testing", "Thử nghiệm"),
                            ("method", "Xây dựng phương pháp đo"),
                        ],
                        db_default="",
                        default="",
                        max_length=12,
                        verbose_name="hoạt động",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                ("opens_record", models.BooleanField(db_default=True, default=True, editable=False)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="thu hồi lúc")),
                ("withdrawn_reason", models.CharField(blank=True, max_length=300, verbose_name="lý do thu hồi")),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
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
                        to="enterprises.programmeevent",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="enterprises.assuranceprogramme",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="organisations.organisationunit",
                        verbose_name="đơn vị cung cấp",
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
        migrations.AddConstraint(
            model_name="assuranceprogramme",
            constraint=models.UniqueConstraint(fields=("enterprise", "form"), name="one_programme_per_form"),
        ),
        migrations.AddConstraint(
            model_name="enterpriseplace",
            constraint=models.UniqueConstraint(fields=("unit", "enterprise"), name="one_place_per_unit"),
        ),
        migrations.AddIndex(
            model_name="enterprise",
            index=models.Index(condition=models.Q(("batch__isnull", False)), fields=["batch"], name="enterprise_batch"),
        ),
        migrations.AddIndex(
            model_name="enterprise",
            index=models.Index(fields=["name_sort", "id"], name="enterprise_sort"),
        ),
        migrations.AddIndex(
            model_name="enterprise",
            index=models.Index(fields=["unit", "name_sort", "id"], name="enterprise_unit_sort"),
        ),
        migrations.AddIndex(
            model_name="enterprise",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("name_fold", name="gin_trgm_ops"), name="enterprise_name_trgm"
            ),
        ),
        migrations.AddIndex(
            model_name="enterprise",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass("tax_code", name="varchar_pattern_ops"),
                name="enterprise_tax_code_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="enterprise",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("tax_code",),
                name="one_live_enterprise_per_tax_code",
                violation_error_message="Mã số thuế đã có trong sổ.",
            ),
        ),
        migrations.AddConstraint(
            model_name="enterprise",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_at__isnull", True), ("batch__isnull", False), _connector="OR"),
                name="withdrawn_with_its_import",
                violation_error_message="Chỉ doanh nghiệp do một lần nhập đưa vào mới được rút cùng lần nhập đó.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enterprise",
            trigger=pgtrigger.compiler.Trigger(
                name="place_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nEXECUTE $place$\n    SELECT FROM enterprises_enterprise WHERE id IN (SELECT n.id FROM new_rows n  WHERE true) ORDER BY id FOR NO KEY UPDATE\n$place$;\n\nEXECUTE $place$INSERT INTO enterprises_enterpriseplace (enterprise_id, unit_id)\nSELECT DISTINCT n.id, n.unit_id FROM new_rows n  WHERE true AND n.withdrawn_at IS NULL ON CONFLICT DO NOTHING$place$;\nRETURN NULL;",
                    hash="33e92cff5f7250a907b6fa829779f8058911bdd7",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_place_added_7e571",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="enterprises_enterprise",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enterprise",
            trigger=pgtrigger.compiler.Trigger(
                name="place_moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nEXECUTE $place$\n    SELECT FROM enterprises_enterprise WHERE id IN (SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id  WHERE (n.unit_id <> o.unit_id OR (n.withdrawn_at IS NULL) <> (o.withdrawn_at IS NULL))) ORDER BY id FOR NO KEY UPDATE\n$place$;\n\nEXECUTE $place$INSERT INTO enterprises_enterpriseplace (enterprise_id, unit_id)\nSELECT DISTINCT n.id, n.unit_id FROM new_rows n JOIN old_rows o ON o.id = n.id  WHERE (n.unit_id <> o.unit_id OR (n.withdrawn_at IS NULL) <> (o.withdrawn_at IS NULL)) AND n.withdrawn_at IS NULL ON CONFLICT DO NOTHING$place$;\n\nEXECUTE $place$DELETE FROM enterprises_enterpriseplace p\nUSING (SELECT DISTINCT n.id AS enterprise_id, o.unit_id FROM new_rows n JOIN old_rows o ON o.id = n.id  WHERE (n.unit_id <> o.unit_id OR (n.withdrawn_at IS NULL) <> (o.withdrawn_at IS NULL))) gone\nWHERE p.enterprise_id = gone.enterprise_id AND p.unit_id = gone.unit_id\n  AND NOT EXISTS (\n      SELECT FROM enterprises_enterprise n\n      WHERE n.id = p.enterprise_id AND n.unit_id = p.unit_id AND n.withdrawn_at IS NULL\n  )\n  AND NOT EXISTS (\n      SELECT FROM enterprises_assuranceprogramme g JOIN enterprises_programmeevent e ON e.programme_id = g.id\n      WHERE g.enterprise_id = p.enterprise_id AND e.unit_id = p.unit_id AND e.withdrawn_at IS NULL AND e.opens_record\n  )$place$;\nRETURN NULL;",
                    hash="b3bfa6fa9c405ab5ee9ccc68f289cbc7b7ef2684",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_place_moved_3d1a0",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="enterprises_enterprise",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enterprise",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."batch_id" IS DISTINCT FROM (NEW."batch_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."industry_id" IS DISTINCT FROM (NEW."industry_id") OR OLD."industry_code" IS DISTINCT FROM (NEW."industry_code") OR OLD."located_on" IS DISTINCT FROM (NEW."located_on") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."ownership" IS DISTINCT FROM (NEW."ownership") OR OLD."tax_code" IS DISTINCT FROM (NEW."tax_code") OR OLD."tax_code_reason" IS DISTINCT FROM (NEW."tax_code_reason") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at"))',
                    func='INSERT INTO "enterprises_enterpriseevent" ("address", "batch_id", "created_at", "id", "industry_code", "industry_id", "located_on", "name", "note", "ownership", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tax_code", "tax_code_reason", "unit_id", "updated_at", "withdrawn_at") VALUES (OLD."address", OLD."batch_id", OLD."created_at", OLD."id", OLD."industry_code", OLD."industry_id", OLD."located_on", OLD."name", OLD."note", OLD."ownership", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."tax_code", OLD."tax_code_reason", OLD."unit_id", OLD."updated_at", OLD."withdrawn_at"); RETURN NULL;',
                    hash="c45aca090df14e89f7c29366b73b5825b4d56c08",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_11bf5",
                    table="enterprises_enterprise",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enterprise",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "enterprises_enterpriseevent" ("address", "batch_id", "created_at", "id", "industry_code", "industry_id", "located_on", "name", "note", "ownership", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tax_code", "tax_code_reason", "unit_id", "updated_at", "withdrawn_at") VALUES (OLD."address", OLD."batch_id", OLD."created_at", OLD."id", OLD."industry_code", OLD."industry_id", OLD."located_on", OLD."name", OLD."note", OLD."ownership", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."tax_code", OLD."tax_code_reason", OLD."unit_id", OLD."updated_at", OLD."withdrawn_at"); RETURN NULL;',
                    hash="ee2ec8b6e8cbf31c945f9a51e2a7ab2e407b5b77",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_dc699",
                    table="enterprises_enterprise",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="programmeevent",
            index=models.Index(
                condition=models.Q(("stage__in", ["applied", "maintained"]), ("withdrawn_at__isnull", True)),
                fields=["programme", "occurred_on", "id"],
                include=("unit",),
                name="event_in_force",
            ),
        ),
        migrations.AddIndex(
            model_name="programmeevent",
            index=models.Index(fields=["unit", "programme"], name="event_unit"),
        ),
        migrations.AddIndex(
            model_name="programmeevent",
            index=models.Index(fields=["batch"], name="event_batch"),
        ),
        migrations.AddConstraint(
            model_name="programmeevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("programme", "stage", "occurred_on", "unit"),
                name="one_live_event",
                violation_error_message="Chương trình này đã có giai đoạn đó vào cùng ngày, cùng địa bàn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeevent",
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
                name="withdrawn_with_who_and_why",
                violation_error_message="Thu hồi giai đoạn phải có người thu hồi và lý do.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="programmeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="place_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nEXECUTE $place$\n    SELECT FROM enterprises_enterprise WHERE id IN (SELECT g.enterprise_id FROM new_rows n JOIN enterprises_assuranceprogramme g ON g.id = n.programme_id WHERE true) ORDER BY id FOR NO KEY UPDATE\n$place$;\n\nEXECUTE $place$INSERT INTO enterprises_enterpriseplace (enterprise_id, unit_id)\nSELECT DISTINCT g.enterprise_id, n.unit_id FROM new_rows n JOIN enterprises_assuranceprogramme g ON g.id = n.programme_id WHERE true AND n.withdrawn_at IS NULL AND n.opens_record ON CONFLICT DO NOTHING$place$;\nRETURN NULL;",
                    hash="397678da2f0928530a51b0c52dc9b15cac766e73",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_place_added_70c79",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="enterprises_programmeevent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="programmeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="place_moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nEXECUTE $place$\n    SELECT FROM enterprises_enterprise WHERE id IN (SELECT g.enterprise_id FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN enterprises_assuranceprogramme g ON g.id = n.programme_id WHERE (n.unit_id <> o.unit_id OR (n.withdrawn_at IS NULL AND n.opens_record) <> (o.withdrawn_at IS NULL AND o.opens_record))) ORDER BY id FOR NO KEY UPDATE\n$place$;\n\nEXECUTE $place$INSERT INTO enterprises_enterpriseplace (enterprise_id, unit_id)\nSELECT DISTINCT g.enterprise_id, n.unit_id FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN enterprises_assuranceprogramme g ON g.id = n.programme_id WHERE (n.unit_id <> o.unit_id OR (n.withdrawn_at IS NULL AND n.opens_record) <> (o.withdrawn_at IS NULL AND o.opens_record)) AND n.withdrawn_at IS NULL AND n.opens_record ON CONFLICT DO NOTHING$place$;\n\nEXECUTE $place$DELETE FROM enterprises_enterpriseplace p\nUSING (SELECT DISTINCT g.enterprise_id AS enterprise_id, o.unit_id FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN enterprises_assuranceprogramme g ON g.id = n.programme_id WHERE (n.unit_id <> o.unit_id OR (n.withdrawn_at IS NULL AND n.opens_record) <> (o.withdrawn_at IS NULL AND o.opens_record))) gone\nWHERE p.enterprise_id = gone.enterprise_id AND p.unit_id = gone.unit_id\n  AND NOT EXISTS (\n      SELECT FROM enterprises_enterprise n\n      WHERE n.id = p.enterprise_id AND n.unit_id = p.unit_id AND n.withdrawn_at IS NULL\n  )\n  AND NOT EXISTS (\n      SELECT FROM enterprises_assuranceprogramme g JOIN enterprises_programmeevent e ON e.programme_id = g.id\n      WHERE g.enterprise_id = p.enterprise_id AND e.unit_id = p.unit_id AND e.withdrawn_at IS NULL AND e.opens_record\n  )$place$;\nRETURN NULL;",
                    hash="f532053128bad150794abb4cb4fa2fb2c492decf",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_place_moved_67c59",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="enterprises_programmeevent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="programmeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "enterprises_programmeeventevent" ("activity", "batch_id", "created_at", "entered_by_id", "id", "note", "occurred_on", "opens_record", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "reported_by_id", "stage", "unit_id", "updated_at", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."activity", OLD."batch_id", OLD."created_at", OLD."entered_by_id", OLD."id", OLD."note", OLD."occurred_on", OLD."opens_record", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."programme_id", OLD."reported_by_id", OLD."stage", OLD."unit_id", OLD."updated_at", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="634bb573a6eee46009f0c515a7944edb7d48b2dc",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_02930",
                    table="enterprises_programmeevent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="programmeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "enterprises_programmeeventevent" ("activity", "batch_id", "created_at", "entered_by_id", "id", "note", "occurred_on", "opens_record", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "reported_by_id", "stage", "unit_id", "updated_at", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason") VALUES (OLD."activity", OLD."batch_id", OLD."created_at", OLD."entered_by_id", OLD."id", OLD."note", OLD."occurred_on", OLD."opens_record", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."programme_id", OLD."reported_by_id", OLD."stage", OLD."unit_id", OLD."updated_at", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_reason"); RETURN NULL;',
                    hash="008ad64e87044b011aae93b453fcd960e1aebd9e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_d42f4",
                    table="enterprises_programmeevent",
                    when="AFTER",
                ),
            ),
        ),
    ]
