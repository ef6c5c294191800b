from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="attachment", name="attachment_removed_with_who_and_when"),
        migrations.RemoveConstraint(model_name="attachment", name="one_attachment_per_record_and_file"),
        migrations.RenameField(model_name="attachment", old_name="removed_by", new_name="withdrawn_by"),
        migrations.RenameField(model_name="attachment", old_name="removed_at", new_name="withdrawn_at"),
        migrations.AddField(
            model_name="attachment",
            name="withdrawn_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="lý do gỡ"),
        ),
        migrations.AddField(
            model_name="attachment",
            name="note",
            field=models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="ghi chú"),
        ),
        migrations.AddField(
            model_name="attachment",
            name="unit",
            field=models.CharField(blank=True, db_default="", default="", max_length=40, verbose_name="đơn vị"),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                condition=Q(("withdrawn_at__isnull", True)),
                fields=("owner_kind", "owner_id", "stored"),
                name="one_attachment_per_record_and_file",
                violation_error_message="Tệp này đã được đính kèm.",
            ),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(fields=["unit"], include=["stored"], name="attachment_unit"),
        ),
        migrations.AddField(
            model_name="storedfile",
            name="scan",
            field=models.CharField(
                choices=[
                    ("unscanned", "Chưa quét"),
                    ("pending", "Đang quét"),
                    ("clean", "Sạch"),
                    ("infected", "Có mã độc"),
                ],
                db_default="unscanned",
                default="unscanned",
                max_length=10,
                verbose_name="quét mã độc",
            ),
        ),
        migrations.AddField(
            model_name="storedfile",
            name="scanned_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="quét lúc"),
        ),
        migrations.AddField(
            model_name="storedfile",
            name="finding",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="mã độc tìm thấy"
            ),
        ),
    ]
