"""What a unit found when it went through its technical infrastructure for measurement (slide 21d)."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.models import alike
from apps.core.models import sort_key
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs

FIRST_YEAR, LAST_YEAR = 2018, 2035


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "title_sort"])
class InfrastructureReview(RegisterRow):
    """The state of one year: what is there, what lacks, what is proposed."""

    SLUG = "infrastructure-reviews"

    title = columns.text(
        _("phạm vi rà soát"), 300, listed=True, hint=_("Ngành, lĩnh vực hoặc địa bàn, ví dụ lĩnh vực y tế.")
    )
    year = columns.whole(_("năm số liệu"), listed=True, filtered=True, is_year=True, example="2026")
    unit = alike.unit(_("đơn vị rà soát"), on="reviewed_on")
    reviewed_on = columns.day(_("ngày hoàn thành"), listed=True)
    framework_item = alike.item()
    laboratories = columns.whole(_("số phòng thí nghiệm"), required=False, listed=True)
    standards = columns.whole(_("số chuẩn đo lường"), required=False, listed=True)
    instruments = columns.whole(_("số phương tiện đo, thiết bị"), required=False, listed=True)
    findings = columns.text(_("hiện trạng"), 1000, required=False)
    gaps = columns.text(_("thiếu, lạc hậu"), 1000, required=False)
    proposals = columns.text(_("đề xuất"), 1000, required=False)
    act = alike.act()
    document = alike.document()
    note = alike.note()

    words = searched("title", "findings", "gaps", "proposals")
    title_sort = sort_key("title")

    class Meta:
        verbose_name = _("lần rà soát hạ tầng đo lường")
        verbose_name_plural = _("lần rà soát hạ tầng đo lường")
        ordering = ["-reviewed_on", "title_sort", "id"]
        constraints = [
            alike.once(
                "one_live_review_per_unit_and_year", ["title"], ["unit", "year"],
                _("Lần rà soát này đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                name="review_of_a_year_of_the_programme",
                violation_error_message=_("Năm số liệu phải từ 2018 đến 2035."),
            ),
            withdrawn_pairs("review_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = alike.indexes("review", "reviewed_on", "title_sort")

    def __str__(self) -> str:
        return self.title
