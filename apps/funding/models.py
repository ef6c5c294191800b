"""Why money was spent otherwise than planned. The money itself stands with the tasks (apps/tasks/models/money.py)."""

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import CheckedTextModel
from apps.tasks.models import PlanTask
from apps.tasks.models.money import Source
from apps.tasks.models.parts import OfTaskQuerySet


def _person(verbose: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=verbose
    )


class VarianceState(models.TextChoices):
    UNEXPLAINED = "unexplained", _("Chưa giải trình")
    EXPLAINED = "explained", _("Đã giải trình")
    ACCEPTED = "accepted", _("Đã chấp nhận")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class VarianceExplanation(CheckedTextModel):
    """Of one source in one year of a task. It speaks of the two amounts that stood when it was written: once one of
    them changes, the variance is another one and wants another explanation.
    """

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="variances", verbose_name=_("nhiệm vụ"))
    year = models.PositiveSmallIntegerField(_("năm ngân sách"))
    source = models.CharField(_("nguồn"), max_length=20, choices=Source.choices)
    planned = models.PositiveBigIntegerField(_("kế hoạch khi giải trình (đồng)"))
    disbursed = models.PositiveBigIntegerField(_("giải ngân khi giải trình (đồng)"))
    text = models.CharField(_("giải trình"), max_length=2000)
    explained_by: Any = _person(_("người giải trình"))
    explained_at = models.DateTimeField(_("giải trình lúc"), null=True, editable=False)
    accepted_by: Any = _person(_("người chấp nhận"))
    accepted_at = models.DateTimeField(_("chấp nhận lúc"), null=True, editable=False)

    objects = OfTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("giải trình chênh lệch")
        verbose_name_plural = _("giải trình chênh lệch")
        ordering = ["task", "-year", "source"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task", "year", "source"],
                name="one_explanation_per_task_year_and_source",
                violation_error_message=_("Khoản này đã có giải trình."),
            ),
            models.CheckConstraint(
                condition=Q(explained_by__isnull=True, explained_at__isnull=True)
                | Q(explained_by__isnull=False, explained_at__isnull=False),
                name="variance_explained_with_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True, accepted_at__isnull=True)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="variance_accepted_with_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True)
                | Q(explained_by__isnull=True)
                | ~Q(accepted_by=F("explained_by")),
                name="variance_accepted_by_another_person",
                violation_error_message=_("Người chấp nhận phải khác người giải trình."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.source}"

    @property
    def state(self) -> VarianceState:
        return VarianceState.ACCEPTED if self.accepted_at else VarianceState.EXPLAINED
