"""One call for reports: of which days, by when, by which form, and of whom."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import CheckedTextModel, TimeStampedModel
from apps.core.moves import NEW, Move
from apps.documents.models import LegalDocument
from apps.reports.models.forms import FormVersion
from apps.targets.models import Period

KEEP = "reports.change_reportinground"


class ReportingRoundQuerySet(models.QuerySet["ReportingRound"]):
    def visible_to(self, user: User) -> Self:
        """One in preparation is known to those who prepare it."""
        if user.has_perm(KEEP):
            return self
        return self.exclude(state="draft") if user.has_perm("reports.view_reportinground") else self.none()

    def editable_by(self, user: User) -> Self:
        return self if user.has_perm(KEEP) else self.none()

    def open(self) -> Self:
        return self.filter(state="open")


class ReportingRound(TimeStampedModel):
    class Kind(models.TextChoices):
        ANNUAL = "annual", _("Hằng năm")
        HALF_YEAR = "half_year", _("6 tháng")
        QUARTER = "quarter", _("Quý")
        THREE_YEARS = "three_years", _("3 năm")
        FIVE_YEARS = "five_years", _("5 năm")
        FINAL = "final", _("Tổng kết")
        AD_HOC = "ad_hoc", _("Đột xuất")

    class State(models.TextChoices):
        DRAFT = "draft", _("Đang chuẩn bị")
        OPEN = "open", _("Đang mở")
        LOCKED = "locked", _("Đã khóa sổ")

    MOVES = (
        Move("create", NEW, State.DRAFT, KEEP, "round.created", "created_by", "created_at"),
        Move("open", (State.DRAFT,), State.OPEN, KEEP, "round.opened", "opened_by", "opened_at"),
        Move("lock", (State.OPEN,), State.LOCKED, KEEP, "round.locked", "locked_by", "locked_at"),
    )

    code = models.CharField(_("mã kỳ"), max_length=30, unique=True)
    title = models.CharField(_("tên kỳ"), max_length=200)
    kind = models.CharField(_("loại kỳ"), max_length=12, choices=Kind.choices)
    year = models.PositiveSmallIntegerField(_("năm"))
    # Whose figures its accepted numbers are: of annual rounds only, as windows of others overlap.
    period = models.ForeignKey(
        Period, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kỳ số liệu")
    )
    starts_on = models.DateField(_("số liệu từ ngày"))
    ends_on = models.DateField(_("số liệu đến ngày"))
    opens_on = models.DateField(_("ngày mở"))
    due_on = models.DateField(_("hạn nộp"))
    locks_on = models.DateField(_("ngày khóa sổ"), null=True, blank=True)
    letter = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("công văn đề nghị")
    )
    state = models.CharField(_("trạng thái"), max_length=8, choices=State.choices, default=State.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người lập")
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người mở")
    )
    opened_at = models.DateTimeField(_("mở lúc"), null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người khóa")
    )
    locked_at = models.DateTimeField(_("khóa lúc"), null=True, blank=True)

    objects = ReportingRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("kỳ báo cáo")
        verbose_name_plural = _("kỳ báo cáo")
        ordering = ["-year", "-starts_on", "code"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(period__isnull=False),
                name="one_round_per_period",
                violation_error_message=_("Kỳ số liệu này đã có kỳ báo cáo."),
            ),
            models.CheckConstraint(
                condition=Q(period__isnull=True) | Q(kind="annual"), name="only_an_annual_round_makes_figures"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="round_ends_after_it_starts",
                violation_error_message=_("Ngày cuối của số liệu không được trước ngày đầu."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")),
                name="round_due_after_it_opens",
                violation_error_message=_("Hạn nộp không được trước ngày mở."),
            ),
            models.CheckConstraint(
                condition=Q(locks_on__isnull=True) | Q(locks_on__gt=F("due_on")),
                name="round_locks_after_it_is_due",
                violation_error_message=_("Ngày khóa sổ phải sau hạn nộp."),
            ),
            # The clock opens and locks too: then nobody is named.
            models.CheckConstraint(
                condition=Q(opened_by__isnull=True) | Q(opened_at__isnull=False), name="round_opened_by_somebody_once"
            ),
            models.CheckConstraint(
                condition=Q(locked_by__isnull=True) | Q(locked_at__isnull=False), name="round_locked_by_somebody_once"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{4}(-[a-z0-9-]+)?$"), name="round_code_in_addresses"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="round_moves_by_the_table",
                field="state",
                transitions=[("draft", "open"), ("open", "locked")],
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reports:reportinground_detail", args=[self.code])

    @property
    def called(self) -> str:
        """After «báo cáo»: by its year, or by its code where the year has several rounds."""
        words = gettext("năm %(code)s") if self.code.isdecimal() else gettext("kỳ %(code)s")
        return words % {"code": self.code}

    @property
    def title_within(self) -> str:
        """Within a sentence: «tiếp tục báo cáo năm 2026»."""
        return self.title[:1].lower() + self.title[1:]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class RoundForm(CheckedTextModel):
    """By which form each kind of unit reports in a round."""

    round = models.ForeignKey(ReportingRound, models.CASCADE, related_name="forms", verbose_name=_("kỳ báo cáo"))
    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="+", verbose_name=_("biểu mẫu"))
    audience = models.CharField(_("dùng cho"), max_length=12, choices=FormVersion.Audience.choices)

    class Meta:
        verbose_name = _("biểu mẫu của kỳ")
        ordering = ["round_id", "audience"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["round", "audience"], name="one_form_per_round_and_audience")]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.form_id}"
