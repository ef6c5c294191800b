"""The enterprise register's Excel door: one row is one dated event of one enterprise's programme."""

import datetime
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.enterprises import importing
from apps.enterprises.industries import IndustryFinder
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.enterprises.rules import (
    CHECK_DIGIT_MESSAGE,
    OWNERSHIP_ALIASES,
    clean_choice,
    clean_date,
    clean_tax_code,
    has_valid_check_digit,
)
from apps.exchange.models import ImportBatch
from apps.exchange.resource import Field, Problem, ScopedResource, Severity, register
from apps.organisations.matching import ProvinceMatcher
from apps.organisations.selectors import UnitScope, unit_labels

TAX_CODE, PROVINCE, INDUSTRY = "Mã số thuế", "Tỉnh, thành phố", "Mã ngành (VSIC)"


def _limited(length: int) -> Any:
    def clean(text: str, row: dict[str, Any]) -> str:
        if len(text) > length:
            raise ValidationError(_("Dài quá %(length)s ký tự. Rút gọn") % {"length": length}, code="too_long")
        return text

    return clean


def _iso_date(text: str, row: dict[str, Any]) -> str:
    return clean_date(text).isoformat()


@register
class EnterpriseResource(ScopedResource):
    register = "enterprises"
    label = "Doanh nghiệp"
    permission = "enterprises.add_programmeevent"
    # Ownership and date come first: the rules of other columns ask them.
    fields = [
        Field("ownership", "Loại hình", lambda t, row: clean_choice(t, Enterprise.Ownership, OWNERSHIP_ALIASES)),
        Field("occurred_on", "Ngày", _iso_date, accepts="sd"),
        Field("tax_code", TAX_CODE, lambda t, row: clean_tax_code(t, row.get("ownership", ""))),
        Field("name", "Tên doanh nghiệp", _limited(300)),
        Field("province", PROVINCE, _limited(120)),
        Field("address", "Địa chỉ", _limited(400), required=False),
        Field("industry_code", INDUSTRY, _limited(20), required=False, accepts="sn"),
        Field("form", "Hình thức tham gia", lambda t, row: clean_choice(t, AssuranceProgramme.Form)),
        Field("stage", "Giai đoạn", lambda t, row: clean_choice(t, ProgrammeEvent.Stage)),
        Field("note", "Ghi chú", _limited(500), required=False, accepts="snd"),
    ]

    def __init__(self, batch: ImportBatch, scope: UnitScope) -> None:
        super().__init__(batch, scope)
        self.provinces = ProvinceMatcher.load()
        self.industries = IndustryFinder()
        self.labels = unit_labels()

    def check_row(self, row: dict[str, Any]) -> list[Problem]:
        problems = []
        code = row.get("tax_code")
        if code and not has_valid_check_digit(code):
            problems.append(
                Problem(TAX_CODE, code, "tax_code_check_digit", _(CHECK_DIGIT_MESSAGE), Severity.WARNING)
            )
        if row.get("occurred_on"):
            on = datetime.date.fromisoformat(row["occurred_on"])
            problems += self._place(row, on)
            problems += self._industry(row, on)
        return problems

    def _place(self, row: dict[str, Any], on: datetime.date) -> list[Problem]:
        typed = row.get("province")
        if not typed:
            return []
        match = self.provinces.match(typed, on)
        if match.unit_id is None:
            names = [label.short_name for label in self.labels.values() if label.id.endswith("-2025")]
            close = get_close_matches(typed, names, n=1, cutoff=0.6)
            message = _("Không khớp tỉnh, thành phố nào trong danh mục đơn vị. Nhập tên như trong danh mục")
            return [Problem(PROVINCE, typed, "unknown_province", message, suggestion=close[0] if close else "")]
        row["unit"] = match.unit_id
        if match.unit_id not in self.scope:
            message = _("Ngoài địa bàn bạn được nhập. Bỏ dòng này hoặc gửi đơn vị quản lý địa bàn đó nhập")
            return [Problem(PROVINCE, typed, "other_unit", message)]
        return [Problem(PROVINCE, typed, "old_province", match.note, Severity.NOTE)] if match.note else []

    def _industry(self, row: dict[str, Any], on: datetime.date) -> list[Problem]:
        typed = row.get("industry_code")
        if not typed:
            return []
        try:
            row["industry"], row["industry_code"] = self.industries.find(typed, on)
        except ValidationError as error:
            return [Problem(INDUSTRY, typed, "industry", error.messages[0])]
        return []

    def settle(self) -> None:
        importing.settle(self.batch, self.scope)

    def write(self) -> int:
        return importing.write(self.batch, self.scope)

    def undo(self, reason: str, *, by: User) -> None:
        importing.undo(self.batch, reason, by=by)
