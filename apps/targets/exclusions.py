"""A unit left out of a national figure: by which decision, and why. Its accepted number stays on record."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import TimeStampedModel
from apps.core.who_when import moment, person, withdrawn_pairs
from apps.organisations.models import OrganisationUnit


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    def in_force(self) -> "ExclusionQuerySet":
        return self.filter(withdrawn_at__isnull=True)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Exclusion(TimeStampedModel):
    """One decision on one indicator of one unit in one period. Written once, withdrawn when the unit counts again.

    It holds for whatever of that unit and period is accepted, also anew, until it is withdrawn.
    """

    indicator = models.ForeignKey("targets.Indicator", models.PROTECT, related_name="+", verbose_name=_("mục tiêu"))
    period = models.ForeignKey("targets.Period", models.PROTECT, related_name="+", verbose_name=_("kỳ số liệu"))
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="+", verbose_name=_("đơn vị báo cáo"))
    number = models.CharField(_("số, ký hiệu quyết định"), max_length=60)
    decided_on = models.DateField(_("ngày quyết định"))
    reason = models.CharField(_("lý do"), max_length=500)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người ghi nhận")
    )
    withdrawn_by, withdrawn_at = person(_("người rút")), moment(_("rút lúc"))
    withdrawn_reason = models.CharField(_("lý do rút"), max_length=500, blank=True)

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("loại khỏi số toàn quốc")
        verbose_name_plural = _("loại khỏi số toàn quốc")
        ordering = ["period", "unit", "indicator"]
        default_permissions = ("add",)
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "unit"],
                condition=Q(withdrawn_at__isnull=True),
                name="left_out_once",
                violation_error_message=_("Số này của đơn vị đã được loại khỏi số toàn quốc."),
            ),
            withdrawn_pairs("exclusion_withdrawn_with_who_and_why"),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_exclusions", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="decided_once",
                fields=["indicator", "period", "unit", "number", "decided_on", "reason", "entered_by"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.unit_id}"
