"""National measurement standards: the facts behind MT1."""

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.models import sort_key
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs


class Area(models.TextChoices):
    """The areas of metrology, as the database of the CIPM MRA (KCDB) divides them."""

    AUV = "auv", _("Âm thanh, siêu âm, rung động (AUV)")
    EM = "em", _("Điện và từ (EM)")
    LENGTH = "l", _("Độ dài (L)")
    MASS = "m", _("Khối lượng và các đại lượng liên quan (M)")
    PR = "pr", _("Quang học và bức xạ quang (PR)")
    QM = "qm", _("Hóa học và sinh học (QM)")
    RI = "ri", _("Bức xạ ion hóa (RI)")
    T = "t", _("Nhiệt độ (T)")
    TF = "tf", _("Thời gian và tần số (TF)")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "name_sort"])
class MeasurementStandard(RegisterRow):
    """A national measurement standard, from the day of its recognition until the day it ceases to be one."""

    SLUG = "standards"

    code = columns.code(_("ký hiệu"), 40, listed=True, example="VN-CQG-01")
    name = columns.text(_("tên chuẩn"), 300, listed=True)
    area = columns.choice(_("lĩnh vực đo"), Area, listed=True, filtered=True)
    quantity = columns.text(_("đại lượng"), 200)
    measuring_range = columns.text(_("phạm vi đo"), 200, required=False, hint=_("Ghi cả đơn vị đo."))
    uncertainty = columns.text(
        _("độ không đảm bảo đo mở rộng"), 200, required=False,
        hint=_("Ghi như trong hồ sơ chuẩn, kèm đơn vị và hệ số phủ k."),
    )  # fmt: skip
    unit = columns.unit(_("đơn vị quản lý"), listed=True, filtered=True)
    holder = columns.text(_("tổ chức lưu giữ"), 300, listed=True)
    recognised_on = columns.day(_("ngày được công nhận"), listed=True, filtered=True)
    decision = columns.act(_("quyết định phê duyệt"), required=False)
    traceability = columns.text(
        _("liên kết chuẩn"), 300, required=False, hint=_("Chuẩn hoặc viện đo lường mà chuẩn này được dẫn xuất từ đó.")
    )
    due_on = columns.day(_("hạn so sánh, hiệu chuẩn kế tiếp"), required=False, ahead=True)
    ended_on = columns.day(
        _("ngày thôi là chuẩn quốc gia"), required=False, listed=True,
        hint=_("Từ ngày này chuẩn không còn được tính; để trống nếu vẫn là chuẩn quốc gia."),
    )  # fmt: skip
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("code", "name", "quantity", "holder")
    name_sort = sort_key("name")

    class Meta:
        verbose_name = _("chuẩn đo lường quốc gia")
        verbose_name_plural = _("chuẩn đo lường quốc gia")
        ordering = ["name_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_standard_per_code",
                violation_error_message=_("Ký hiệu đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("recognised_on")),
                name="standard_ends_after_its_recognition",
                violation_error_message=_("Ngày thôi là chuẩn quốc gia phải sau ngày được công nhận."),
            ),
            withdrawn_pairs("standard_withdrawn_with_who_and_why"),
        ]
        indexes = [
            models.Index(fields=["name_sort", "id"], name="standard_sort"),
            models.Index(fields=["unit", "name_sort", "id"], name="standard_unit_sort"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="standard_words"),
        ]

    def __str__(self) -> str:
        return self.name
