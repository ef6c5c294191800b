"""The enterprise register's Excel door: one row is one dated event of one enterprise's programme."""

import datetime
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.enterprises import importing
from apps.enterprises.closed_periods import closed_rows
from apps.enterprises.industries import IndustryFinder
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.enterprises.rules import (
    CHECK_DIGIT_MESSAGE,
    OWNERSHIP_ALIASES,
    clean_choice,
    clean_date,
    clean_tax_code,
    has_valid_check_digit,
    tax_code_of_number,
)
from apps.exchange.models import ImportBatch
from apps.exchange.resource import ClosedRows, Field, Problem, ScopedResource, Severity, Written, register
from apps.jobs.models import Job
from apps.organisations.matching import ProvinceMatcher
from apps.organisations.models import OrganisationUnit

TAX_CODE, PROVINCE, INDUSTRY = "Mã số thuế", "Tỉnh, thành phố", "Mã ngành (VSIC)"


def _limited(length: int) -> Any:
    def clean(text: str, row: dict[str, Any]) -> str:
        if len(text) > length:
            raise ValidationError(_("Dài quá %(length)s ký tự. Rút gọn") % {"length": length}, code="too_long")
        return text

    return clean


def _provinces_today() -> list[str]:
    units = OrganisationUnit.objects.filter(kind=OrganisationUnit.Kind.PROVINCE).valid_on(timezone.localdate())
    return list(units.with_names().order_by("short_name_sort").values_list("short_name", flat=True))


class Nearest:
    """The name of a list that a misspelt one comes closest to; the same mistake stands in thousands of rows."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.found: dict[str, str] = {}

    def to(self, typed: str) -> str:
        if typed not in self.found:
            close = get_close_matches(typed, self.names, n=1, cutoff=0.6)
            self.found[typed] = close[0] if close else ""
        return self.found[typed]


def _iso_date(text: str, row: dict[str, Any]) -> str:
    return clean_date(text).isoformat()


@register
class EnterpriseResource(ScopedResource):
    register = "enterprises"
    label = _lazy("Doanh nghiệp")
    permission = "enterprises.add_programmeevent"
    list_url = "enterprises:enterprise_list"
    feeds = "MT5"
    listed = ("tax_code", "name", "province", "form", "stage", "occurred_on")
    understood_first = ("ownership", "occurred_on")
    fields = [
        Field(
            "tax_code",
            TAX_CODE,
            lambda t, row: clean_tax_code(t, row.get("ownership", "")),
            from_number=tax_code_of_number,
            example="0123456789",
            hint=_lazy("10 hoặc 13 chữ số, định dạng ô là Văn bản. Hộ kinh doanh nhập được 12 chữ số."),
        ),
        Field(
            "name",
            "Tên doanh nghiệp",
            _limited(300),
            example=_lazy("Nhập tên"),
            hint=_lazy("Tên theo đăng ký kinh doanh."),
        ),
        Field(
            "province",
            PROVINCE,
            _limited(120),
            example=_lazy("Nhập tên tỉnh, thành phố"),
            hint=_lazy(
                "Địa bàn của doanh nghiệp vào ngày của dòng. "
                "Tên tỉnh, thành phố trước sắp xếp được tự động quy đổi và ghi chú."
            ),
        ),
        Field("address", "Địa chỉ", _limited(400), required=False, hint=_lazy("Số nhà, đường, xã hoặc phường.")),
        Field(
            "ownership",
            "Loại hình",
            lambda t, row: clean_choice(t, Enterprise.Ownership, OWNERSHIP_ALIASES),
            hint=_lazy("Chọn trong danh sách."),
        ),
        Field(
            "industry_code",
            INDUSTRY,
            _limited(20),
            required=False,
            accepts="sn",
            example="C10",
            hint=_lazy("Mã ngành cấp 1 đến cấp 5, ví dụ C10 hoặc 1020."),
        ),
        Field(
            "form",
            "Hình thức tham gia",
            lambda t, row: clean_choice(t, AssuranceProgramme.Form),
            hint=_lazy("Chọn trong danh sách. Doanh nghiệp có cả hai hình thức thì ghi hai dòng."),
        ),
        Field(
            "stage",
            "Giai đoạn",
            lambda t, row: clean_choice(t, ProgrammeEvent.Stage),
            hint=_lazy("Chọn trong danh sách. Mỗi dòng là một giai đoạn vào một ngày."),
        ),
        Field(
            "occurred_on",
            "Ngày",
            _iso_date,
            accepts="sd",
            example="dd/mm/yyyy",
            hint=_lazy("Ngày doanh nghiệp bước vào giai đoạn, dạng dd/mm/yyyy."),
            format="dd/mm/yyyy",
        ),
        Field("note", "Ghi chú", _limited(500), required=False, accepts="snd"),
    ]

    def __init__(self, batch: ImportBatch, scope: UnitScope) -> None:
        super().__init__(batch, scope)
        self.provinces = ProvinceMatcher.load()
        self.industries = IndustryFinder()
        self.near = Nearest(_provinces_today())
        self.today = timezone.localdate()

    @classmethod
    def drop_downs(cls) -> dict[str, list[str]]:
        return {
            "province": _provinces_today(),
            "ownership": [str(label) for label in Enterprise.Ownership.labels],
            "form": [str(label) for label in AssuranceProgramme.Form.labels],
            "stage": [str(label) for label in ProgrammeEvent.Stage.labels],
        }

    def check_row(self, row: dict[str, Any]) -> list[Problem]:
        problems = []
        code = row.get("tax_code")
        if code and not has_valid_check_digit(code):
            problems.append(Problem(TAX_CODE, code, "tax_code_check_digit", _(CHECK_DIGIT_MESSAGE), Severity.WARNING))
        on = datetime.date.fromisoformat(row["occurred_on"]) if row.get("occurred_on") else None
        return problems + self._place(row, on) + self._industry(row, on)

    def _place(self, row: dict[str, Any], on: datetime.date | None) -> list[Problem]:
        """Which unit the name means depends on the day; without one only a name that never was is wrong."""
        typed = row.get("province")
        if not typed:
            return []
        match = self.provinces.match(typed, on or self.today)
        if typed in self.provinces.unknown:
            message = _("Không khớp tỉnh, thành phố nào trong danh mục đơn vị. Nhập tên như trong danh mục")
            return [Problem(PROVINCE, typed, "unknown_province", message, suggestion=self.near.to(typed))]
        if on is None:
            return []
        if match.unit_id is None:
            return [Problem(PROVINCE, typed, "unknown_province", match.note)]
        row["unit"] = match.unit_id
        if match.unit_id not in self.scope:
            message = _("Ngoài địa bàn bạn được nhập. Bỏ dòng này hoặc gửi đơn vị quản lý địa bàn đó nhập")
            return [Problem(PROVINCE, typed, "other_unit", message)]
        return [Problem(PROVINCE, typed, "old_province", match.note, Severity.NOTE)] if match.note else []

    def _industry(self, row: dict[str, Any], on: datetime.date | None) -> list[Problem]:
        typed = row.get("industry_code")
        if not typed:
            return []
        try:
            row["industry"], row["industry_code"] = self.industries.find(typed, on or self.today)
        except ValidationError as error:
            return [Problem(INDUSTRY, typed, "industry", error.messages[0])]
        return []

    @classmethod
    def closed_rows(cls, batch: ImportBatch) -> list[ClosedRows]:
        return closed_rows(batch)

    def settle(self) -> None:
        importing.settle(self.batch, self.scope)

    def write(self) -> Written:
        return importing.write(self.batch, self.scope)

    def undo(self, reason: str, *, by: User) -> Job | None:
        return importing.undo(self.batch, reason, by=by)
