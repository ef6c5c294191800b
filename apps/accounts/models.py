from typing import Any

from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.naming import require_domain, require_name
from apps.accounts.scope import UnitScope
from apps.core.models import CheckedTextModel


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(CheckedTextModel, AbstractBaseUser, PermissionsMixin):
    """A person with a work e-mail address. What they may do comes from memberships, never from `groups` here."""

    email = models.EmailField(_("thư điện tử công vụ"), unique=True, validators=[require_domain])
    full_name = models.CharField(_("họ và tên"), max_length=150, validators=[require_name])
    is_active = models.BooleanField(_("đang hoạt động"), default=True)
    date_joined = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    # Why and since when the account is closed; who closed it stands in the audit (nobody: the portal, as dormant).
    closed_at = models.DateTimeField(_("đóng lúc"), null=True, blank=True)
    closed_reason = models.CharField(_("lý do đóng"), max_length=300, blank=True)
    reopened_at = models.DateTimeField(_("mở lại lúc"), null=True, blank=True)
    # In which the person wants to read; empty: they never said.
    language = models.CharField(_("ngôn ngữ"), max_length=2, choices=settings.LANGUAGES, blank=True)
    # One notice for each time that nobody signs in for long: a later sign-in makes it one of the past.
    dormancy_noticed_at = models.DateTimeField(_("báo trước việc đóng lúc"), null=True, blank=True)
    # Counted up where sessions are ended: every session begun before that stops, one half signed in and one that no
    # list knows of included.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("tài khoản")
        verbose_name_plural = _("tài khoản")
        ordering = ["full_name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_active=True, closed_at__isnull=True, closed_reason="")
                | models.Q(is_active=False, closed_at__isnull=False) & ~models.Q(closed_reason=""),
                name="closed_with_when_and_why",
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return self.full_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is bound to: Django's own hash of the password, and the epoch."""
        bound = super()._get_session_auth_hash(secret=secret)
        return f"{bound}:{self.session_epoch}" if self.session_epoch else bound

    def units_with(self, permission: str) -> UnitScope:
        """Where the person holds the permission today; the backend that answers `has_perm` answers this too."""
        for backend in get_backends():
            if hasattr(backend, "units_with"):
                return backend.units_with(self, permission)
        return UnitScope()

    @property
    def must_show_second_factor(self) -> bool:
        """Today's roles ask for it; the backend that knows the roles answers."""
        return any(
            backend.needs_second_factor(self) for backend in get_backends() if hasattr(backend, "needs_second_factor")
        )

    @property
    def is_administrator(self) -> bool:
        """Of the programme or of a unit, today; the backend that knows the roles answers."""
        return any(backend.administers(self) for backend in get_backends() if hasattr(backend, "administers"))

    @property
    def initials(self) -> str:
        """First letters of the first and the last word: «Lê Quang Minh» gives LM."""
        words = self.full_name.split()
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"
