"""How a national standard is held to others: its calibrations and comparisons."""

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.models import sort_key
from apps.labs.models.standards import MeasurementStandard
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs


class ComparisonKind(models.TextChoices):
    CALIBRATION = "calibration", _("Hiệu chuẩn")
    INTERLABORATORY = "interlaboratory", _("So sánh liên phòng")
    INTERNATIONAL = "international", _("So sánh vòng quốc tế")


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "certificate_sort"]
)
class StandardComparison(RegisterRow):
    """One calibration of a standard or its part in one comparison, as the certificate or report tells it."""

    SLUG = "comparisons"
    UNIT = "standard__unit"

    standard = columns.row(_("chuẩn đo lường"), MeasurementStandard, listed=True, filtered=True)
    certificate = columns.code(_("số giấy chứng nhận, báo cáo"), 80, listed=True)
    kind = columns.choice(_("hình thức"), ComparisonKind, listed=True, filtered=True)
    performed_on = columns.day(_("ngày thực hiện"), listed=True, filtered=True)
    institute = columns.text(
        _("tổ chức thực hiện"), 300, listed=True, hint=_("Viện đo lường hiệu chuẩn, hoặc tổ chức chủ trì so sánh.")
    )
    result = columns.text(_("kết quả"), 500, hint=_("Ghi bằng lời, kèm giá trị nếu có."))
    due_on = columns.day(_("hạn kế tiếp"), required=False, listed=True, ahead=True)
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("certificate", "institute", "result")
    certificate_sort = sort_key("certificate")

    class Meta:
        verbose_name = _("hiệu chuẩn, so sánh chuẩn")
        verbose_name_plural = _("hiệu chuẩn, so sánh chuẩn")
        ordering = ["-performed_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                "standard", Lower("certificate"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_comparison_per_standard_and_certificate",
                violation_error_message=_("Giấy chứng nhận, báo cáo này của chuẩn đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gt=F("performed_on")),
                name="comparison_due_after_it_was_done",
                violation_error_message=_("Hạn kế tiếp phải sau ngày thực hiện."),
            ),
            withdrawn_pairs("comparison_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["standard", "performed_on"], name="comparison_standard_day"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="comparison_words"),
        ]

    def __str__(self) -> str:
        return self.certificate
