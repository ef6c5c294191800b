"""Which national standards the country is to have: the lists of the acts, and the standard that fulfils a position."""

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import sort_key
from apps.labs.models.standards import Area, MeasurementStandard
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "name_sort"])
class PlannedStandard(RegisterRow):
    """A position of the list that an act issued. A later act has a list of its own: the former stays as it was."""

    SLUG = "planned-standards"

    act = columns.act(_("quyết định"), listed=True, hint=_("Quyết định ban hành danh mục chuẩn đo lường quốc gia."))
    position = columns.whole(_("số thứ tự"), listed=True, hint=_("Số thứ tự của chuẩn trong danh mục."))
    name = columns.text(_("tên chuẩn theo danh mục"), 300, listed=True)
    area = columns.choice(_("lĩnh vực đo"), Area, listed=True, filtered=True)
    quantity = columns.text(_("đại lượng"), 200, required=False)
    unit = columns.unit(_("đơn vị quản lý"), listed=True, filtered=True)
    standard = columns.row(
        _("chuẩn đã được công nhận"), MeasurementStandard, required=False, listed=True,
        hint=_("Chuẩn trong sổ chuẩn đo lường quốc gia đáp ứng vị trí này; để trống nếu chưa có."),
    )  # fmt: skip
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("name", "quantity")
    name_sort = sort_key("name")

    class Meta:
        verbose_name = _("chuẩn theo quy hoạch")
        verbose_name_plural = _("chuẩn theo quy hoạch")
        ordering = ["-act", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["act", "position"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_planned_standard_per_act_and_position",
                violation_error_message=_("Số thứ tự này của danh mục đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(position__gt=0),
                name="planned_standard_position_above_zero",
                violation_error_message=_("Số thứ tự phải từ 1."),
            ),
            withdrawn_pairs("planned_standard_withdrawn_with_who_and_why"),
        ]
        indexes = [
            models.Index(fields=["unit", "name_sort", "id"], name="planned_standard_unit_sort"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="planned_standard_words"),
        ]

    def __str__(self) -> str:
        return self.name
