"""The report of one unit in one round, and what stands in its cells."""

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.models import CheckedTextModel, TimeStampedModel
from apps.core.who_when import moment, person, together
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import predecessors_within, successor_shares
from apps.people.rights import units_with
from apps.reports import moving
from apps.reports.models.forms import FormCell, FormVersion
from apps.reports.models.rounds import ReportingRound

VIEW = "reports.view_annualreport"


class AnnualReportQuerySet(models.QuerySet["AnnualReport"]):
    def visible_to(self, user: User) -> Self:
        """Of rounds that have opened; the programme office sees those in preparation too."""
        scope = units_with(user, VIEW)
        rows = self.expected() if scope.everything else self.in_units(scope).expected()
        return rows if user.has_perm("reports.change_reportinground") else rows.exclude(round__state="draft")

    def editable_by(self, user: User) -> Self:
        """Whose side of filling and sending the person is on: of no unit, where the right is held in the office."""
        scope = units_with(user, moving.FILL)
        rows = self.expected().exclude(round__state="draft")
        return rows if user.is_superuser else rows.filter(unit__in=scope.ids)

    def signable_by(self, user: User) -> Self:
        return self.expected().exclude(round__state="draft").in_units(units_with(user, moving.SIGN))

    def reviewable_by(self, user: User) -> Self:
        scope = units_with(user, moving.REVIEW)
        return self.expected().exclude(round__state="draft") if scope.everything else self.none()

    def reopenable_by(self, user: User) -> Self:
        scope = units_with(user, moving.REOPEN)
        return self.expected().exclude(round__state="draft") if scope.everything else self.none()

    def in_units(self, scope: UnitScope) -> Self:
        return self if scope.everything else self.filter(unit__in=scope.ids)

    def expected(self) -> Self:
        """Without those of units that were taken off the round's list."""
        return self.filter(excused_at__isnull=True)

    def taking_entries(self, on: date) -> Self:
        """Those that `AnnualReport.takes_entries` says, of many."""
        still = Q(round__state=ReportingRound.State.LOCKED) & (
            Q(revision__gt=1) | Q(due_on__gte=on, due_on__gt=F("round__due_on"))
        )
        return self.expected().filter(Q(round__state=ReportingRound.State.OPEN) | still)

    def for_pages(self) -> Self:
        return self.select_related("round__period", "round__letter", "form", "unit")


class AnnualReport(TimeStampedModel):
    """`version` counts every change of state or cell; `revision` the sendings: 1 until the first was accepted or
    returned and sent again.
    """

    State = moving.State
    MOVES = moving.MOVES

    round = models.ForeignKey(ReportingRound, models.PROTECT, related_name="reports", verbose_name=_("kỳ báo cáo"))
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="+", verbose_name=_("đơn vị báo cáo"))
    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="+", verbose_name=_("biểu mẫu"))
    state = models.CharField(
        _("trạng thái"), max_length=20, choices=moving.State.choices, default=moving.State.NOT_STARTED
    )
    drafted_as = models.CharField(_("soạn ở trạng thái"), max_length=10, blank=True, editable=False)
    version = models.PositiveIntegerField(_("phiên bản"), default=0)
    revision = models.PositiveSmallIntegerField(_("lần nộp"), default=1)
    due_on = models.DateField(_("hạn nộp"))  # of the round, or as extended, or as a return sets it
    covers_predecessors = models.BooleanField(_("gồm cả phần của đơn vị trước sắp xếp"), default=False)
    added_reason = models.CharField(_("lý do đưa vào danh sách"), max_length=300, blank=True)
    excused_by = person(_("người đưa khỏi danh sách"))
    excused_at = moment(_("đưa khỏi danh sách lúc"))
    excused_reason = models.CharField(_("lý do đưa khỏi danh sách"), max_length=300, blank=True)
    started_by, started_at = person(_("người bắt đầu")), moment(_("bắt đầu lúc"))
    handed_by, handed_at = person(_("người trình")), moment(_("trình lúc"))
    signed_by, signed_at = person(_("người ghi nhận ký")), moment(_("ghi nhận ký lúc"))
    submitted_by, submitted_at = person(_("người nộp")), moment(_("nộp lúc"))
    first_submitted_on = models.DateField(_("nộp lần đầu ngày"), null=True, blank=True, editable=False)
    reviewer = person(_("người thẩm tra"))
    accepted_by, accepted_at = person(_("người chấp nhận")), moment(_("chấp nhận lúc"))
    moved_at = models.DateTimeField(_("chuyển trạng thái lúc"), default=timezone.now, editable=False)

    objects = AnnualReportQuerySet.as_manager()
    unit_id: str

    class Meta:
        verbose_name = _("báo cáo")
        verbose_name_plural = _("báo cáo")
        ordering = ["-round__year", "round__code", "unit"]
        default_permissions = ("view", "change")
        permissions = [
            ("submit_annualreport", _("Nộp báo cáo")),
            ("sign_annualreport", _("Ký báo cáo")),
            ("review_annualreport", _("Thẩm tra báo cáo")),
            ("reopen_annualreport", _("Mở lại báo cáo")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "round"],
                name="one_report_per_unit_and_round",
                violation_error_message=_("Đơn vị đã có báo cáo trong kỳ này."),
            ),
            models.CheckConstraint(
                condition=Q(excused_at__isnull=True, excused_by__isnull=True, excused_reason="")
                | (Q(excused_at__isnull=False, excused_by__isnull=False) & ~Q(excused_reason="")),
                name="report_excused_with_who_and_why",
                violation_error_message=_("Nhập lý do."),
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | Q(handed_by__isnull=True) | ~Q(signed_by=F("handed_by")),
                name="report_signed_by_another_person",
                violation_error_message=_("Người ký phải khác người trình."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | Q(signed_by__isnull=True) | ~Q(accepted_by=F("signed_by")),
                name="report_accepted_by_another_person",
                violation_error_message=_("Người chấp nhận phải khác người ký."),
            ),
            together("report", "started_by", "started_at"),
            together("report", "handed_by", "handed_at"),
            together("report", "signed_by", "signed_at"),
            together("report", "submitted_by", "submitted_at"),
            together("report", "accepted_by", "accepted_at"),
        ]
        indexes = [models.Index(fields=["state", "round"], name="report_state_round")]
        triggers = [
            pgtrigger.FSM(
                name="report_moves_by_the_table",
                field="state",
                transitions=sorted({(str(one), str(move.target)) for move in moving.MOVES for one in move.sources}),
            ),
            pgtrigger.ReadOnly(name="report_keeps_its_place", fields=["round", "unit"]),
        ]

    def __str__(self) -> str:
        return _("Báo cáo %(round)s") % {"round": self.round_id}

    def get_absolute_url(self) -> str:
        return reverse("reports:annualreport_detail", args=[self.round.code, self.unit.slug])

    @cached_property
    def places(self) -> dict[str, Decimal]:
        """The units whose rows it tells of, each with its share: its predecessors' too where it covers them."""
        if not self.covers_predecessors:
            return {self.unit_id: Decimal(1)}
        carried = successor_shares(self.round.ends_on).items()
        return {past: share for past, heirs in carried for heir, share in heirs if heir == self.unit_id}

    @cached_property
    def has_past_in_hand(self) -> bool:
        """Whether the work of its predecessors, once they are no more, is its own to tell: it covers them, or none of
        them reports in the round itself.
        """
        if self.covers_predecessors:
            return True
        past = predecessors_within(self.unit_id)
        return not AnnualReport.objects.expected().filter(round=self.round_id, unit__in=past).exists()

    @property
    def is_writable(self) -> bool:
        return self.state in moving.WRITABLE

    @property
    def was_draft(self) -> bool:
        return self.drafted_as != moving.State.RETURNED

    @property
    def was_returned(self) -> bool:
        return self.drafted_as == moving.State.RETURNED

    @property
    def takes_entries(self) -> bool:
        """Whether the unit may still work on it: once the round is locked, only what is corrected or was extended."""
        if self.round.state == ReportingRound.State.LOCKED:
            return self.revision > 1 or (self.due_on >= timezone.localdate() and self.due_on > self.round.due_on)
        return self.round.is_open

    def days_left(self, on: date | None = None) -> int:
        return (self.due_on - (on or timezone.localdate())).days


class ReportedValueQuerySet(models.QuerySet["ReportedValue"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(report__in=AnnualReport.objects.visible_to(user))


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class ReportedValue(CheckedTextModel):
    """What stands in one cell. No row, or one without a value: not yet reported; 0 is a report; so is "not applicable".

    `prefilled` is what the register, the tasks or last year gave; where the value differs from it, it was overridden.
    """

    class Origin(models.TextChoices):
        TYPED = "typed", _("Nhập")
        PREFILLED = "prefilled", _("Điền sẵn")
        IMPORTED = "imported", _("Từ tệp Excel")

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="values", verbose_name=_("báo cáo"))
    cell = models.ForeignKey(FormCell, models.PROTECT, related_name="+", verbose_name=_("ô"))
    number = models.DecimalField(_("số"), max_digits=24, decimal_places=4, null=True, blank=True)
    text = models.TextField(_("nội dung"), max_length=10_000, blank=True)
    is_not_applicable = models.BooleanField(_("không áp dụng"), default=False)
    prefilled = models.DecimalField(_("số điền sẵn"), max_digits=24, decimal_places=4, null=True, blank=True)
    explanation = models.CharField(_("giải trình"), max_length=1000, blank=True)
    origin = models.CharField(_("nguồn"), max_length=10, choices=Origin.choices, default=Origin.TYPED)
    version = models.PositiveIntegerField(_("phiên bản"), default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("người sửa")
    )
    changed_at = models.DateTimeField(_("sửa lúc"))

    objects = ReportedValueQuerySet.as_manager()

    @classmethod
    def given(cls, at: str = "") -> Q:
        """Whether something stands in the cell; `at`: the way to the values, with its underscores."""
        found = Q(**{f"{at}number__isnull": False}) | ~Q(**{f"{at}text": ""})
        return found | Q(**{f"{at}is_not_applicable": True})

    class Meta:
        verbose_name = _("số liệu của ô")
        verbose_name_plural = _("số liệu của ô")
        ordering = ["report_id", "cell_id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["report", "cell"], name="one_value_per_report_and_cell"),
            models.CheckConstraint(
                condition=Q(is_not_applicable=False) | Q(number__isnull=True, text=""),
                name="not_applicable_without_a_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.cell_id}"


class DeadlineExtension(CheckedTextModel):
    """A later day for one unit, with a reason and who gave it; it ends by itself."""

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="extensions", verbose_name=_("báo cáo"))
    due_before = models.DateField(_("hạn trước đó"))
    due_on = models.DateField(_("hạn mới"))
    reason = models.CharField(_("lý do"), max_length=500)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người gia hạn")
    )
    granted_at = models.DateTimeField(_("gia hạn lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("gia hạn nộp báo cáo")
        verbose_name_plural = _("gia hạn nộp báo cáo")
        ordering = ["report_id", "id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gt=F("due_before")),
                name="extended_to_a_later_day",
                violation_error_message=_("Hạn mới phải sau hạn hiện tại."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="extended_with_a_reason", violation_error_message=_("Nhập lý do.")
            ),
        ]
        triggers = [pgtrigger.Protect(name="extensions_stay", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.due_on:%d/%m/%Y}"
