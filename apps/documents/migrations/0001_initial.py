import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("size", models.PositiveBigIntegerField(verbose_name="cỡ (byte)")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "tệp lưu",
            },
        ),
        migrations.CreateModel(
            name="LegalDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("number", models.CharField(max_length=80, verbose_name="số, ký hiệu")),
                ("kind", models.CharField(max_length=60, verbose_name="loại văn bản")),
                ("title", models.TextField(blank=True, verbose_name="trích yếu")),
                ("issuer", models.CharField(max_length=150, verbose_name="cơ quan ban hành")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="ngày ban hành")),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người thêm",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người sửa",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="documents.legaldocument",
                        verbose_name="bị thay thế bởi",
                    ),
                ),
            ],
            options={
                "verbose_name": "văn bản",
                "verbose_name_plural": "văn bản",
                "ordering": ["issued_on", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("number"),
                        django.db.models.functions.text.Lower("issuer"),
                        models.F("issued_on"),
                        name="one_act_per_number_issuer_and_day",
                        nulls_distinct=False,
                        violation_error_message="Văn bản cùng số, cơ quan và ngày ban hành đã có trong cổng.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__istartswith", models.F("kind")), _negated=True),
                        name="number_without_its_kind",
                        violation_error_message="Số, ký hiệu không kèm loại văn bản, ví dụ 99/2026/QH16.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaced_by__isnull", True),
                            models.Q(("replaced_by", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="act_does_not_replace_itself",
                        violation_error_message="Văn bản không thay thế chính nó.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner_kind", models.CharField(max_length=60, verbose_name="loại bản ghi")),
                ("owner_id", models.CharField(max_length=40, verbose_name="mã bản ghi")),
                ("name", models.CharField(max_length=200, verbose_name="tên tệp")),
                ("content_type", models.CharField(max_length=100, verbose_name="kiểu tệp")),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="tải lên lúc")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="gỡ lúc")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người tải",
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="documents.storedfile",
                        verbose_name="tệp lưu",
                    ),
                ),
            ],
            options={
                "verbose_name": "tệp đính kèm",
                "verbose_name_plural": "tệp đính kèm",
                "ordering": ["added_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=("owner_kind", "owner_id", "stored"),
                        name="one_attachment_per_record_and_file",
                        violation_error_message="Tệp này đã được đính kèm.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at__isnull", True), ("removed_by__isnull", True)),
                            models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="attachment_removed_with_who_and_when",
                    ),
                ],
            },
        ),
    ]
