"""Who works where, in which role and for how long; how they are asked in, looked over and helped."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User, UserManager
from apps.accounts.naming import require_domain, require_name
from apps.accounts.scope import UnitScope
from apps.core.models import CheckedTextModel, TimeStampedModel, VnFold, VnSort
from apps.core.moves import NEW, SAME, Move
from apps.organisations.models import SPAN, InForce, OrganisationUnit
from apps.people.roles import APPROVER_ROLE, PROGRAMME_ADMINISTRATOR, UNIT_ROLES

CHANGE_PERSON = "people.change_person"
WITHDRAWN, DECIDED = ("withdrawn_by", "withdrawn_at"), ("decided_by", "decided_at")


class OfUnits(models.QuerySet):
    """Rows that belong to a unit. The programme office's own are changed centrally, whatever ministry it is under."""

    def within(self, scope: UnitScope) -> Self:
        return self if scope.everything else self.filter(unit__in=scope.ids)

    def governed_within(self, scope: UnitScope) -> Self:
        return self if scope.everything else self.filter(unit__in=scope.ids, unit__is_programme_office=False)


class MembershipQuerySet(InForce["Membership"], OfUnits["Membership"]):
    def visible_to(self, user: User) -> Self:
        return self.within(user.units_with("people.view_membership"))

    def editable_by(self, user: User) -> Self:
        """One's own roles are somebody else's to give and to end."""
        return self.governed_within(user.units_with("people.change_membership")).exclude(user=user.pk)

    def deputisable_by(self, user: User) -> Self:
        """Approvers' roles of today, held by themselves: one's own, and those of the units one looks after."""
        held = self.valid_on(timezone.localdate()).filter(role__name=APPROVER_ROLE, acting_for__isnull=True)
        return held.governed_within(user.units_with("people.change_membership")) | held.filter(user=user.pk)

    def deputies_ended_by(self, user: User) -> Self:
        """Who acts for another, and may be told to stop by that other too."""
        acting = self.filter(acting_for__isnull=False)
        return acting.editable_by(user) | acting.filter(acting_for__user=user.pk)

    def acted_by(self, user: User) -> Self:
        return self.filter(acting_for__isnull=False, user=user.pk)

    def of_programme_administrators(self, day: date | None = None) -> Self:
        held = self.valid_on(day or timezone.localdate())
        return held.filter(role__name=PROGRAMME_ADMINISTRATOR, unit__is_programme_office=True)


class Membership(TimeStampedModel):
    """A person's role in a unit for a time. The only way to a right."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="memberships")
    role = models.ForeignKey(Group, models.PROTECT, related_name="memberships")
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày"), null=True, blank=True)
    # Somebody ended the role (the audit says who): its last day is no oversight, nobody is asked to lengthen it.
    end_decided_at = models.DateTimeField(_("cho kết thúc lúc"), null=True, blank=True)
    # «Người được ủy quyền»: holds the role of that membership while its owner is away.
    acting_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name=_("thay cho")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("vai trò được giao")
        ordering = ["user", "valid_from"]
        permissions = [("deputise_membership", "Can name somebody who acts for an approver")]
        constraints = [
            ExclusionConstraint(
                name="one_membership_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (SPAN, RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Người này đã giữ vai trò đó ở đơn vị trong thời gian này."),
            ),
            models.CheckConstraint(
                condition=Q(acting_for__isnull=True) | Q(valid_to__isnull=False),
                name="acting_for_a_time_only",
                violation_error_message=_("Ủy quyền phải có ngày kết thúc."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="membership_ends_after_it_starts",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.role} – {self.unit_id}"


class Named(models.QuerySet):
    def search(self, text: str) -> Self:
        """By name or address, without accents."""
        folded = VnFold(Value(text))
        names = self.alias(name_fold=VnFold("full_name"), email_fold=VnFold("email"))
        return names.filter(Q(name_fold__contains=folded) | Q(email_fold__contains=folded))


def _last_day(held: MembershipQuerySet) -> Subquery:
    return Subquery(held.order_by("-valid_to").values("valid_to")[:1])


class PersonQuerySet(Named["Person"]):
    def visible_to(self, user: User) -> Self:
        """Oneself, and whoever works or worked in the units whose people one looks after."""
        scope = user.units_with("people.view_person")
        if scope.everything:
            return self
        known = Membership.objects.filter(user=OuterRef("pk"), unit__in=scope.ids)
        return self.filter(Exists(known) | Q(pk=user.pk))

    def editable_by(self, user: User) -> Self:
        """Who works in those units only: a person of another unit too, or of the centre, is not this one's to edit.

        Of those who work nowhere, now or later, whoever worked last in those units.
        """
        scope = user.units_with("people.change_person")
        people = self.exclude(pk=user.pk)
        if user.is_superuser:
            return people
        people = people.filter(is_superuser=False)
        held = Membership.objects.filter(user=OuterRef("pk"))
        lasting = held.valid_on(timezone.localdate()) | held.filter(valid_from__gt=timezone.localdate())
        if scope.everything:
            administers = Membership.objects.of_programme_administrators().filter(user=user.pk).exists()
            return people if administers else people.none()
        here = Q(unit__in=scope.ids) & Q(role__name__in=UNIT_ROLES) & ~Q(unit__is_programme_office=True)
        people = people.exclude(Exists(lasting.filter(~here)))
        people = people.alias(left_here=_last_day(held.filter(here)), left_others=_last_day(held.filter(~here)))
        left_here_last = Q(left_here__isnull=False) & (Q(left_others=None) | Q(left_others__lt=F("left_here")))
        return people.filter(Exists(lasting.filter(here)) | left_here_last)

    def by_name(self) -> Self:
        return self.annotate(name_sort=VnSort("full_name")).order_by("name_sort", "pk")


class Person(User):
    """A user as the administrators of units see them. No table of its own."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Đang hoạt động")
        CLOSED = "closed", _("Đã đóng")

    MOVES = (
        Move("create", NEW, State.ACTIVE, audit="account.created", when="date_joined"),  # by the link of an invitation
        Move("deactivate", (State.ACTIVE,), State.CLOSED, CHANGE_PERSON, "account.closed", when="closed_at"),
        Move("close_dormant", (State.ACTIVE,), State.CLOSED, audit="account.closed", when="closed_at", machine="clock"),
        Move("end_sessions", (State.ACTIVE,), SAME, CHANGE_PERSON, "account.sessions_ended"),
        Move("reopen", (State.CLOSED,), State.ACTIVE, CHANGE_PERSON, "account.reopened", when="reopened_at"),
    )

    held_today: list[Membership]  # on rows of the list of people

    objects = PersonQuerySet.as_manager()  # type: ignore[assignment]  # accounts are made by the other manager
    accounts = UserManager()

    class Meta:
        proxy = True
        verbose_name = _("người dùng")
        ordering = ["full_name", "id"]

    def get_absolute_url(self) -> str:
        return reverse("people:person_detail", args=[self.pk])

    @property
    def state(self) -> str:
        return self.State.ACTIVE if self.is_active else self.State.CLOSED

    def why_not(self, verb: str) -> str:
        if self.is_active:
            return _now("Tài khoản đang hoạt động.")
        return _now("Tài khoản đã đóng, không còn phiên nào.") if verb == "end_sessions" else _now("Tài khoản đã đóng.")


class InvitationQuerySet(OfUnits["Invitation"], Named["Invitation"]):
    def visible_to(self, user: User) -> Self:
        return self.within(user.units_with("people.view_invitation"))

    def editable_by(self, user: User) -> Self:
        return self.governed_within(user.units_with("people.change_invitation"))

    def waiting(self) -> Self:
        """Neither used nor withdrawn, even if too old."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def open(self, at: datetime | None = None) -> Self:
        """Neither used, nor withdrawn, nor too old."""
        return self.waiting().filter(expires_at__gt=at or timezone.now())


class Invitation(TimeStampedModel):
    """A role offered by e-mail: taken up once, within 24 hours. The link is made of `nonce` when the mail goes."""

    class State(models.TextChoices):
        OPEN = "open", _("Đang chờ")
        EXPIRED = "expired", _("Quá hạn")
        ACCEPTED = "accepted", _("Đã nhận")
        WITHDRAWN = "withdrawn", _("Đã rút")

    WAITING = (State.OPEN, State.EXPIRED)
    # Whoever has the link of the mail accepts. To send again is to withdraw, and to invite anew.
    MOVES = (
        Move("invite", NEW, State.OPEN, "people.add_invitation", "invitation.sent", "invited_by", "invited_at"),
        Move("accept", (State.OPEN,), State.ACCEPTED, "", "invitation.accepted", "accepted_by", "accepted_at"),
        Move("expire", (State.OPEN,), State.EXPIRED, machine="clock"),
        Move("withdraw", WAITING, State.WITHDRAWN, "people.change_invitation", "invitation.withdrawn", *WITHDRAWN),
        Move("resend", WAITING, State.WITHDRAWN, "people.change_invitation", "invitation.withdrawn", *WITHDRAWN),
    )

    email = models.EmailField(_("thư điện tử công vụ"), validators=[require_domain])
    full_name = models.CharField(_("họ và tên"), max_length=150, blank=True, validators=[require_name])
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="invitations", verbose_name=_("đơn vị"))
    role = models.ForeignKey(Group, models.PROTECT, related_name="invitations", verbose_name=_("vai trò"))
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày"), null=True, blank=True)
    nonce = models.CharField(max_length=43, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("mời lúc"), auto_now_add=True)
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(_("nhận lời lúc"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("rút lúc"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("lời mời")
        ordering = ["-invited_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "unit", "role"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation",
                violation_error_message=_("Đã có lời mời đang chờ cho người này với vai trò đó."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True, accepted_at__isnull=True)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="accepted_with_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)
                | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                name="invitation_withdrawn_with_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_accepted_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} – {self.role} – {self.unit_id}"

    def get_absolute_url(self) -> str:
        return reverse("people:invitation_list")

    @property
    def state(self) -> str:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.OPEN if self.expires_at > timezone.now() else self.State.EXPIRED

    def why_not(self, verb: str) -> str:
        if self.accepted_at:
            return _now("Lời mời đã được nhận. Kết thúc vai trò của người đó nếu cần.")
        return _now("Lời mời đã được rút.") if self.withdrawn_at else ""


class MembershipReview(CheckedTextModel):
    """Twice a year whoever looks after a unit's people says of every role that it is still needed, or ends it."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="reviews")
    half_year = models.CharField(_("nửa năm"), max_length=6, help_text=_("2026-2: nửa cuối năm 2026"))
    is_kept = models.BooleanField(_("giữ vai trò"))
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(_("rà soát lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("rà soát vai trò")
        ordering = ["half_year", "membership"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "half_year"],
                name="one_review_per_half_year",
                violation_error_message=_("Vai trò này đã được rà soát trong nửa năm nay."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.half_year}"


class SecondFactorResetQuerySet(models.QuerySet["SecondFactorReset"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user__in=Person.objects.visible_to(user).exclude(pk=user.pk).values("pk"))

    def decidable_by(self, user: User) -> Self:
        """A second person's: neither who asked nor whom it helps, and only for people one may edit."""
        return self.filter(user__in=Person.objects.editable_by(user).values("pk")).exclude(requested_by=user.pk)

    def open(self) -> Self:
        return self.filter(decided_at__isnull=True)


class SecondFactorReset(CheckedTextModel):
    """A lost second factor is taken away on the word of two people: one asks, another approves."""

    class State(models.TextChoices):
        OPEN = "open", _("Chờ quyết định")
        APPROVED = "approved", _("Đã chấp thuận")
        REFUSED = "refused", _("Đã từ chối")

    MOVES = (
        Move("request", NEW, State.OPEN, CHANGE_PERSON, "factor_reset.requested", "requested_by", "requested_at"),
        Move("approve", (State.OPEN,), State.APPROVED, CHANGE_PERSON, "factor_reset.approved", *DECIDED,
             not_by="requested_by"),
        Move("refuse", (State.OPEN,), State.REFUSED, CHANGE_PERSON, "factor_reset.refused", *DECIDED,
             not_by="requested_by"),
    )  # fmt: skip

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reason = models.TextField(_("lý do"))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("đề nghị lúc"), auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    is_approved = models.BooleanField(_("chấp thuận"), null=True)

    objects = SecondFactorResetQuerySet.as_manager()

    class Meta:
        verbose_name = _("đề nghị cấp lại mã xác thực")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(decided_at__isnull=True),
                name="one_open_factor_reset",
                violation_error_message=_("Đã có đề nghị đang chờ người thứ hai."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, is_approved__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False, is_approved__isnull=False),
                name="decided_with_who_when_and_what",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="factor_reset_by_two_people",
                violation_error_message=_("Người chấp thuận phải khác người đề nghị."),
            ),
            models.CheckConstraint(condition=~Q(user=F("requested_by")), name="factor_reset_not_for_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"

    @property
    def state(self) -> str:
        if self.is_approved is None:
            return self.State.OPEN
        return self.State.APPROVED if self.is_approved else self.State.REFUSED

    def why_not(self, verb: str) -> str:
        return _now("Đề nghị đã được quyết định.")
