"""Periods, indicators, figures and closings; and period_moments(), which says as known when each period is read."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# One place for pages, exports, API and the register's list: each period with its latest closing by then, and the moment
# as of which its figures are read: of a closed period the closing's, else the asked one.
MOMENTS = """
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


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
        migrations.CreateModel(
            name="RecomputeRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=60)),
                ("unit_id", models.CharField(blank=True, max_length=40)),
                ("requested_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "yêu cầu tính lại",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("year", models.PositiveSmallIntegerField(verbose_name="năm")),
                ("value", models.DecimalField(decimal_places=4, max_digits=20, verbose_name="giá trị")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="phiên bản")),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
            ],
            options={
                "verbose_name": "mục tiêu",
                "ordering": ["indicator", "year", "version"],
            },
        ),
        migrations.CreateModel(
            name="UnitStatistic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(choices=[("active_enterprises", "Doanh nghiệp đang hoạt động")], max_length=40),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="năm")),
                ("value", models.DecimalField(decimal_places=4, max_digits=20, verbose_name="giá trị")),
                ("source", models.CharField(max_length=200, verbose_name="nguồn")),
            ],
            options={
                "verbose_name": "số thống kê của đơn vị",
                "ordering": ["code", "unit", "year"],
            },
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="mã")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="thứ tự")),
                ("name", models.CharField(max_length=300, verbose_name="tên")),
                ("short_name", models.CharField(max_length=80, verbose_name="tên ngắn")),
                ("label", models.CharField(max_length=80, verbose_name="nhãn")),
                ("name_en", models.CharField(blank=True, max_length=300, verbose_name="tên tiếng Anh")),
                ("unit_label", models.CharField(max_length=80, verbose_name="đơn vị tính")),
                (
                    "aggregation",
                    models.CharField(
                        choices=[
                            ("latest", "Trạng thái cuối kỳ"),
                            ("sum", "Tổng các kỳ"),
                            ("cumulative", "Lũy kế"),
                            ("distinct", "Tính không trùng"),
                            ("ratio", "Tỷ lệ"),
                        ],
                        max_length=12,
                        verbose_name="cách gộp",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[("register", "Sổ đăng ký"), ("report", "Báo cáo")], max_length=10, verbose_name="nguồn"
                    ),
                ),
                (
                    "stock_adds_up",
                    models.BooleanField(
                        default=False,
                        help_text="Chỉ chọn khi định nghĩa tính từng đối tượng, mỗi đối tượng thuộc đúng một đơn vị.",
                        verbose_name="trạng thái cuối kỳ cộng được",
                    ),
                ),
                ("decimals", models.PositiveSmallIntegerField(default=0, verbose_name="số chữ số thập phân")),
                ("provider", models.CharField(blank=True, max_length=200, verbose_name="nguồn, đơn vị cung cấp")),
                ("baseline_year", models.PositiveSmallIntegerField(default=2018, verbose_name="năm gốc")),
                (
                    "baseline",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=20, null=True, verbose_name="giá trị gốc"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="targets.indicator",
                    ),
                ),
            ],
            options={
                "verbose_name": "chỉ tiêu",
                "verbose_name_plural": "chỉ tiêu",
                "ordering": ["position", "code"],
            },
        ),
        migrations.CreateModel(
            name="IndicatorDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(verbose_name="phiên bản")),
                ("valid_from", models.DateField(verbose_name="áp dụng từ")),
                ("text", models.TextField(verbose_name="định nghĩa")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="loại hình được tính",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="definitions", to="targets.indicator"
                    ),
                ),
                (
                    "legal_basis",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.legaldocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "định nghĩa chỉ tiêu",
                "ordering": ["indicator", "version"],
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="mã")),
                ("year", models.PositiveSmallIntegerField(unique=True, verbose_name="năm")),
                ("starts_on", models.DateField(verbose_name="từ ngày")),
                ("ends_on", models.DateField(verbose_name="đến ngày")),
            ],
            options={
                "verbose_name": "kỳ số liệu",
                "ordering": ["year"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="period_ends_after_it_starts"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IndicatorValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("breakdown", models.CharField(blank=True, default="", max_length=60, verbose_name="phân tổ")),
                (
                    "basis",
                    models.CharField(
                        choices=[("register", "Sổ đăng ký"), ("report", "Báo cáo")], max_length=10, verbose_name="nguồn"
                    ),
                ),
                ("value", models.DecimalField(decimal_places=4, max_digits=20, verbose_name="giá trị")),
                ("numerator", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("denominator", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                (
                    "covers_predecessors",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="gồm cả phần của đơn vị trước sắp xếp"
                    ),
                ),
                ("known_from", models.DateTimeField(verbose_name="biết từ")),
                ("known_to", models.DateTimeField(null=True, verbose_name="biết đến")),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="values", to="targets.indicator"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="values",
                        to="organisations.organisationunit",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="values", to="targets.period"
                    ),
                ),
            ],
            options={
                "verbose_name": "kết quả thực hiện",
                "ordering": ["indicator", "period", "unit", "breakdown", "id"],
            },
        ),
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
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người quyết định",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.legaldocument",
                        verbose_name="văn bản",
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người lập",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="targets.period",
                        verbose_name="kỳ số liệu",
                    ),
                ),
            ],
            options={
                "verbose_name": "đề nghị chốt kỳ",
                "verbose_name_plural": "đề nghị chốt kỳ",
                "ordering": ["period", "id"],
                "permissions": [("close_period", "Chốt kỳ số liệu")],
                "default_permissions": ("view", "add"),
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="period",
            trigger=pgtrigger.compiler.Trigger(
                name="closed_days_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."ends_on" IS DISTINCT FROM (NEW."ends_on") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."year" IS DISTINCT FROM (NEW."year"))',
                    func="\n            IF EXISTS (SELECT FROM targets_periodclosing WHERE period_id = OLD.id) THEN\n                RAISE EXCEPTION 'period % is closed: its days stay', OLD.code USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="612999f2b8284e3655bfb0d2eb92631ed60af498",
                    operation="UPDATE",
                    pgid="pgtrigger_closed_days_stay_14d84",
                    table="targets_period",
                    when="BEFORE",
                ),
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
        migrations.AddField(
            model_name="recomputerequest",
            name="period",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="targets.period"),
        ),
        migrations.AddField(
            model_name="target",
            name="indicator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="targets.indicator"
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="legal_basis",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="documents.legaldocument"
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="targets",
                to="organisations.organisationunit",
            ),
        ),
        migrations.AddField(
            model_name="unitstatistic",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="statistics",
                to="organisations.organisationunit",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatordefinition",
            constraint=models.UniqueConstraint(fields=("indicator", "version"), name="one_definition_per_version"),
        ),
        migrations.AddConstraint(
            model_name="indicatordefinition",
            constraint=models.UniqueConstraint(fields=("indicator", "valid_from"), name="one_definition_per_day"),
        ),
        migrations.AddIndex(
            model_name="indicatorvalue",
            index=models.Index(fields=["known_from"], name="newest_figure"),
        ),
        migrations.AddConstraint(
            model_name="indicatorvalue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("known_to__isnull", True)),
                fields=("indicator", "period", "unit", "breakdown", "basis"),
                name="one_known_value",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("known_to__isnull", True), ("known_to__gt", models.F("known_from")), _connector="OR"
                ),
                name="known_to_after_known_from",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("covers_predecessors", False),
                    models.Q(("basis", "report"), ("unit__isnull", False)),
                    _connector="OR",
                ),
                name="only_a_units_report_covers_predecessors",
                violation_error_message="Chỉ số báo cáo của một đơn vị mới gồm được phần của đơn vị trước sắp xếp.",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("denominator__isnull", True), ("numerator__isnull", True)),
                    models.Q(("denominator__gte", 0), ("denominator__isnull", False), ("numerator__isnull", False)),
                    _connector="OR",
                ),
                name="numerator_with_denominator",
                violation_error_message="Tử số và mẫu số phải đi cùng nhau; mẫu số không âm.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicatorvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_history",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="8aea63b70d858cb9a270ab61c22083909bf9ea17",
                    operation="DELETE",
                    pgid="pgtrigger_keep_history_57482",
                    table="targets_indicatorvalue",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicatorvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="said_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."indicator_id" IS DISTINCT FROM (NEW."indicator_id") OR OLD."period_id" IS DISTINCT FROM (NEW."period_id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."breakdown" IS DISTINCT FROM (NEW."breakdown") OR OLD."basis" IS DISTINCT FROM (NEW."basis") OR OLD."value" IS DISTINCT FROM (NEW."value") OR OLD."numerator" IS DISTINCT FROM (NEW."numerator") OR OLD."denominator" IS DISTINCT FROM (NEW."denominator") OR OLD."covers_predecessors" IS DISTINCT FROM (NEW."covers_predecessors") OR OLD."known_from" IS DISTINCT FROM (NEW."known_from"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="2dd7a6e5abb3bc280f856cfbaca5377c0dc1ce22",
                    operation="UPDATE",
                    pgid="pgtrigger_said_once_fdf8e",
                    table="targets_indicatorvalue",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicatorvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="ended_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."known_to" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9cf0383943de37f03d92a004cefb4c1b4fcd0055",
                    operation="UPDATE",
                    pgid="pgtrigger_ended_once_5a49d",
                    table="targets_indicatorvalue",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicatorvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="begins_after_the_closing",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (\n        SELECT FROM new_rows n\n        JOIN (SELECT period_id, max(as_of) AS as_of FROM targets_periodclosing GROUP BY 1) c USING (period_id)\n        WHERE n.known_from <= c.as_of\n    ) THEN\n        RAISE EXCEPTION 'figures of a closed period change from its closing on, not before'\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n",
                    hash="3fc86db25da4f475d653e8287656c066208122ba",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_begins_after_the_closing_e274c",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="targets_indicatorvalue",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="indicatorvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="ends_after_the_closing",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (\n        SELECT FROM new_rows n\n        JOIN (SELECT period_id, max(as_of) AS as_of FROM targets_periodclosing GROUP BY 1) c USING (period_id)\n        WHERE n.known_to <= c.as_of\n    ) THEN\n        RAISE EXCEPTION 'figures of a closed period change from its closing on, not before'\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n",
                    hash="82121f60f187dc2409edef3f9b79661ef321a4db",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_ends_after_the_closing_5d4bb",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="targets_indicatorvalue",
                    when="AFTER",
                ),
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
        migrations.AddIndex(
            model_name="recomputerequest",
            index=models.Index(fields=["source", "id"], name="recompute_source"),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                fields=("indicator", "year", "unit", "version"),
                name="one_target_per_version",
                nulls_distinct=False,
                violation_error_message="Đã có mục tiêu này ở cùng phiên bản.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitstatistic",
            constraint=models.UniqueConstraint(fields=("code", "unit", "year"), name="one_statistic_per_year"),
        ),
        migrations.RunSQL(MOMENTS, "DROP FUNCTION period_moments(timestamptz);"),
    ]
