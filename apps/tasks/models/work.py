"""What is done on a task: milestones of its kind, and progress as its unit tells it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import CheckedTextModel
from apps.documents.models import LegalDocument
from apps.tasks.models.parts import OfTaskQuerySet


class MilestoneKind(models.Model):
    """The milestones that tasks of a kind have: data, as the field's rules change."""

    kind = models.CharField(_("loại nhiệm vụ"), max_length=20)
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    name = models.CharField(_("tên mốc"), max_length=200)

    class Meta:
        verbose_name = _("mốc theo loại nhiệm vụ")
        verbose_name_plural = _("mốc theo loại nhiệm vụ")
        ordering = ["kind", "position"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "position"], name="one_milestone_per_kind_and_position")]

    def __str__(self) -> str:
        return self.name


class Milestone(CheckedTextModel):
    """One milestone of one task: when it is due, when it was done, by which document."""

    task = models.ForeignKey("tasks.PlanTask", models.CASCADE, related_name="milestones", verbose_name=_("nhiệm vụ"))
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    name = models.CharField(_("tên mốc"), max_length=200)
    due_on = models.DateField(_("hạn"), null=True, blank=True)
    done_on = models.DateField(_("ngày hoàn thành"), null=True, blank=True)
    document = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )

    objects = OfTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("mốc thực hiện")
        verbose_name_plural = _("mốc thực hiện")
        ordering = ["task", "position", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task", "name"],
                name="one_milestone_per_task_and_name",
                violation_error_message=_("Mốc này đã có."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def mark(self) -> str:
        """How it stands, for a form that must not overwrite what somebody else has written since."""
        return f"{self.due_on}/{self.done_on}/{self.document_id}"


class TaskProgress(CheckedTextModel):
    """How far the work was on a day, as its unit told it. Told once; the latest is where the task stands."""

    class Risk(models.TextChoices):
        NONE = "none", _("Không có vướng mắc")
        SOME = "some", _("Có vướng mắc, tự giải quyết")
        HIGH = "high", _("Vướng mắc cần cấp trên giải quyết")

    task = models.ForeignKey("tasks.PlanTask", models.CASCADE, related_name="progress", verbose_name=_("nhiệm vụ"))
    percent = models.PositiveSmallIntegerField(_("tỷ lệ hoàn thành (%)"))
    told_on = models.DateField(_("tính đến ngày"))
    text = models.CharField(_("kết quả, khó khăn"), max_length=2000, blank=True)
    risk = models.CharField(_("vướng mắc"), max_length=10, choices=Risk.choices, default=Risk.NONE)
    told_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)

    objects = OfTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("cập nhật tiến độ")
        verbose_name_plural = _("cập nhật tiến độ")
        ordering = ["task", "-told_on", "-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__lte=100),
                name="progress_up_to_a_hundred",
                violation_error_message=_("Tỷ lệ hoàn thành từ 0 đến 100."),
            )
        ]
        indexes = [models.Index("task", F("told_on").desc(), F("id").desc(), name="progress_latest")]

    def __str__(self) -> str:
        return f"{self.percent}%"
