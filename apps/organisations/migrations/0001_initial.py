"""Units in time, and two functions over them: one place for pages, API and roll-up alike."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.models
import apps.organisations.models

# unit_successors(day): who carries each unit's past on that day.
SUCCESSORS = """
CREATE FUNCTION unit_successors(day date) RETURNS TABLE(origin_id text, unit_id text, share numeric)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE walk(origin_id, unit_id, share) AS (
        SELECT u.id::text, u.id::text, 1::numeric FROM organisations_organisationunit u
        UNION ALL
        SELECT w.origin_id, s.successor_id::text, w.share * s.share
        FROM walk w
        JOIN organisations_succession s
          ON s.predecessor_id = w.unit_id AND s.effective_on <= day AND s.share > 0
    )
    SELECT w.origin_id, w.unit_id, sum(w.share)
    FROM walk w
    WHERE NOT EXISTS (
        SELECT 1 FROM organisations_succession s
        WHERE s.predecessor_id = w.unit_id AND s.effective_on <= day AND s.share > 0
    )
    GROUP BY 1, 2
$$;
"""
# unit_heirs(day): the one unit in which the members of each unit work on that day.
HEIRS = """
CREATE FUNCTION unit_heirs(day date) RETURNS TABLE(origin_id text, unit_id text)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE walk(origin_id, unit_id, depth) AS (
        SELECT u.id::text, u.id::text, 0 FROM organisations_organisationunit u
        UNION ALL
        SELECT w.origin_id, s.successor_id::text, w.depth + 1
        FROM walk w
        JOIN organisations_succession s ON s.predecessor_id = w.unit_id AND s.effective_on <= day AND s.takes_members
    )
    SELECT DISTINCT ON (w.origin_id) w.origin_id, w.unit_id FROM walk w ORDER BY w.origin_id, w.depth DESC
$$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("documents", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reorganisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("merger", "Hợp nhất, sáp nhập"),
                            ("split", "Chia tách"),
                            ("renaming", "Đổi tên"),
                            ("change_of_kind", "Đổi loại đơn vị"),
                            ("transfer", "Chuyển đơn vị trực thuộc"),
                        ],
                        max_length=20,
                        verbose_name="hình thức",
                    ),
                ),
                ("effective_on", models.DateField(verbose_name="có hiệu lực từ")),
                ("plan", models.JSONField(default=dict, verbose_name="nội dung")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="ghi nhận lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="rút lúc")),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="lý do rút")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reorganisations",
                        to="documents.legaldocument",
                        verbose_name="căn cứ",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                "verbose_name": "sắp xếp đơn vị",
                "ordering": ["-effective_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="OrganisationUnit",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("id", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="mã")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="tên trên đường dẫn")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("province", "Tỉnh, thành phố"),
                            ("ministry", "Bộ"),
                            ("ministerial_agency", "Cơ quan ngang bộ"),
                            ("government_agency", "Cơ quan thuộc Chính phủ"),
                            ("department", "Đơn vị trực thuộc"),
                            ("organisation", "Tổ chức, hội"),
                        ],
                        max_length=20,
                        verbose_name="loại",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="Nhãn hai chữ số, không phải khóa.", max_length=10, verbose_name="mã số"
                    ),
                ),
                ("symbol", models.CharField(blank=True, max_length=40, verbose_name="ký hiệu")),
                ("region", models.CharField(blank=True, max_length=80, verbose_name="vùng")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="từ ngày")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến ngày")),
                ("basis", models.TextField(blank=True, verbose_name="căn cứ")),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                ("is_programme_office", models.BooleanField(default=False, verbose_name="cơ quan điều phối Đề án")),
                ("is_focal", models.BooleanField(default=False, verbose_name="đơn vị đầu mối")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="organisations.organisationunit",
                    ),
                ),
                (
                    "begun_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="begun",
                        to="organisations.reorganisation",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ended",
                        to="organisations.reorganisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "đơn vị",
                "verbose_name_plural": "đơn vị",
                "ordering": ["id"],
                "permissions": [("reorganise_organisationunit", "Can record a reorganisation of units")],
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_on", models.DateField(verbose_name="có hiệu lực từ")),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("unchanged", "Giữ nguyên"),
                            ("merged", "Hợp nhất"),
                            ("renamed", "Đổi tên"),
                            ("split", "Chia tách"),
                            ("reorganised", "Tổ chức lại"),
                            ("functions", "Chuyển một phần nhiệm vụ"),
                        ],
                        max_length=20,
                        verbose_name="hình thức",
                    ),
                ),
                (
                    "share",
                    models.DecimalField(decimal_places=6, default=1, max_digits=7, verbose_name="phần chuyển sang"),
                ),
                ("takes_members", models.BooleanField(default=False, verbose_name="tiếp nhận nhân sự")),
                ("legal_basis", models.TextField(blank=True, verbose_name="căn cứ")),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="organisations.organisationunit",
                    ),
                ),
                (
                    "recorded_with",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="organisations.reorganisation",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="origins",
                        to="organisations.organisationunit",
                    ),
                ),
            ],
            options={
                "verbose_name": "quan hệ kế thừa",
                "ordering": ["effective_on", "predecessor", "successor"],
            },
        ),
        migrations.CreateModel(
            name="UnitName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="tên đầy đủ")),
                ("short_name", models.CharField(max_length=120, verbose_name="tên ngắn")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="tên tiếng Anh")),
                ("kind_label", models.CharField(blank=True, max_length=40, verbose_name="loại")),
                (
                    "valid_from",
                    models.DateField(blank=True, help_text="Trống: từ trước Đề án.", null=True, verbose_name="từ ngày"),
                ),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến ngày")),
                ("decision", models.TextField(blank=True, verbose_name="căn cứ")),
                (
                    "name_fold",
                    models.GeneratedField(
                        db_persist=True, expression=apps.core.models.VnFold("name"), output_field=models.TextField()
                    ),
                ),
                (
                    "short_name_sort",
                    models.GeneratedField(
                        db_persist=True,
                        expression=apps.core.models.VnSort("short_name"),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "recorded_with",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="names",
                        to="organisations.reorganisation",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="organisations.organisationunit",
                    ),
                ),
            ],
            options={
                "verbose_name": "tên đơn vị",
                "ordering": ["unit", "valid_from"],
            },
        ),
        migrations.AddConstraint(
            model_name="reorganisation",
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
                name="act_withdrawn_with_who_when_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationunit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_focal", True), ("valid_to__isnull", True)),
                fields=("parent",),
                name="one_focal_unit_per_parent",
                violation_error_message="Đơn vị cấp trên đã có đơn vị đầu mối khác.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_focal", False), ("parent__isnull", False), _connector="OR"),
                name="focal_unit_has_a_parent",
                violation_error_message="Đơn vị đầu mối phải trực thuộc một đơn vị.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationunit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True),
                    ("valid_from__isnull", True),
                    ("valid_to__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="unit_ends_after_it_starts",
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(fields=("predecessor", "successor"), name="one_succession_per_pair"),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gte", 0), ("share__lte", 1)), name="share_between_0_and_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("predecessor", models.F("successor")), _negated=True),
                name="no_succession_to_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(
                condition=models.Q(("takes_members", True)),
                fields=("predecessor",),
                name="one_successor_takes_the_members",
                violation_error_message="Nhân sự của một đơn vị chỉ chuyển về một đơn vị kế thừa.",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("takes_members", False), ("share__gt", 0), _connector="OR"),
                name="members_go_where_the_past_goes",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitname",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("unit", "="),
                    (
                        apps.organisations.models.DateSpan(
                            "valid_from",
                            "valid_to",
                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                inclusive_lower=True, inclusive_upper=True
                            ),
                        ),
                        "&&",
                    ),
                ],
                name="one_name_at_a_time",
                violation_error_message="Đơn vị đã có tên khác trong thời gian này.",
            ),
        ),
        migrations.RunSQL(SUCCESSORS, "DROP FUNCTION unit_successors(date);"),
        migrations.RunSQL(HEIRS, "DROP FUNCTION unit_heirs(date);"),
    ]
