"""Who takes part in a task and with what, what it adds to the targets, and how tasks hang together."""

from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import CheckedTextModel
from apps.organisations.models import OrganisationUnit
from apps.targets.models import Indicator


class OfTaskQuerySet(models.QuerySet):
    """Rows that hang on a task by `task` are seen with it, and written by whoever may write it."""

    def visible_to(self, user: User) -> Self:
        return self._of("visible_to", user)

    def editable_by(self, user: User) -> Self:
        return self._of("editable_by", user)

    def _of(self, scope: str, user: User) -> Self:
        tasks: Any = self.model._meta.get_field("task").related_model
        return self.filter(task__in=getattr(tasks.objects, scope)(user))


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Participation(CheckedTextModel):
    """A coordinating unit with its own part of the work and what it puts in. While it takes part it sees the task; that
    it did, and no longer does, only its history tells.
    """

    task = models.ForeignKey(
        "tasks.PlanTask", models.CASCADE, related_name="participations", verbose_name=_("nhiệm vụ")
    )
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="+", verbose_name=_("đơn vị phối hợp"))
    part = models.CharField(_("phần việc"), max_length=500, blank=True)
    put_in = models.CharField(_("đóng góp"), max_length=500, blank=True)

    objects = OfTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị phối hợp")
        verbose_name_plural = _("đơn vị phối hợp")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task", "unit"],
                name="one_participation_per_task_and_unit",
                violation_error_message=_("Đơn vị phối hợp này đã có."),
            )
        ]
        indexes = [models.Index(fields=["unit", "task"], name="participation_unit")]

    def __str__(self) -> str:
        return self.unit_id


class Contribution(models.Model):
    """What a task is expected to add to a target in one year, in the indicator's unit. It counts nowhere."""

    task = models.ForeignKey("tasks.PlanTask", models.CASCADE, related_name="contributions", verbose_name=_("nhiệm vụ"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("mục tiêu"))
    year = models.PositiveSmallIntegerField(_("năm"))
    amount = models.DecimalField(_("đóng góp dự kiến"), max_digits=12, decimal_places=1)

    objects = OfTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("đóng góp vào mục tiêu")
        verbose_name_plural = _("đóng góp vào mục tiêu")
        ordering = ["indicator", "year"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task", "indicator", "year"],
                name="one_contribution_per_task_indicator_and_year",
                violation_error_message=_("Mỗi mục tiêu và năm chỉ ghi một dòng."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="a_contribution_adds",
                violation_error_message=_("Đóng góp dự kiến phải lớn hơn 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.year}"


class TaskRelation(models.Model):
    """Two tasks that hang together: one comes before the other, or they belong with each other."""

    class Kind(models.TextChoices):
        PRECEDES = "precedes", _("Làm trước")
        BELONGS_WITH = "belongs_with", _("Liên quan với")

    task = models.ForeignKey("tasks.PlanTask", models.CASCADE, related_name="relations", verbose_name=_("nhiệm vụ"))
    other = models.ForeignKey(
        "tasks.PlanTask", models.CASCADE, related_name="relations_from", verbose_name=_("nhiệm vụ kia")
    )
    kind = models.CharField(_("quan hệ"), max_length=15, choices=Kind.choices)

    objects = OfTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("quan hệ giữa hai nhiệm vụ")
        verbose_name_plural = _("quan hệ giữa các nhiệm vụ")
        ordering = ["kind", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task", "other", "kind"],
                name="one_relation_of_a_kind",
                violation_error_message=_("Quan hệ này đã có."),
            ),
            models.CheckConstraint(
                condition=~Q(task=F("other")),
                name="a_task_is_not_related_to_itself",
                violation_error_message=_("Chọn một nhiệm vụ khác."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.kind} {self.other_id}"
