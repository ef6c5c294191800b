"""Money of tasks: five sources, four stages, budget years. Đồng, whole; no row is no figure, 0 is zero."""

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import CheckedTextModel
from apps.exchange.models import ImportBatch
from apps.framework.models import INVESTMENT_GROUP
from apps.tasks.models.parts import OfTaskQuerySet


class Source(models.TextChoices):
    CENTRAL_RECURRENT = "central_recurrent", _("Ngân sách trung ương – chi thường xuyên")
    CENTRAL_INVESTMENT = "central_investment", _("Ngân sách trung ương – chi đầu tư phát triển")
    LOCAL = "local", _("Ngân sách địa phương")
    ENTERPRISE = "enterprise", _("Doanh nghiệp đóng góp")
    OTHER = "other", _("Nguồn hợp pháp khác")


class Stage(models.TextChoices):
    PLANNED = "planned", _("Kế hoạch")
    ALLOCATED = "allocated", _("Được giao")
    DISBURSED = "disbursed", _("Giải ngân")
    SETTLED = "settled", _("Quyết toán")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class BudgetLine(CheckedTextModel):
    """So many đồng of one source at one stage in one budget year of one task."""

    task = models.ForeignKey("tasks.PlanTask", models.CASCADE, related_name="budget", verbose_name=_("nhiệm vụ"))
    year = models.PositiveSmallIntegerField(_("năm ngân sách"))
    source = models.CharField(_("nguồn"), max_length=20, choices=Source.choices)
    stage = models.CharField(_("giai đoạn"), max_length=10, choices=Stage.choices)
    amount = models.PositiveBigIntegerField(_("số tiền (đồng)"))
    entered_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    kept_at = models.DateTimeField(_("ghi lúc"), auto_now=True)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, editable=False, related_name="+")

    objects = OfTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("dòng kinh phí")
        verbose_name_plural = _("dòng kinh phí")
        ordering = ["task", "year", "source", "stage"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task", "year", "source", "stage"],
                name="one_amount_per_task_year_source_and_stage",
                violation_error_message=_("Nhiệm vụ, năm, nguồn và giai đoạn này đã có số tiền."),
            ),
            models.CheckConstraint(
                condition=Q(year__range=(2018, 2035)),
                name="money_of_a_year_of_the_programme",
                violation_error_message=_("Năm ngân sách phải từ 2018 đến 2035."),
            ),
            models.CheckConstraint(
                condition=Q(amount__lte=10**15),
                name="money_within_reason",
                violation_error_message=_("Số tiền quá lớn. Kiểm tra lại đơn vị tính"),
            ),
        ]
        indexes = [models.Index(fields=["year", "source", "stage"], include=["task", "amount"], name="budget_year")]
        triggers = [
            pgtrigger.Trigger(
                name="investment_in_infrastructure_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__source="central_investment"),
                func=f"""
                    IF NOT EXISTS (
                        SELECT FROM tasks_plantask t WHERE t.id = NEW.task_id AND (
                            t.framework_item_id = '{INVESTMENT_GROUP}'
                            OR t.framework_item_id LIKE '{INVESTMENT_GROUP}.%'
                        )
                    ) THEN
                        RAISE EXCEPTION 'development investment only under {INVESTMENT_GROUP}'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.source} {self.stage}"
