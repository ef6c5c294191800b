"""Giao chỉ tiêu: the nation's target divided among units by an act. Its lines are the draft; approved, each of them
issues a `Target` of its unit, which is what figures are judged by.
"""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.allocations import guards
from apps.core.models import CheckedTextModel, TimeStampedModel
from apps.core.moves import NEW, SAME, Move
from apps.core.who_when import moment, person, together
from apps.documents.models import LegalDocument
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with
from apps.targets.divisions import DIVISIONS, Division
from apps.targets.models import Indicator, Target

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

VIEW, EDIT = "allocations.view_allocation", "allocations.change_allocation"
APPROVE, COMMENT = "allocations.approve_allocation", "allocations.add_allocationcomment"
FIRST_YEAR, LAST_YEAR = 2019, 2030
NOTED = ("drafted", "circulated", "proposed", "returned", "approved")  # what is noted with who did it and when


def _decimal(verbose: "str | _StrPromise") -> models.DecimalField:
    return models.DecimalField(verbose, max_digits=20, decimal_places=4, null=True, blank=True)


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def visible_to(self, user: User) -> Self:
        """What is asked of whom is no secret among those who read figures, a draft neither."""
        return self if user.has_perm(VIEW) else self.none()

    def editable_by(self, user: User) -> Self:
        return self.visible_to(user)

    def open(self) -> Self:
        return self.filter(state__in=Allocation.OPEN)

    def waiting_for(self, user: User) -> Self:
        """What this person decides; nobody approves what they proposed."""
        if not user.has_perm(APPROVE):
            return self.none()
        return self.filter(state=Allocation.State.PROPOSED).exclude(proposed_by=user.pk)


class Allocation(TimeStampedModel):
    """One version of who adds how much to one target from `first_year` to `last_year`."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Dự thảo")
        OUT_FOR_COMMENT = "out_for_comment", _("Đang lấy ý kiến")
        PROPOSED = "proposed", _("Chờ phê duyệt")
        APPROVED = "approved", _("Đã phê duyệt")
        SUPERSEDED = "superseded", _("Đã được thay")

    OPEN = (State.DRAFT, State.OUT_FOR_COMMENT, State.PROPOSED)
    MOVES = (
        Move("draft", NEW, State.DRAFT, EDIT, "allocation.drafted", "drafted_by", "drafted_at"),
        Move("fill", (State.DRAFT,), SAME, EDIT, "allocation.filled"),
        Move("circulate", (State.DRAFT, State.OUT_FOR_COMMENT), State.OUT_FOR_COMMENT, EDIT,
             "allocation.circulated", "circulated_by", "circulated_at"),
        Move("propose", (State.DRAFT, State.OUT_FOR_COMMENT), State.PROPOSED, EDIT, "allocation.proposed",
             "proposed_by", "proposed_at"),
        Move("return_for_revision", (State.PROPOSED,), State.DRAFT, APPROVE, "allocation.returned",
             "returned_by", "returned_at", not_by="proposed_by", needs=("reason",)),
        Move("approve", (State.PROPOSED,), State.APPROVED, APPROVE, "allocation.approved", "approved_by",
             "approved_at", not_by="proposed_by", needs=("decision",)),
        Move("supersede", (State.DRAFT, State.OUT_FOR_COMMENT, State.APPROVED), State.SUPERSEDED, "",
             "allocation.superseded", when="superseded_at", machine="service"),
    )  # fmt: skip

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="allocations", verbose_name=_("mục tiêu"))
    version = models.PositiveSmallIntegerField(_("phiên bản"))
    first_year = models.PositiveSmallIntegerField(_("từ năm"))
    last_year = models.PositiveSmallIntegerField(_("đến năm"))
    units_on = models.DateField(_("đơn vị có hiệu lực ngày"))
    state = models.CharField(_("trạng thái"), max_length=16, choices=State.choices, default=State.DRAFT)
    comments_until = models.DateField(_("hạn góp ý"), null=True, blank=True)
    document = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("quyết định giao")
    )
    # As they stood when it was proposed: what is needed is what is missing between them.
    base = _decimal(_("kết quả toàn quốc khi trình"))
    base_year = models.PositiveSmallIntegerField(_("của năm"), null=True, blank=True)
    goal = _decimal(_("mục tiêu toàn quốc khi trình"))
    drafted_by = person(_("người lập"))
    drafted_at = moment(_("lập lúc"))
    circulated_by = person(_("người gửi lấy ý kiến"))
    circulated_at = moment(_("gửi lấy ý kiến lúc"))
    proposed_by = person(_("người trình"))
    proposed_at = moment(_("trình lúc"))
    returned_by = person(_("người trả lại"))
    returned_at = moment(_("trả lại lúc"))
    returned_reason = models.CharField(_("lý do trả lại"), max_length=500, blank=True)
    approved_by = person(_("người phê duyệt"))
    approved_at = moment(_("phê duyệt lúc"))
    superseded_at = moment(_("được thay lúc"))

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("giao chỉ tiêu")
        verbose_name_plural = _("giao chỉ tiêu")
        ordering = ["indicator", "version"]
        default_permissions = ("view", "change")
        permissions = [("approve_allocation", _("Phê duyệt giao chỉ tiêu"))]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "version"], name="one_allocation_per_version"),
            models.UniqueConstraint(
                fields=["indicator"],
                condition=Q(state__in=["draft", "out_for_comment", "proposed"]),
                name="one_open_allocation_per_indicator",
                violation_error_message=_("Mục tiêu này đã có một dự thảo đang mở."),
            ),
            models.CheckConstraint(
                condition=Q(first_year__gte=FIRST_YEAR, last_year__lte=LAST_YEAR, last_year__gte=F("first_year")),
                name="allocation_of_some_years",
                violation_error_message=_("Giai đoạn từ năm 2019 đến năm 2030, năm đầu không sau năm cuối."),
            ),
            models.CheckConstraint(
                condition=~Q(state="out_for_comment")
                | Q(circulated_by__isnull=False, comments_until__isnull=False),
                name="out_for_comment_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "out_for_comment", "superseded"])
                | Q(proposed_by__isnull=False, goal__isnull=False, base__isnull=False, base_year__isnull=False),
                name="proposed_with_its_ground",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by__isnull=False, document__isnull=False),
                name="approved_by_an_act",
                violation_error_message=_("Phê duyệt phải có quyết định."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="approved_by_another_person",
                violation_error_message=_("Người phê duyệt phải khác người trình."),
            ),
            *(together("allocation", f"{who}_by", f"{who}_at") for who in NOTED),
        ]  # fmt: skip
        triggers = guards.ALLOCATIONS

    def __str__(self) -> str:
        return _("Giao chỉ tiêu %(code)s giai đoạn %(first)s–%(last)s, phiên bản %(version)s") % {
            "code": self.indicator.code, "first": self.first_year, "last": self.last_year, "version": self.version,
        }  # fmt: skip

    def get_absolute_url(self) -> str:
        return reverse("allocations:allocation_detail", args=[self.indicator.code.lower(), self.version])

    @property
    def division(self) -> Division:
        return DIVISIONS[self.indicator.code]

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_out(self) -> bool:
        return self.state == self.State.OUT_FOR_COMMENT

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_frozen(self) -> bool:
        """Whether what its lines add to was noted: nothing of it follows later figures any more."""
        return self.base is not None and self.state not in (self.State.DRAFT, self.State.OUT_FOR_COMMENT)

    @property
    def takes_comments(self) -> bool:
        return self.is_out and self.comments_until is not None and timezone.localdate() <= self.comments_until


class PortionQuerySet(models.QuerySet["Portion"]):
    def visible_to(self, user: User) -> Self:
        return self if user.has_perm(VIEW) else self.none()

    def commented_by(self, user: User) -> Self:
        """Those on which the person speaks for the unit."""
        scope = units_with(user, COMMENT)
        return self if scope.everything else self.filter(unit__in=scope.ids)

    def waiting_for(self, user: User, on: date) -> Self:
        out = Q(allocation__state=Allocation.State.OUT_FOR_COMMENT, allocation__comments_until__gte=on)
        return self.commented_by(user).filter(out, comment__isnull=True)


class Portion(models.Model):
    """The part of one unit. `base` is its figure to which the lines add, noted when the allocation is proposed."""

    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="portions")
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="portions", verbose_name=_("đơn vị"))
    is_beside = models.BooleanField(_("nằm trong số của địa phương, không cộng"), default=False)
    base = _decimal(_("kết quả của đơn vị khi trình"))

    objects = PortionQuerySet.as_manager()

    class Meta:
        verbose_name = _("phần giao của đơn vị")
        verbose_name_plural = _("phần giao của các đơn vị")
        ordering = ["allocation", "unit"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["allocation", "unit"], name="one_portion_per_unit")]
        triggers = guards.PORTIONS

    def __str__(self) -> str:
        return f"{self.allocation_id} {self.unit_id}"

    def get_absolute_url(self) -> str:
        return f"{self.allocation.get_absolute_url()}#u-{self.unit_id}"


class AllocationLine(models.Model):
    """What a unit is to add in one year. Null is not given yet, 0 is given as nought."""

    portion = models.ForeignKey(Portion, models.PROTECT, related_name="lines")
    year = models.PositiveSmallIntegerField(_("năm"))
    amount = _decimal(_("giao tăng thêm"))
    target = models.OneToOneField(Target, models.PROTECT, null=True, blank=True, related_name="line")

    class Meta:
        verbose_name = _("chỉ tiêu giao theo năm")
        verbose_name_plural = _("chỉ tiêu giao theo năm")
        ordering = ["portion", "year"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["portion", "year"], name="one_line_per_year"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="nothing_is_taken_away",
                violation_error_message=_("Số giao tăng thêm không âm."),
            ),
        ]
        triggers = guards.LINES

    def __str__(self) -> str:
        return f"{self.portion_id} {self.year}"


class AllocationComment(CheckedTextModel):
    """What a unit says of its part: it agrees, or wishes another number over the span. One per unit and version."""

    portion = models.OneToOneField(Portion, models.PROTECT, related_name="comment")
    wish = models.DecimalField(_("số đề nghị"), max_digits=20, decimal_places=4, null=True, blank=True)
    text = models.CharField(_("ý kiến"), max_length=1000, blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người góp ý")
    )
    said_at = models.DateTimeField(_("góp ý lúc"))

    class Meta:
        verbose_name = _("góp ý chỉ tiêu")
        verbose_name_plural = _("góp ý chỉ tiêu")
        ordering = ["portion"]
        default_permissions = ("add",)
        constraints = [
            models.CheckConstraint(
                condition=Q(wish__isnull=True) | Q(wish__gte=0) & ~Q(text=""),
                name="a_wish_with_its_reason",
                violation_error_message=_("Đề nghị số khác phải kèm lý do."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.portion_id}"

    @property
    def agrees(self) -> bool:
        return self.wish is None
