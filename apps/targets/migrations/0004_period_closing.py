"""Closing a period becomes an act of two persons, and period_moments() says as known when each period is read."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# One place for pages, exports, API and the register's list: each period with its latest closing by then, and the moment
# as of which its figures are read: of a closed period the closing's, else the asked one.
FORWARD = """
CREATE FUNCTION period_moments(known_on timestamptz)
RETURNS TABLE(period_id bigint, version int, as_of timestamptz, moment timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT p.id, c.version::int, c.as_of, coalesce(c.as_of, known_on)
    FROM targets_period p
    LEFT JOIN LATERAL (
        SELECT l.version, l.as_of FROM targets_periodclosing l
        WHERE l.period_id = p.id AND l.closed_at <= known_on
        ORDER BY l.version DESC LIMIT 1
    ) c ON true
$$;
"""
BACKWARD = "DROP FUNCTION period_moments(timestamptz);"


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_initial"),
        ("targets", "0003_longer_labels"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosingProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(verbose_name="phiên bản")),
                ("as_of", models.DateTimeField(verbose_name="số liệu tính đến")),
                ("reason", models.CharField(max_length=500, verbose_name="lý do")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Chờ chốt"),
                            ("closed", "Đã chốt"),
                            ("refused", "Không chốt"),
                            ("withdrawn", "Đã rút"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("prepared_at", models.DateTimeField(verbose_name="lập lúc")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="quyết định lúc")),
                ("decided_reason", models.CharField(blank=True, max_length=500, verbose_name="lý do quyết định")),
            ],
            options={
                "verbose_name": "đề nghị chốt kỳ",
                "verbose_name_plural": "đề nghị chốt kỳ",
                "ordering": ["period", "id"],
                "permissions": [("close_period", "Chốt kỳ số liệu")],
                "default_permissions": ("view", "add"),
            },
        ),
        migrations.CreateModel(
            name="PeriodClosing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(verbose_name="phiên bản")),
                ("as_of", models.DateTimeField(verbose_name="số liệu tính đến")),
                ("reason", models.CharField(max_length=500, verbose_name="lý do")),
                ("closed_at", models.DateTimeField(verbose_name="chốt lúc")),
                ("is_carried_over", models.BooleanField(default=False, verbose_name="chuyển từ dữ liệu cũ")),
            ],
            options={
                "verbose_name": "lần chốt kỳ",
                "verbose_name_plural": "các lần chốt kỳ",
                "ordering": ["period", "version"],
                "default_permissions": ("view",),
            },
        ),
        migrations.AddField(
            model_name="closingproposal",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người quyết định",
            ),
        ),
        migrations.AddField(
            model_name="closingproposal",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.legaldocument",
                verbose_name="văn bản",
            ),
        ),
        migrations.AddField(
            model_name="closingproposal",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="targets.period",
                verbose_name="kỳ số liệu",
            ),
        ),
        migrations.AddField(
            model_name="closingproposal",
            name="prepared_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người lập",
            ),
        ),
        migrations.AddField(
            model_name="periodclosing",
            name="closed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người chốt",
            ),
        ),
        migrations.AddField(
            model_name="periodclosing",
            name="document",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.legaldocument",
                verbose_name="văn bản",
            ),
        ),
        migrations.AddField(
            model_name="periodclosing",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="closings",
                to="targets.period",
                verbose_name="kỳ số liệu",
            ),
        ),
        migrations.AddField(
            model_name="periodclosing",
            name="prepared_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người lập",
            ),
        ),
        migrations.AddConstraint(
            model_name="closingproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("period",),
                name="one_open_proposal_per_period",
                violation_error_message="Kỳ này đã có một đề nghị đang chờ chốt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="closingproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("as_of__lte", models.F("prepared_at"))),
                name="proposed_as_of_the_past",
                violation_error_message="Thời điểm tính số liệu không được ở tương lai.",
            ),
        ),
        migrations.AddConstraint(
            model_name="closingproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                        ("decided_reason", ""),
                        ("state", "proposed"),
                    ),
                    models.Q(
                        models.Q(("state", "proposed"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="decided_with_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="closingproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["proposed", "withdrawn"]),
                    models.Q(("prepared_by", models.F("decided_by")), _negated=True),
                    _connector="OR",
                ),
                name="decided_by_another_person",
                violation_error_message="Người chốt phải khác người lập.",
            ),
        ),
        migrations.AddConstraint(
            model_name="closingproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), _negated=True),
                    models.Q(
                        models.Q(("state__in", ["refused", "withdrawn"]), _negated=True),
                        models.Q(("decided_reason", ""), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="proposal_with_reasons",
                violation_error_message="Nhập lý do.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="closingproposal",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_proposals",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="7153e1af20a3222f2b38a356448f996f7f9922a6",
                    operation="DELETE",
                    pgid="pgtrigger_keep_proposals_f817c",
                    table="targets_closingproposal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="closingproposal",
            trigger=pgtrigger.compiler.Trigger(
                name="decided_for_good",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT (OLD.\"state\" = 'proposed'))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="30fed644fb90e1769d62284f060bb92528192d58",
                    operation="UPDATE",
                    pgid="pgtrigger_decided_for_good_ed066",
                    table="targets_closingproposal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="closingproposal",
            trigger=pgtrigger.compiler.Trigger(
                name="put_as_it_is",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."period_id" IS DISTINCT FROM (NEW."period_id") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."as_of" IS DISTINCT FROM (NEW."as_of") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."prepared_by_id" IS DISTINCT FROM (NEW."prepared_by_id") OR OLD."prepared_at" IS DISTINCT FROM (NEW."prepared_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="62d3b6649e7f9b0c582d4ddbb5e29322e96cb91e",
                    operation="UPDATE",
                    pgid="pgtrigger_put_as_it_is_0c178",
                    table="targets_closingproposal",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="periodclosing",
            constraint=models.UniqueConstraint(fields=("period", "version"), name="one_closing_per_version"),
        ),
        migrations.AddConstraint(
            model_name="periodclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="closing_versions_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="periodclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(("as_of__lte", models.F("closed_at"))),
                name="closed_as_of_the_past",
                violation_error_message="Thời điểm tính số liệu không được sau lúc chốt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="periodclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_carried_over", True),
                    models.Q(("document__isnull", False), ("prepared_by__isnull", False)),
                    _connector="OR",
                ),
                name="closing_prepared_with_a_document",
                violation_error_message="Chốt kỳ phải có người lập và văn bản.",
            ),
        ),
        migrations.AddConstraint(
            model_name="periodclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("prepared_by", models.F("closed_by")), _negated=True),
                    ("prepared_by__isnull", True),
                    _connector="OR",
                ),
                name="closed_by_another_person",
                violation_error_message="Người chốt phải khác người lập.",
            ),
        ),
        migrations.AddConstraint(
            model_name="periodclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="closing_with_a_reason"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="periodclosing",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d30f90207e93d03e09078b665fc4d8601165b46d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_fca16",
                    table="targets_periodclosing",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="periodclosing",
            trigger=pgtrigger.compiler.Trigger(
                name="follows_the_last",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE last_version integer; last_as_of timestamptz;",
                    func="\n                    SELECT version, as_of INTO last_version, last_as_of FROM targets_periodclosing\n                    WHERE period_id = NEW.period_id ORDER BY version DESC LIMIT 1;\n                    IF NEW.version <> coalesce(last_version, 0) + 1 OR NEW.as_of <= last_as_of THEN\n                        RAISE EXCEPTION 'closing % of period % does not follow the last', NEW.version, NEW.period_id\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    IF NOT EXISTS (SELECT FROM targets_indicatorvalue\n                                   WHERE period_id = NEW.period_id AND known_from <= NEW.as_of) THEN\n                        RAISE EXCEPTION 'period % has no figure as of %', NEW.period_id, NEW.as_of\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="d43e39bf1f968611c16a2fd8971f195031760f81",
                    operation="INSERT",
                    pgid="pgtrigger_follows_the_last_b2278",
                    table="targets_periodclosing",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
