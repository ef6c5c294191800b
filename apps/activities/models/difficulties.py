"""What enterprises find difficult about measurement, and what they were answered (slide 22)."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.models import alike
from apps.core.models import sort_key
from apps.enterprises.models import Enterprise, codes
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "title_sort"])
class Difficulty(RegisterRow):
    """Raised by an enterprise or a group of them; it is open until somebody has answered."""

    SLUG = "difficulties"

    title = columns.text(_("khó khăn, vướng mắc"), 300, listed=True)
    raised_by = columns.text(
        _("doanh nghiệp, nhóm doanh nghiệp"), 300, listed=True,
        hint=_("Tên doanh nghiệp; hoặc nhóm, ví dụ các doanh nghiệp kinh doanh xăng dầu."),
    )  # fmt: skip
    tax_code = codes.tax_code(_("mã số thuế"), required=False, hint=_("Nếu do một doanh nghiệp phản ánh."))
    unit = alike.unit(_("đơn vị tiếp nhận"), on="raised_on")
    raised_on = columns.day(_("ngày phản ánh"), listed=True, filtered=True)
    framework_item = alike.item()
    content = columns.text(_("nội dung cụ thể"), 1000, required=False)
    answered_by = columns.text(_("cơ quan trả lời"), 200, required=False, listed=True)
    due_on = columns.day(_("hạn trả lời"), required=False, ahead=True)
    answered_on = columns.day(_("ngày trả lời"), required=False)
    answer = columns.text(_("nội dung trả lời"), 1000, required=False)
    act = alike.act()
    document = alike.document()
    note = alike.note()

    words = searched("title", "raised_by", "content", "answer")
    title_sort = sort_key("title")

    objects = codes.CodedQuerySet.as_manager()

    class Meta:
        verbose_name = _("khó khăn, vướng mắc")
        verbose_name_plural = _("khó khăn, vướng mắc")
        ordering = ["-raised_on", "title_sort", "id"]
        constraints = [
            alike.once(
                "one_live_difficulty_per_unit_and_day", ["title", "raised_by"], ["unit", "raised_on"],
                _("Khó khăn, vướng mắc này đã có trong sổ."),
            ),
            alike.not_before(
                "due_on", "raised_on", "difficulty_due_after_it_was_raised",
                _("Hạn trả lời không được trước ngày phản ánh."),
            ),
            alike.not_before(
                "answered_on", "raised_on", "difficulty_answered_after_it_was_raised",
                _("Ngày trả lời không được trước ngày phản ánh."),
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, answer="") | (Q(answered_on__isnull=False) & ~Q(answer="")),
                name="difficulty_answered_with_words",
                violation_error_message=_("Ngày trả lời và nội dung trả lời phải đi cùng nhau."),
            ),
            withdrawn_pairs("difficulty_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [
            *alike.indexes("difficulty", "raised_on", "title_sort"),
            codes.index("difficulty_tax_code"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.withdrawn_at is None:
            codes.check_digit(self.tax_code, Enterprise.objects.live())
