"""The audit, its seals; and the function by which pghistory notes who changed a row.

Who changed a row stands in pghistory's contexts. They are added, and never changed or removed afterwards.

pghistory's own function upserts, so the portal's role needed UPDATE on them. Here it runs with the owner's rights, so
that the role needs none; and it adds to a context of an earlier transaction only, where what that context says stays
as it was, the person above all. The role itself is held to that by `database_roles`.
"""

import django.core.serializers.json
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

FUNCTION = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS pghistory_context.id%TYPE AS $$
DECLARE
    _pgh_context_id UUID;
    _pgh_context_metadata JSONB;
BEGIN
    BEGIN
        SELECT INTO _pgh_context_id CURRENT_SETTING('pghistory.context_id');
        SELECT INTO _pgh_context_metadata CURRENT_SETTING('pghistory.context_metadata');
        EXCEPTION WHEN OTHERS THEN
    END;
    IF _pgh_context_id IS NULL OR _pgh_context_metadata IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO pghistory_context AS known (id, metadata, created_at, updated_at)
        VALUES (_pgh_context_id, _pgh_context_metadata, NOW(), NOW())
        ON CONFLICT (id) DO UPDATE SET metadata = EXCLUDED.metadata, updated_at = EXCLUDED.updated_at
        WHERE known.metadata != EXCLUDED.metadata
          AND (known.created_at = NOW()
               OR EXCLUDED.metadata @> known.metadata
                  AND (known.metadata->'user') IS NOT DISTINCT FROM (EXCLUDED.metadata->'user'));
    RETURN _pgh_context_id;
END;
$$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="ngày")),
                ("first_id", models.BigIntegerField(blank=True, null=True, verbose_name="từ dòng")),
                ("last_id", models.BigIntegerField(blank=True, null=True, verbose_name="đến dòng")),
                ("rows", models.BigIntegerField(verbose_name="số dòng")),
                ("previous_hash", models.CharField(max_length=64, verbose_name="mã niêm phong ngày trước")),
                ("hash", models.CharField(max_length=64, verbose_name="mã niêm phong")),
                ("sealed_at", models.DateTimeField(auto_now_add=True, verbose_name="niêm phong lúc")),
            ],
            options={
                "verbose_name": "niêm phong nhật ký",
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="RefusalTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actor_id", models.BigIntegerField(verbose_name="mã người")),
                ("since", models.DateTimeField(verbose_name="từ lúc")),
                ("count", models.PositiveIntegerField(default=1, verbose_name="số lần")),
            ],
            options={
                "verbose_name": "số lần bị từ chối",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="lúc")),
                ("action", models.CharField(max_length=80, verbose_name="việc")),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="mã người")),
                ("actor", models.CharField(blank=True, max_length=254, verbose_name="người")),
                ("address", models.GenericIPAddressField(blank=True, null=True, verbose_name="từ địa chỉ")),
                ("unit", models.CharField(blank=True, max_length=40, verbose_name="đơn vị")),
                ("target_type", models.CharField(blank=True, max_length=60, verbose_name="loại đối tượng")),
                ("target_id", models.CharField(blank=True, max_length=60, verbose_name="mã đối tượng")),
                ("target", models.CharField(blank=True, max_length=300, verbose_name="đối tượng")),
                ("reason", models.TextField(blank=True, verbose_name="lý do")),
                (
                    "before",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="trước",
                    ),
                ),
                (
                    "after",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="sau",
                    ),
                ),
                (
                    "data",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="chi tiết"
                    ),
                ),
                ("request_id", models.CharField(blank=True, max_length=40, verbose_name="mã yêu cầu")),
            ],
            options={
                "verbose_name": "dòng nhật ký",
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["target_type", "target_id", "id"], name="audit_target"),
                    models.Index(fields=["at", "id"], name="audit_at"),
                    models.Index(fields=["action", "at"], name="audit_action"),
                    models.Index(fields=["actor_id", "at"], name="audit_actor"),
                    models.Index(fields=["unit", "at"], name="audit_unit"),
                    models.Index(fields=["request_id"], name="audit_request"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0450288fcb55201b346da4e2d56d2293ba7aac03",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_00dfa",
                    table="audit_auditevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="auditseal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_id__isnull", True), ("last_id__isnull", True), ("rows", 0)),
                    models.Q(("first_id__isnull", False), ("last_id__gte", models.F("first_id")), ("rows__gt", 0)),
                    _connector="OR",
                ),
                name="sealed_rows_have_a_range",
                violation_error_message="Ngày có dòng thì phải có khoảng mã dòng; ngày không có dòng thì để trống.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditseal",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="58497631d50c091587f7dcd41f2a458611cec2af",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_3a3ab",
                    table="audit_auditseal",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="refusaltally",
            constraint=models.UniqueConstraint(
                fields=("actor_id", "since"),
                name="one_refusal_tally_per_person_and_window",
                violation_error_message="Số lần bị từ chối trong khoảng này đã được đếm.",
            ),
        ),
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
    ]
