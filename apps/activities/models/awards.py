"""Thi đua, khen thưởng (slide 18)."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.activities.models import alike
from apps.core.models import sort_key
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "recipient_sort"])
class Award(RegisterRow):
    """One award to one recipient, as of the day of its decision."""

    SLUG = "awards"

    class Recipient(models.TextChoices):
        GROUP = "group", _("Tập thể")
        PERSON = "person", _("Cá nhân")

    class Form(models.TextChoices):
        ORDER = "order", _("Huân chương, danh hiệu cấp nhà nước")
        PRIME_MINISTER = "prime_minister", _("Bằng khen của Thủ tướng Chính phủ")
        MINISTRY = "ministry", _("Bằng khen của bộ, tỉnh")
        CERTIFICATE = "certificate", _("Giấy khen")
        MEDAL = "medal", _("Kỷ niệm chương")
        OTHER = "other", _("Hình thức khác")

    recipient = columns.text(
        _("tập thể, cá nhân"), 300, listed=True, hint=_("Của cá nhân ghi tên và nơi công tác, không ghi số định danh.")
    )
    recipient_kind = columns.choice(_("đối tượng"), Recipient, listed=True, filtered=True)
    form = columns.choice(_("hình thức"), Form, listed=True, filtered=True)
    unit = alike.unit(_("đơn vị đề nghị"), on="decided_on")
    decided_on = columns.day(_("ngày quyết định"), listed=True, filtered=True)
    framework_item = alike.item()
    merits = columns.text(_("thành tích"), 1000, required=False)
    act = alike.act()
    document = alike.document()
    note = alike.note()

    words = searched("recipient", "merits", "document")
    recipient_sort = sort_key("recipient")

    class Meta:
        verbose_name = _("khen thưởng")
        verbose_name_plural = _("khen thưởng")
        ordering = ["-decided_on", "recipient_sort", "id"]
        constraints = [
            alike.once(
                "one_live_award_per_recipient_and_day", ["recipient"], ["form", "unit", "decided_on"],
                _("Khen thưởng này đã có trong sổ."),
            ),
            withdrawn_pairs("award_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = alike.indexes("award", "decided_on", "recipient_sort")

    def __str__(self) -> str:
        return self.recipient
