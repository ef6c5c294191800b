"""A file that came back from a unit: what it says, until a person has looked at it and had it written."""

from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import CheckedTextModel
from apps.core.who_when import moment, person, together
from apps.documents.models import StoredFile
from apps.reports.models.annualreport import AnnualReport


class ReportFileQuerySet(models.QuerySet["ReportFile"]):
    def visible_to(self, user: User) -> Self:
        """Only who fills in the report: a file holds what nobody has taken over yet."""
        return self.filter(report__in=AnnualReport.objects.editable_by(user))


class ReportFile(CheckedTextModel):
    """`content`: what was read of it (`sheets.Answered`). What it changes is worked out anew each time: cells go on."""

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="sent_files", verbose_name=_("báo cáo"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("tệp"))
    name = models.CharField(_("tên tệp"), max_length=200)
    content = models.JSONField(_("nội dung"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người tải lên")
    )
    uploaded_at = models.DateTimeField(_("tải lên lúc"), auto_now_add=True)
    written_by, written_at = person(_("người ghi")), moment(_("ghi lúc"))
    written_cells = models.PositiveSmallIntegerField(_("số ô đã ghi"), null=True, blank=True, editable=False)

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("tệp Excel của báo cáo")
        verbose_name_plural = _("tệp Excel của báo cáo")
        ordering = ["report_id", "-id"]
        default_permissions = ()
        constraints = [together("reportfile", "written_by", "written_at")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reports:reportfile_detail", args=[self.report.round.code, self.report.unit.slug, self.pk])

    @property
    def is_written(self) -> bool:
        return self.written_at is not None
