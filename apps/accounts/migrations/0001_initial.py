from django.db import migrations, models

import apps.accounts.naming


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        max_length=254,
                        unique=True,
                        validators=[apps.accounts.naming.require_domain],
                        verbose_name="thư điện tử công vụ",
                    ),
                ),
                (
                    "full_name",
                    models.CharField(
                        max_length=150, validators=[apps.accounts.naming.require_name], verbose_name="họ và tên"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="đang hoạt động")),
                ("date_joined", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="đóng lúc")),
                ("closed_reason", models.CharField(blank=True, max_length=300, verbose_name="lý do đóng")),
                ("reopened_at", models.DateTimeField(blank=True, null=True, verbose_name="mở lại lúc")),
                (
                    "dormancy_noticed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="báo trước việc đóng lúc"),
                ),
                ("session_epoch", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "tài khoản",
                "verbose_name_plural": "tài khoản",
                "ordering": ["full_name", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_reason", ""), ("is_active", True)),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("is_active", False),
                                models.Q(("closed_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="closed_with_when_and_why",
                    )
                ],
            },
        ),
    ]
