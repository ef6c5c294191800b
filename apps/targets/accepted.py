"""What the programme office accepted of a unit's annual report: the facts behind figures on the basis of reports."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.models import TimeStampedModel
from apps.core.who_when import withdrawn_pairs
from apps.organisations.models import OrganisationUnit


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class AcceptedValue(TimeStampedModel):
    """One accepted number of one report. Written once; withdrawn when the report is reopened or corrected.

    Of an indicator that adds years up it is what came within the period, of a stock what stood on its last day. The
    report lies in a higher app: its key is kept as a number, its round's code for its address.
    """

    indicator = models.ForeignKey(
        "targets.Indicator", models.PROTECT, related_name="accepted_values", verbose_name=_("mục tiêu")
    )
    period = models.ForeignKey("targets.Period", models.PROTECT, related_name="+", verbose_name=_("kỳ số liệu"))
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="+", verbose_name=_("đơn vị báo cáo"))
    value = models.DecimalField(_("giá trị"), max_digits=20, decimal_places=4)
    # Said by the report itself: of the whole period, what its predecessors reported of a part of it included.
    covers_predecessors = models.BooleanField(_("gồm cả phần của đơn vị trước sắp xếp"), default=False)
    round_code = models.CharField(_("kỳ báo cáo"), max_length=30)
    report_id = models.BigIntegerField(_("báo cáo"))
    revision = models.PositiveSmallIntegerField(_("lần nộp"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người chấp nhận")
    )
    withdrawn_at = models.DateTimeField(_("rút lúc"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người rút")
    )
    withdrawn_reason = models.CharField(_("lý do rút"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("số liệu báo cáo được chấp nhận")
        verbose_name_plural = _("số liệu báo cáo được chấp nhận")
        ordering = ["period", "unit", "indicator"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "unit"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_accepted_value",
                violation_error_message=_("Mục tiêu này của đơn vị và kỳ này đã có số được chấp nhận."),
            ),
            withdrawn_pairs("accepted_value_withdrawn_with_who_and_why"),
        ]
        indexes = [models.Index(fields=["report_id"], name="accepted_of_report")]
        triggers = [
            pgtrigger.Protect(name="keep_accepted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="accepted_once",
                fields=[
                    "indicator", "period", "unit", "value", "covers_predecessors", "round_code", "report_id",
                    "revision", "accepted_by",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.round_code}: {self.unit_id}"

    def get_absolute_url(self) -> str:
        return report_address(self.round_code, self.unit.slug)


def report_address(round_code: str, unit_slug: str) -> str:
    return reverse("reports:annualreport_detail", args=[round_code, unit_slug])
