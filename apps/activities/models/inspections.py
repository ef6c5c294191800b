"""Inspections and reviews: items 2.3.1, 2.3.2 and 3.3 of Quyết định 82/QĐ-BKHCN."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.models import alike
from apps.core.models import sort_key
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "title_sort"])
class Inspection(RegisterRow):
    """One inspection by one decision. What was found is known in numbers as far as it was counted."""

    SLUG = "inspections"

    class Kind(models.TextChoices):
        FIELD = "field", _("Tại doanh nghiệp, tổ chức cung cấp dịch vụ đo lường")
        CRITERIA = "criteria", _("Việc áp dụng bộ tiêu chí quốc gia")
        PROGRAMME = "programme", _("Tình hình thực hiện Đề án tại bộ, ngành, địa phương")

    title = columns.text(_("nội dung kiểm tra"), 300, listed=True)
    kind = columns.choice(_("loại"), Kind, listed=True, filtered=True)
    unit = alike.unit(_("đơn vị kiểm tra"), on="ended_on")
    started_on = columns.day(_("từ ngày"))
    ended_on = columns.day(_("đến ngày"), listed=True, filtered=True, hint=_("Được tính vào kỳ báo cáo có ngày này."))
    framework_item = alike.item()
    places = columns.whole(_("số cơ sở được kiểm tra"), required=False, listed=True)
    bad_places = columns.whole(_("số cơ sở vi phạm"), required=False, listed=True)
    instruments = columns.whole(_("số phương tiện đo được kiểm tra"), required=False)
    bad_instruments = columns.whole(_("số phương tiện đo không đạt"), required=False)
    packages = columns.whole(_("số lô hàng đóng gói sẵn được kiểm tra"), required=False)
    bad_packages = columns.whole(_("số lô hàng không đạt"), required=False)
    fines = columns.money(_("tiền phạt (đồng)"), required=False)
    violations = columns.text(_("hành vi vi phạm"), 1000, required=False)
    measures = columns.text(_("biện pháp xử lý"), 1000, required=False)
    conclusion = columns.text(_("kết luận"), 1000, required=False)
    remedies_due_on = columns.day(
        _("hạn khắc phục"), required=False, ahead=True, hint=_("Để trống nếu không yêu cầu khắc phục.")
    )
    remedied_on = columns.day(_("ngày khắc phục xong"), required=False)
    act = alike.act()
    document = alike.document()
    note = alike.note()

    words = searched("title", "violations", "conclusion", "document")
    title_sort = sort_key("title")

    class Meta:
        verbose_name = _("cuộc kiểm tra")
        verbose_name_plural = _("cuộc kiểm tra")
        ordering = ["-ended_on", "title_sort", "id"]
        constraints = [
            alike.once(
                "one_live_inspection_per_unit_and_day", ["title"], ["unit", "started_on"],
                _("Cuộc kiểm tra này đã có trong sổ."),
            ),
            alike.not_before(
                "ended_on", "started_on", "inspection_ends_after_it_starts", _("Ngày cuối không được trước ngày đầu.")
            ),
            alike.part_of(
                "bad_places", "places", "bad_places_among_places",
                _("Cơ sở vi phạm không nhiều hơn cơ sở được kiểm tra."),
            ),
            alike.part_of(
                "bad_instruments", "instruments", "bad_instruments_among_instruments",
                _("Phương tiện đo không đạt không nhiều hơn phương tiện đo được kiểm tra."),
            ),
            alike.part_of(
                "bad_packages", "packages", "bad_packages_among_packages",
                _("Lô hàng không đạt không nhiều hơn lô hàng được kiểm tra."),
            ),
            alike.not_before(
                "remedies_due_on", "started_on", "remedies_due_after_the_inspection",
                _("Hạn khắc phục không được trước cuộc kiểm tra."),
            ),
            alike.not_before(
                "remedied_on", "started_on", "remedied_after_the_inspection",
                _("Ngày khắc phục xong không được trước cuộc kiểm tra."),
            ),
            models.CheckConstraint(
                condition=Q(remedied_on__isnull=True) | Q(remedies_due_on__isnull=False),
                name="remedied_what_was_asked",
                violation_error_message=_("Ghi hạn khắc phục trước khi ghi ngày khắc phục xong."),
            ),
            withdrawn_pairs("inspection_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [
            *alike.indexes("inspection", "ended_on", "title_sort"),
            models.Index(fields=["remedies_due_on"], name="inspection_remedies"),
        ]

    def __str__(self) -> str:
        return self.title
