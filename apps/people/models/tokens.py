"""Tokens by which programs call the API: whose, what for, from where, until when."""

from datetime import date, timedelta
from ipaddress import ip_address, ip_network
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.models import TimeStampedModel
from apps.core.moves import NEW, Move
from apps.organisations.models import OrganisationUnit
from apps.people.models.members import Membership
from apps.people.roles import SERVICE_ROLE

SOON = timedelta(days=14)  # before its last day a token is said to end soon
CHANGE_TOKEN = "people.change_apitoken"  # noqa: S105 - a permission


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user.pk)

    def visible_to(self, user: User) -> Self:
        """Those that open a unit whose people one looks after: they name it, or its people hold them."""
        return self._opening(user.units_with("people.view_apitoken"), Membership.objects.all())

    def editable_by(self, user: User) -> Self:
        """By whoever looks after a unit that it opens today; of the programme office's people: centrally."""
        held = Membership.objects.exclude(valid_to__lt=timezone.localdate())
        return self._opening(user.units_with(CHANGE_TOKEN), held, is_programme_office=False)

    def _opening(self, scope: UnitScope, held: models.QuerySet[Membership], **units: bool) -> Self:
        if scope.everything:
            return self
        within = {"unit__in": scope.ids, **{f"unit__{name}": value for name, value in units.items()}}
        of_its_people = Exists(held.filter(user=OuterRef("owner"), **within))
        return self.filter(Q(**within) | Q(unit__isnull=True) & of_its_people)

    def ending_soon(self, today: date) -> Self:
        return self.usable_on(today).filter(expires_on__lte=today + SOON)

    def usable_on(self, day: date) -> Self:
        return self.filter(revoked_at__isnull=True, expires_on__gte=day)


class ApiToken(TimeStampedModel):
    """The key itself is shown once and kept nowhere: `digest` is what apps/people/token_keys.py makes of it.

    What it opens is its owner's right of that moment, held to the unit and to the scopes (apps/people/scopes.py).
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("Còn hạn")
        EXPIRED = "expired", _("Hết hạn")
        REVOKED = "revoked", _("Đã thu hồi")

    # Owners revoke their own without a right of their own; nobody has to press anything for a token to grow old.
    MOVES = (
        Move("issue", NEW, State.ACTIVE, "people.add_apitoken", "token.issued", "issued_by", "created_at"),
        Move("expire", (State.ACTIVE,), State.EXPIRED, machine="clock"),
        Move("revoke", (State.ACTIVE,), State.REVOKED, CHANGE_TOKEN, "token.revoked", "revoked_by", "revoked_at",
             needs=("reason",)),
    )  # fmt: skip

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_tokens", verbose_name=_("tài khoản")
    )
    label = models.CharField(_("tên mã"), max_length=100)
    unit = models.ForeignKey(
        OrganisationUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị")
    )
    scopes = ArrayField(models.CharField(max_length=80), verbose_name=_("phạm vi"))
    networks = ArrayField(models.CharField(max_length=50), default=list, blank=True, verbose_name=_("mạng được gọi"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_on = models.DateField(_("dùng đến hết ngày"))
    issued_by = models.ForeignKey(  # nobody: by whoever runs the machine
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người cấp")
    )
    last_used_at = models.DateTimeField(_("dùng gần nhất"), null=True, blank=True)
    last_used_from = models.GenericIPAddressField(_("từ địa chỉ"), null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True, editable=False)  # and written down in the audit
    revoked_by = models.ForeignKey(  # nobody: with the account, which closed itself
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người thu hồi"),
    )
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)
    revoked_reason = models.CharField(_("lý do thu hồi"), max_length=300, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("mã truy cập")
        verbose_name_plural = _("mã truy cập")
        ordering = ["expires_on", "id"]
        default_permissions = ("add", "change", "view")
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoked_reason="")
                | Q(revoked_at__isnull=False) & ~Q(revoked_reason=""),
                name="token_revoked_with_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0),
                name="token_has_a_scope",
                violation_error_message=_("Chọn ít nhất một phạm vi."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("people:apitoken_list")

    @property
    def state(self) -> str:
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.EXPIRED if self.expires_on < timezone.localdate() else self.State.ACTIVE

    def why_not(self, verb: str) -> str:
        return _now("Mã đã được thu hồi.") if self.revoked_at else _now("Mã đã hết hạn, không còn mở được gì.")

    @property
    def ends_soon(self) -> bool:
        return self.state == self.State.ACTIVE and self.expires_on <= timezone.localdate() + SOON

    def is_called_from(self, address: str) -> bool:
        """Whether it may be: without networks, from anywhere."""
        caller = ip_address(address)
        return not self.networks or any(caller in ip_network(network) for network in self.networks)

    @property
    def only_role(self) -> str:
        """What an administrator issued is for the program, whatever else the account may; empty: all of its roles."""
        return "" if self.issued_by_id in (None, self.owner_id) else SERVICE_ROLE

    # What limits and the audit call it (apps/core/throttles.py, origin.py).

    @property
    def counted_as(self) -> str:
        return f"token-{self.pk}"

    @property
    def told_as(self) -> str:
        return f"{self.label} [{self.pk}]"
