"""What a ministry or province set itself: its plan for the programme, the fact behind MT7."""

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear, Lower
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.models import sort_key
from apps.documents.numbers import split_number
from apps.organisations.models import OrganisationUnit
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs

FIRST_YEAR, LAST_YEAR = 2018, 2035
SAME_NUMBER = _(
    "Đơn vị đã có kế hoạch số này, ban hành ngày %s cùng năm. Nếu là một kế hoạch thì ghi ngày như sổ hoặc sửa ngày ở "
    "dòng đó; nếu không thì sửa số"
)


def number_of(text: str) -> str:
    """«Kế hoạch số 12 / KH–UBND» is 12/KH-UBND."""
    _kind, number = split_number(text)
    if not any(sign.isdecimal() for sign in number):
        raise ValidationError(_now("Thiếu số của kế hoạch. Ghi cả số và ký hiệu, ví dụ 12/KH-UBND"), code="number")
    return number


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "title_sort"])
class UnitPlan(RegisterRow):
    """An issued plan. In force on a day within its years, from its issue until the day on which it ceased to be so."""

    SLUG = "unit-plans"

    number = columns.code(_("số, ký hiệu"), 60, listed=True, example="12/KH-UBND", tidy=number_of)
    title = columns.text(_("trích yếu"), 300, listed=True)
    unit = columns.unit(
        _("đơn vị ban hành"), listed=True, filtered=True, on="issued_on", kinds=OrganisationUnit.REPORTING_KINDS,
        hint=_("Bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ, tỉnh, thành phố vào ngày ban hành."),
    )  # fmt: skip
    issued_on = columns.day(_("ngày ban hành"), listed=True, filtered=True)
    first_year = columns.whole(_("năm đầu"), listed=True, is_year=True, example="2021")
    last_year = columns.whole(
        _("năm cuối"), listed=True, is_year=True, example="2025",
        hint=_("Kế hoạch được tính trong các năm từ năm đầu đến năm cuối."),
    )  # fmt: skip
    ended_on = columns.day(
        _("ngày hết hiệu lực"), required=False, listed=True, ahead=True,
        hint=_("Ngày bị thay thế hoặc bãi bỏ: từ ngày này không còn được tính. Để trống nếu vẫn còn hiệu lực."),
    )  # fmt: skip
    act = columns.act(
        _("văn bản trên cổng"), required=False,
        hint=_("Nếu văn bản đã có ở mục Văn bản. Tệp kế hoạch đính kèm ở trang của dòng, sau khi lưu."),
    )  # fmt: skip
    aims = columns.text(_("mục tiêu của kế hoạch"), 1000, required=False)
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("number", "title", "aims")
    title_sort = sort_key("title")

    class Meta:
        verbose_name = _("kế hoạch triển khai Đề án")
        verbose_name_plural = _("kế hoạch triển khai Đề án")
        ordering = ["-issued_on", "title_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("number"), "unit", "issued_on",
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_plan_per_unit_number_and_day",
                violation_error_message=_("Kế hoạch này của đơn vị đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(first_year__range=(FIRST_YEAR, LAST_YEAR)),
                name="plan_begins_with_the_programme",
                violation_error_message=_("Năm đầu phải từ 2018 đến 2035."),
            ),
            models.CheckConstraint(
                condition=Q(last_year__range=(FIRST_YEAR, LAST_YEAR)),
                name="plan_ends_with_the_programme",
                violation_error_message=_("Năm cuối phải từ 2018 đến 2035."),
            ),
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")),
                name="plan_ends_after_it_begins",
                violation_error_message=_("Năm cuối không được trước năm đầu."),
            ),
            models.CheckConstraint(
                condition=Q(last_year__gte=ExtractYear("issued_on")),
                name="plan_goes_on_after_its_issue",
                violation_error_message=_("Kế hoạch ban hành sau năm cuối. Kiểm tra ngày ban hành và năm cuối."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("issued_on")),
                name="plan_ceases_after_its_issue",
                violation_error_message=_("Ngày hết hiệu lực phải sau ngày ban hành."),
            ),
            withdrawn_pairs("plan_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["-issued_on", "title_sort", "id"], name="plan_sort"),
            models.Index(fields=["unit", "issued_on"], name="plan_unit_day"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="plan_words"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Numbers begin anew with each year: twice in one of them it is one plan with two dates."""
        super().clean()
        if self.withdrawn_at is not None or self.issued_on is None:
            return
        alike = UnitPlan.objects.live().filter(unit=self.unit_id, number__iexact=self.number)
        other = alike.filter(issued_on__year=self.issued_on.year).exclude(issued_on=self.issued_on)
        if found := other.exclude(pk=self.pk).first():
            raise ValidationError({"number": ValidationError(SAME_NUMBER % f"{found.issued_on:%d/%m/%Y}", "unique")})
