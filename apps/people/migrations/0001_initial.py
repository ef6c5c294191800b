import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.accounts.naming
import apps.organisations.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[],
            options={
                "verbose_name": "người dùng",
                "ordering": ["full_name", "id"],
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.user",),
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("valid_from", models.DateField(verbose_name="từ ngày")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến ngày")),
                (
                    "acting_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deputies",
                        to="people.membership",
                        verbose_name="thay cho",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="auth.group"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="organisations.organisationunit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "vai trò được giao",
                "ordering": ["user", "valid_from"],
                "permissions": [("deputise_membership", "Can name somebody who acts for an approver")],
            },
        ),
        migrations.CreateModel(
            name="MembershipReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "half_year",
                    models.CharField(help_text="2026-2: nửa cuối năm 2026", max_length=6, verbose_name="nửa năm"),
                ),
                ("is_kept", models.BooleanField(verbose_name="giữ vai trò")),
                ("reviewed_at", models.DateTimeField(auto_now_add=True, verbose_name="rà soát lúc")),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="people.membership"
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "rà soát vai trò",
                "ordering": ["half_year", "membership"],
            },
        ),
        migrations.CreateModel(
            name="SecondFactorReset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(verbose_name="lý do")),
                ("requested_at", models.DateTimeField(auto_now_add=True, verbose_name="đề nghị lúc")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="quyết định lúc")),
                ("is_approved", models.BooleanField(null=True, verbose_name="chấp thuận")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "đề nghị cấp lại mã xác thực",
                "ordering": ["-requested_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                (
                    "email",
                    models.EmailField(
                        max_length=254,
                        validators=[apps.accounts.naming.require_domain],
                        verbose_name="thư điện tử công vụ",
                    ),
                ),
                (
                    "full_name",
                    models.CharField(
                        blank=True,
                        max_length=150,
                        validators=[apps.accounts.naming.require_name],
                        verbose_name="họ và tên",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="từ ngày")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến ngày")),
                ("nonce", models.CharField(max_length=43, unique=True)),
                ("invited_at", models.DateTimeField(auto_now_add=True, verbose_name="mời lúc")),
                ("expires_at", models.DateTimeField(verbose_name="hết hạn lúc")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="nhận lời lúc")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="rút lúc")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="auth.group",
                        verbose_name="vai trò",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="organisations.organisationunit",
                        verbose_name="đơn vị",
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
                "verbose_name": "lời mời",
                "ordering": ["-invited_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at__isnull", True), ("withdrawn_at__isnull", True)),
                        fields=("email", "unit", "role"),
                        name="one_open_invitation",
                        violation_error_message="Đã có lời mời đang chờ cho người này với vai trò đó.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                            models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="accepted_with_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="invitation_withdrawn_with_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"
                        ),
                        name="invitation_accepted_or_withdrawn",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("user", "="),
                    ("unit", "="),
                    ("role", "="),
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
                name="one_membership_at_a_time",
                violation_error_message="Người này đã giữ vai trò đó ở đơn vị trong thời gian này.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("acting_for__isnull", True), ("valid_to__isnull", False), _connector="OR"),
                name="acting_for_a_time_only",
                violation_error_message="Ủy quyền phải có ngày kết thúc.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="membership_ends_after_it_starts",
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membershipreview",
            constraint=models.UniqueConstraint(
                fields=("membership", "half_year"),
                name="one_review_per_half_year",
                violation_error_message="Vai trò này đã được rà soát trong nửa năm nay.",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondfactorreset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at__isnull", True)),
                fields=("user",),
                name="one_open_factor_reset",
                violation_error_message="Đã có đề nghị đang chờ người thứ hai.",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondfactorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("is_approved__isnull", True)),
                    models.Q(
                        ("decided_at__isnull", False), ("decided_by__isnull", False), ("is_approved__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="decided_with_who_when_and_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondfactorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("requested_by")), _negated=True),
                    _connector="OR",
                ),
                name="factor_reset_by_two_people",
                violation_error_message="Người chấp thuận phải khác người đề nghị.",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondfactorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(("user", models.F("requested_by")), _negated=True),
                name="factor_reset_not_for_oneself",
            ),
        ),
    ]
