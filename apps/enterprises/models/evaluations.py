"""What an assurance programme did for its enterprise, by the criteria of Quyết định 996/QĐ-TTg (IV.1b): to compete
better and to integrate internationally, told by trade. The decision knows no scale and no score.
"""

from typing import Any

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.models import sort_key
from apps.enterprises.models import codes
from apps.enterprises.models.priorities import PrioritySector, tidy_vsic, unknown_vsic
from apps.enterprises.models.programmes import Enterprise
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs

FIRST_YEAR, LAST_YEAR = 2019, 2035


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "name_sort"])
class ProgrammeEvaluation(RegisterRow):
    """One unit's evaluation of one enterprise's programme in one year."""

    SLUG = "evaluations"

    tax_code = codes.tax_code(_("mã số thuế"), listed=True)
    name = columns.text(_("tên doanh nghiệp"), 300, listed=True)
    year = columns.whole(_("năm đánh giá"), listed=True, filtered=True, is_year=True, example="2025")
    vsic_version = columns.choice(_("phiên bản VSIC"), PrioritySector.Vsic, filtered=True)
    vsic = columns.code(
        _("ngành (VSIC)"), 5, listed=True, filtered=True, tidy=tidy_vsic, example="C10",
        hint=_("Ngành mà doanh nghiệp được đánh giá: cấp 1 đến cấp 5."),
    )  # fmt: skip
    competitiveness = columns.text(_("tiêu chí nâng cao năng lực cạnh tranh"), 1000, hint=_("Kết quả đánh giá."))
    integration = columns.text(_("tiêu chí hội nhập quốc tế"), 1000, hint=_("Kết quả đánh giá."))
    conclusion = columns.text(_("kết luận"), 1000, required=False)
    unit = columns.unit(_("đơn vị đánh giá"), listed=True, filtered=True, on="evaluated_on")
    evaluated_on = columns.day(_("ngày đánh giá"), listed=True)
    act = columns.act(_("văn bản"), required=False)
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("name", "conclusion")
    name_sort = sort_key("name")

    objects = codes.CodedQuerySet.as_manager()

    class Meta:
        verbose_name = _("đánh giá kết quả thực hiện chương trình")
        verbose_name_plural = _("đánh giá kết quả thực hiện chương trình")
        ordering = ["-year", "name_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("tax_code"), "year", "unit",
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_evaluation_per_enterprise_year_and_unit",
                violation_error_message=_("Đơn vị đã đánh giá doanh nghiệp này trong năm đó."),
            ),
            models.CheckConstraint(
                condition=Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                name="evaluation_in_a_year_of_the_programme",
                violation_error_message=_("Năm đánh giá phải từ 2019 đến 2035."),
            ),
            withdrawn_pairs("evaluation_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["-year", "name_sort", "id"], name="evaluation_sort"),
            models.Index(fields=["unit", "year"], name="evaluation_unit_year"),
            codes.index("evaluation_tax_code"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="evaluation_words"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.withdrawn_at is not None:
            return
        known: Any = Enterprise.objects.live()
        codes.check_digit(self.tax_code, known)
        if wrong := unknown_vsic(self.vsic_version, self.vsic):
            raise ValidationError({"vsic": wrong})
