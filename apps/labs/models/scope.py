"""What a laboratory may do: one line for each quantity and range, verification, calibration and testing apart."""

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.models import sort_key
from apps.labs.models.bodies import Laboratory
from apps.labs.models.reference import MeasurementField, field_names
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs


class Activity(models.TextChoices):
    VERIFICATION = "verification", _("Kiểm định")
    CALIBRATION = "calibration", _("Hiệu chuẩn")
    TESTING = "testing", _("Thử nghiệm")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "quantity_sort"])
class ScopeItem(RegisterRow):
    SLUG = "scope"
    UNIT = "laboratory__unit"

    laboratory = columns.row(_("phòng thí nghiệm"), Laboratory, listed=True, filtered=True)
    activity = columns.choice(_("hoạt động"), Activity, listed=True, filtered=True)
    field = columns.item(_("lĩnh vực đo"), MeasurementField, called=field_names, listed=True, filtered=True)
    quantity = columns.text(
        _("đại lượng, phương tiện đo"), 200, listed=True,
        hint=_("Đại lượng, phương tiện đo hoặc chuẩn đo lường được kiểm định, hiệu chuẩn, thử nghiệm."),
    )  # fmt: skip
    measuring_range = columns.text(_("phạm vi đo"), 200, required=False, listed=True, hint=_("Ghi cả đơn vị đo."))
    uncertainty = columns.text(
        _("độ không đảm bảo đo, cấp chính xác"), 200, required=False, listed=True,
        hint=_("Ghi như trong phạm vi được công nhận, chỉ định hoặc đăng ký."),
    )  # fmt: skip
    method = columns.text(
        _("phương pháp, quy trình"), 300, required=False, hint=_("Ký hiệu văn bản kỹ thuật được áp dụng.")
    )
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("quantity", "measuring_range", "method")
    quantity_sort = sort_key("quantity")

    class Meta:
        verbose_name = _("dòng phạm vi")
        verbose_name_plural = _("dòng phạm vi")
        ordering = ["quantity_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                "laboratory", "activity", Lower("quantity"), Lower("measuring_range"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_scope_item_per_quantity_and_range",
                violation_error_message=_("Phòng thí nghiệm đã có dòng phạm vi này."),
            ),
            withdrawn_pairs("scope_item_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["quantity_sort", "id"], name="scope_item_sort"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="scope_item_words"),
        ]

    def __str__(self) -> str:
        return self.quantity
