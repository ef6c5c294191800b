"""Of which due dates whom the portal has reminded: each once."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.tasks.models.parts import OfTaskQuerySet


class Reminder(models.Model):
    """`day` is the due date that it was about; of the weekly one to a unit's head the Monday of its week."""

    class Kind(models.TextChoices):
        MONTH = "month", _("Trước hạn 30 ngày")
        WEEK = "week", _("Trước hạn 7 ngày")
        DAY = "day", _("Trước hạn 1 ngày")
        OVERDUE = "overdue", _("Quá hạn 1 ngày")
        WEEKLY = "weekly", _("Còn quá hạn, báo lãnh đạo hằng tuần")

    task = models.ForeignKey("tasks.PlanTask", models.CASCADE, related_name="reminders", verbose_name=_("nhiệm vụ"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("người được nhắc")
    )
    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices)
    day = models.DateField(_("về ngày"))
    told_on = models.DateField(_("nhắc ngày"))

    objects = OfTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần nhắc hạn")
        verbose_name_plural = _("lần nhắc hạn")
        ordering = ["task", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task", "person", "kind", "day"],
                name="reminded_once",
                violation_error_message=_("Người này đã được nhắc."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.kind} {self.day:%d/%m/%Y}"
