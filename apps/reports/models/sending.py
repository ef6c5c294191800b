"""What leaves the unit and what comes back: signed papers, verdicts on them, and the way of a report."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.models import CheckedTextModel
from apps.core.who_when import moment, person, together
from apps.organisations.models import OrganisationUnit
from apps.reports import moving
from apps.reports.models.annualreport import AnnualReport
from apps.reports.models.forms import FormCell


class Submission(CheckedTextModel):
    """A signed paper, frozen when it was signed: its content and the hash of it. One that was never sent is dropped.

    `content`: by section, block and cell, as it was; `content["cells"][key]` is `{"code", "value", "explanation"}`
    with the value as text, "not_applicable", or None.
    """

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="submissions", verbose_name=_("báo cáo"))
    revision = models.PositiveSmallIntegerField(_("lần nộp"))
    content = models.JSONField(_("nội dung"))
    sha256 = models.CharField(_("mã SHA-256"), max_length=64)
    number = models.CharField(_("số, ký hiệu"), max_length=60)
    signed_on = models.DateField(_("ngày ký"))
    signatory = models.CharField(_("người ký"), max_length=120)
    position = models.CharField(_("chức vụ"), max_length=200)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người ghi nhận")
    )
    signed_at = models.DateTimeField(_("ghi nhận lúc"))
    sent_by, sent_at = person(_("người nộp")), moment(_("nộp lúc"))
    dropped_at = moment(_("hủy lúc"))

    class Meta:
        verbose_name = _("lần nộp báo cáo")
        verbose_name_plural = _("lần nộp báo cáo")
        ordering = ["report_id", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["report", "revision"],
                condition=Q(dropped_at__isnull=True),
                name="one_submission_per_revision",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True) | Q(sent_at__isnull=True), name="what_was_sent_is_not_dropped"
            ),
            together("submission", "sent_by", "sent_at"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="submission_is_frozen",
                fields=["report", "revision", "content", "sha256", "number", "signed_on", "signatory", "position",
                        "signed_by", "signed_at"],
            ),
            pgtrigger.Protect(name="keep_submissions", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} ({self.revision})"

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None


class Review(CheckedTextModel):
    """The verdict on one sending; a draft of a return slip until it is sent."""

    class Verdict(models.TextChoices):
        OPEN = "open", _("Đang thẩm tra")
        RETURNED = "returned", pgettext_lazy("trạng thái", "Trả lại")
        ACCEPTED = "accepted", _("Chấp nhận")

    submission = models.OneToOneField(Submission, models.CASCADE, related_name="review", verbose_name=_("lần nộp"))
    verdict = models.CharField(_("kết luận"), max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    text = models.CharField(_("nội dung chung"), max_length=2000, blank=True)
    due_on = models.DateField(_("hạn nộp lại"), null=True, blank=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người thẩm tra")
    )
    begun_at = models.DateTimeField(_("bắt đầu lúc"), auto_now_add=True)
    decided_by, decided_at = person(_("người kết luận")), moment(_("kết luận lúc"))

    class Meta:
        verbose_name = _("thẩm tra")
        verbose_name_plural = _("thẩm tra")
        ordering = ["submission_id"]
        default_permissions = ()
        constraints = [
            together("review", "decided_by", "decided_at"),
            models.CheckConstraint(
                condition=Q(verdict="open", decided_at__isnull=True)
                | (~Q(verdict="open") & Q(decided_at__isnull=False)),
                name="review_decided_with_a_verdict",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="returned") | (~Q(text="") & Q(due_on__isnull=False)),
                name="returned_with_words_and_a_day",
                violation_error_message=_("Nhập nội dung trả lại và hạn nộp lại."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="verdicts_stay", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__verdict="open")
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.verdict}"


class ReviewNote(CheckedTextModel):
    """On one cell of a sending: it is to be corrected (only such cells unlock), or a difference is accepted."""

    class Kind(models.TextChoices):
        FLAG = "flag", _("Cần sửa")
        DIFFERENCE = "difference", _("Chấp nhận chênh lệch")

    review = models.ForeignKey(Review, models.CASCADE, related_name="notes", verbose_name=_("thẩm tra"))
    cell = models.ForeignKey(FormCell, models.PROTECT, related_name="+", verbose_name=_("ô"))
    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices)
    text = models.CharField(_("nội dung"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("ý kiến về ô")
        ordering = ["review_id", "cell_id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["review", "cell"], name="one_note_per_review_and_cell"),
            models.CheckConstraint(
                condition=Q(kind="flag") | ~Q(text=""),
                name="a_difference_is_accepted_with_a_reason",
                violation_error_message=_("Nêu lý do chấp nhận chênh lệch."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cell_id}: {self.kind}"


class ReportStep(CheckedTextModel):
    """One move. Written once: read in order, the steps of a report lead to its state."""

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="steps", verbose_name=_("báo cáo"))
    verb = models.CharField(_("thao tác"), max_length=30)
    source = models.CharField(_("từ trạng thái"), max_length=20, choices=moving.State.choices, blank=True)
    target = models.CharField(_("đến trạng thái"), max_length=20, choices=moving.State.choices)
    version = models.PositiveIntegerField(_("phiên bản"))
    revision = models.PositiveSmallIntegerField(_("lần nộp"))
    at = models.DateTimeField(_("lúc"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("người thực hiện"),
    )  # fmt: skip
    acting_for = person(_("thay cho"))
    unit = models.ForeignKey(
        OrganisationUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("thay mặt đơn vị")
    )
    reason = models.CharField(_("ý kiến"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("bước xử lý báo cáo")
        verbose_name_plural = _("bước xử lý báo cáo")
        ordering = ["report_id", "at", "id"]
        default_permissions = ()
        triggers = [pgtrigger.Protect(name="report_steps_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.verb} → {self.target}"


class CellThread(models.Model):
    """What unit and reviewers say about one cell of a report: comments hang on it."""

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="threads")
    cell = models.ForeignKey(FormCell, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("trao đổi về ô")
        ordering = ["report_id", "cell_id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["report", "cell"], name="one_thread_per_report_and_cell")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.cell_id}"

    def get_absolute_url(self) -> Any:
        return reverse("reports:cell_talk", args=[self.report.round.code, self.report.unit.slug, self.cell.code])


class ReminderSent(CheckedTextModel):
    """That a unit was reminded of its report: by the clock at a step, or by a person; to whom, and by whose hand."""

    class Step(models.TextChoices):
        MONTH = "month", _("Trước hạn 30 ngày")
        WEEK = "week", _("Trước hạn 7 ngày")
        DAY = "day", _("Trước hạn 1 ngày")
        OVERDUE = "overdue", _("Quá hạn 1 ngày")
        HEAD = "head", _("Quá hạn, gửi lãnh đạo đơn vị")
        BY_HAND = "by_hand", _("Nhắc trực tiếp")

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="reminders")
    step = models.CharField(_("bước nhắc"), max_length=8, choices=Step.choices)
    on = models.DateField(_("ngày"))
    at = models.DateTimeField(_("lúc"), auto_now_add=True)
    by = person(_("người nhắc"))
    people = models.PositiveSmallIntegerField(_("số người nhận"))

    class Meta:
        verbose_name = _("lần nhắc nộp báo cáo")
        ordering = ["report_id", "at"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["report", "step", "on"], name="one_reminder_per_report_step_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.step}"
