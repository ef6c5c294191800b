"""The enterprise register's Excel door: one row is one dated event of one enterprise's programme."""

import datetime
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.days import WRITTEN_AS
from apps.core.masking import hide_code
from apps.core.templatetags.ui import number
from apps.enterprises import importing, undoing
from apps.enterprises.closed_periods import closed_rows, each_closed_row
from apps.enterprises.comparing import TOLD
from apps.enterprises.headings import ALIASES
from apps.enterprises.history import RowWords, Words
from apps.enterprises.industries import Found, IndustryFinder, label_of_industry, offered
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.enterprises.rules import ACTIVITY_MESSAGE, clean_choice, clean_date
from apps.enterprises.selectors import read_provinces
from apps.enterprises.source import counted_by
from apps.enterprises.tax_codes import (
    CHECK_DIGIT_MESSAGE,
    HOUSEHOLD_MESSAGE,
    clean_tax_code,
    has_valid_check_digit,
    household_number,
    tax_code_of_number,
)
from apps.exchange.cells import Field, Problem, Severity
from apps.exchange.models import ImportBatch
from apps.exchange.resource import (
    REMEMBERED,
    Closed,
    ClosedRow,
    ScopedResource,
    Undoing,
    Written,
    register,
)
from apps.jobs.models import Job
from apps.organisations.matching import ProvinceMatcher
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with
from apps.registers.readings import limited_to

TAX_CODE, PROVINCE, INDUSTRY = "Mã số thuế", "Tỉnh, thành phố", "Mã ngành (VSIC)"
ACTIVITY = "Hoạt động"


def _provinces_today() -> list[str]:
    units = OrganisationUnit.objects.filter(kind=OrganisationUnit.Kind.PROVINCE).valid_on(timezone.localdate())
    return list(units.with_names().order_by("short_name_sort").values_list("short_name", flat=True))


def _iso_date(text: str, row: dict[str, Any]) -> str:
    return clean_date(text).isoformat()


@register
class EnterpriseResource(ScopedResource):
    register = "enterprises"
    label = _lazy("Doanh nghiệp")
    permission = "enterprises.add_programmeevent"
    list_url = "enterprises:enterprise_list"
    listed_with = "enterprises.view_enterprise"
    feeds = counted_by()
    listed = ("tax_code", "name", "province", "form", "stage", "occurred_on")
    understood_first = ("ownership", "occurred_on")
    named_by = "name"
    keyed_by = "tax_code"
    mended_in = {"other_name": "tax_code", "older_name": "tax_code"}
    told = TOLD
    undoes = _lazy(
        "Mọi dòng của lần nhập này (mỗi dòng là một giai đoạn thực hiện), kể cả dòng đã sửa sau khi nhập, bị rút khỏi "
        "sổ và mục tiêu được tính lại. Lý do được lưu."
    )
    undone = _lazy("Lần nhập đã được hoàn tác: các dòng của tệp này không còn được tính.")
    measured = (
        "enterprises_enterprise", "enterprises_assuranceprogramme", "enterprises_programmeevent",
        "enterprises_enterpriseplace",
    )  # fmt: skip
    fields = [
        Field(
            "tax_code",
            TAX_CODE,
            lambda t, row: clean_tax_code(t, row.get("ownership", "")),
            is_code=True,
            hide=hide_code,
            example="0123456789",
            asks=("ownership",),
            hint=_lazy("10 hoặc 13 chữ số, định dạng ô là Văn bản. Hộ kinh doanh nhập được 12 chữ số."),
            aliases=ALIASES["tax_code"],
        ),
        Field(
            "name",
            "Tên doanh nghiệp",
            limited_to(300),
            is_prose=True,
            example=_lazy("Nhập tên"),
            asks=(),
            hint=_lazy("Tên theo đăng ký kinh doanh."),
            aliases=ALIASES["name"],
        ),
        Field(
            "province",
            PROVINCE,
            limited_to(120),
            example=_lazy("Nhập tên tỉnh, thành phố"),
            asks=(),
            hint=_lazy(
                "Địa bàn của doanh nghiệp vào ngày của dòng. "
                "Tên tỉnh, thành phố trước sắp xếp được tự động quy đổi và ghi chú."
            ),
            aliases=ALIASES["province"],
        ),
        Field(
            "address",
            "Địa chỉ",
            limited_to(400),
            required=False,
            is_prose=True,
            asks=(),
            hint=_lazy("Số nhà, đường, xã hoặc phường."),
            aliases=ALIASES["address"],
        ),
        Field(
            "ownership",
            "Loại hình",
            lambda t, row: clean_choice(t, Enterprise.Ownership),
            asks=(),
            hint=_lazy("Chọn trong danh sách."),
            aliases=ALIASES["ownership"],
        ),
        Field(
            "industry_code",
            INDUSTRY,
            required=False,
            is_code=True,
            example="C10",
            asks=(),
            hint=_lazy(
                "Chọn trong danh sách, hoặc nhập mã cấp 1 đến cấp 5, ví dụ C10 hoặc 1020; định dạng ô là Văn bản. "
                "Cấp 3 đến 5 chưa đối chiếu, giữ như đã nhập."
            ),
            aliases=ALIASES["industry_code"],
        ),
        Field(
            "form",
            "Hình thức tham gia",
            lambda t, row: clean_choice(t, AssuranceProgramme.Form),
            asks=(),
            hint=_lazy("Chọn trong danh sách. Doanh nghiệp có cả hai hình thức thì ghi hai dòng."),
            aliases=ALIASES["form"],
        ),
        Field(
            "stage",
            "Giai đoạn",
            lambda t, row: clean_choice(t, ProgrammeEvent.Stage),
            asks=(),
            hint=_lazy("Chọn trong danh sách. Mỗi dòng là một giai đoạn vào một ngày."),
            aliases=ALIASES["stage"],
        ),
        Field(
            "occurred_on",
            "Ngày",
            _iso_date,
            accepts="snd",
            example=WRITTEN_AS,
            asks=(),
            hint=_lazy("Ngày doanh nghiệp bước vào giai đoạn: ngày/tháng/năm, ví dụ 20/11/2026."),
            format="dd/mm/yyyy",
            aliases=ALIASES["occurred_on"],
        ),
        Field(
            "note",
            "Ghi chú",
            limited_to(500),
            asks=(),
            required=False,
            is_prose=True,
            accepts="snd",
            aliases=ALIASES["note"],
        ),
        # Last, so that the columns of older files keep their places.
        Field(
            "activity",
            ACTIVITY,
            lambda t, row: clean_choice(t, ProgrammeEvent.Activity),
            required=False,
            asks=(),
            hint=_lazy(
                "Không bắt buộc. Chỉ ghi với hình thức được kiểm định, hiệu chuẩn, thử nghiệm "
                "hoặc xây dựng phương pháp đo."
            ),
        ),
    ]

    def __init__(self, batch: ImportBatch, scope: UnitScope) -> None:
        super().__init__(batch, scope)
        self.provinces = ProvinceMatcher.load()
        self.industries = IndustryFinder()
        self.today = timezone.localdate()
        self.has_told_depth = False
        self._place = lru_cache(REMEMBERED)(self._find_place)
        self._industry = lru_cache(REMEMBERED)(self._find_industry)

    @classmethod
    def drop_downs(cls) -> dict[str, list[str]]:
        return {
            "province": _provinces_today(),
            "ownership": [str(label) for label in Enterprise.Ownership.labels],
            "form": [str(label) for label in AssuranceProgramme.Form.labels],
            "stage": [str(label) for label in ProgrammeEvent.Stage.labels],
            "activity": [str(label) for label in ProgrammeEvent.Activity.labels],
            "industry_code": [label_of_industry(one) for one in offered(timezone.localdate())],
        }

    def code_of_number(self, key: str, number: str, row: dict[str, Any]) -> str:
        if key == "industry_code":
            return self.industries.meant_by_number(number)
        return tax_code_of_number(number, row.get("ownership", ""))

    def asked_about(self, number: str, column: Field, row: dict[str, Any]) -> ValidationError:
        asked = super().asked_about(number, column, row)
        if column.key == "tax_code" and row.get("ownership") == Enterprise.Ownership.HOUSEHOLD:
            asked.message = f"{asked.message} ({_(HOUSEHOLD_MESSAGE)})"
        return asked

    def check_row(self, row: dict[str, Any]) -> list[Problem]:
        day = row.get("occurred_on", "")
        found = self._check_digit(row)
        if typed := row.get("province"):
            unit, told = self._place(typed, day)
            if unit:
                row["unit"] = unit
            found += told
        if typed := row.get("industry_code"):
            industry, notes = self._industry(typed, day)
            found += notes
            if industry:
                row["industry"], row["industry_code"] = industry.industry.pk, industry.code
            if industry and industry.is_unchecked and not self.has_told_depth:
                self.has_told_depth = True
                found.append(_depth(typed, industry.code))
        return found + self._activity(row)

    def _check_digit(self, row: dict[str, Any]) -> list[Problem]:
        code = row.get("tax_code")
        if not code or has_valid_check_digit(code):
            return []
        meant = household_number(code) if row.get("ownership") == Enterprise.Ownership.HOUSEHOLD else ""
        return [Problem(TAX_CODE, code, "tax_code_check_digit", _(CHECK_DIGIT_MESSAGE), Severity.WARNING, meant)]

    def _find_place(self, typed: str, day: str) -> tuple[str, list[Problem]]:
        """Which unit the name means depends on the day; without one only a name that never was is wrong."""
        match = self.provinces.match(typed, datetime.date.fromisoformat(day) if day else self.today)
        if typed in self.provinces.unknown:
            return "", [Problem(PROVINCE, typed, "unknown_province", match.note, suggestion=match.suggestion)]
        if not day:
            return "", []
        if match.unit_id is None:
            return "", [Problem(PROVINCE, typed, "unknown_province", match.note)]
        if match.unit_id not in self.scope:
            message = _("Ngoài địa bàn bạn được nhập. Bỏ dòng này hoặc gửi đơn vị quản lý địa bàn đó nhập")
            return match.unit_id, [Problem(PROVINCE, typed, "other_unit", message)]
        note = [Problem(PROVINCE, typed, "old_province", match.note, Severity.NOTE)] if match.note else []
        return match.unit_id, note

    def _find_industry(self, typed: str, day: str) -> tuple[Found | None, list[Problem]]:
        try:
            found = self.industries.find(typed, datetime.date.fromisoformat(day) if day else self.today)
        except ValidationError as error:
            [wrong] = error.error_list
            return None, [
                Problem(
                    INDUSTRY,
                    typed,
                    "industry",
                    wrong.messages[0],
                    suggestion=(wrong.params or {}).get("suggestion", ""),
                )
            ]
        return found, [Problem(INDUSTRY, typed, code, message, Severity.NOTE) for code, message in _told(found)]

    @classmethod
    def closed_rows(cls, batch: ImportBatch) -> Closed:
        return closed_rows(batch)

    @classmethod
    def each_closed_row(cls, batch: ImportBatch, first: int, last: int) -> list[ClosedRow]:
        return each_closed_row(batch, first, last)

    def _activity(self, row: dict[str, Any]) -> list[Problem]:
        """A written programme is none of the four."""
        if row.get("form") != AssuranceProgramme.Form.WRITTEN or not row.get("activity"):
            return []
        said = str(ProgrammeEvent.Activity(row["activity"]).label)
        return [Problem(ACTIVITY, said, "activity_of_other_form", _(ACTIVITY_MESSAGE))]

    def already_there(self, lines: str) -> set[int]:
        return importing.already_there(lines)

    def settle(self) -> None:
        importing.settle(self.batch, self.scope, self._headers)

    def write(self) -> Written:
        return importing.write(self.batch, self.scope, self._headers)

    def undo(self, reason: str, *, by: User) -> Job | None:
        return undoing.undo(self.batch, reason, by=by)

    @classmethod
    def names_of(cls, ids: Collection[str], *, user: User) -> dict[str, str]:
        return undoing.names_of(ids, units_with(user, "enterprises.view_enterprise"))

    @classmethod
    def wording(cls) -> Callable[[str, str | None], str]:
        return Words(read_provinces()).word

    @classmethod
    def written_words(cls) -> Callable[[str, dict[str, Any]], str]:
        return RowWords(read_provinces()).word

    @classmethod
    def new_rows(cls, batch: ImportBatch, count: int) -> str:
        if not count:
            return super().new_rows(batch, count)
        told = {"new": number(count), "opened": number(importing.new_enterprises(batch))}
        return _("%(new)s dòng giai đoạn mới (%(opened)s doanh nghiệp mới)") % told

    @classmethod
    def undoing(cls, batch: ImportBatch, *, user: User) -> Undoing:
        return undoing.undoing(batch, units_with(user, "enterprises.view_enterprise"))

    @property
    def _headers(self) -> dict[str, str]:
        return {column.key: str(column.header) for column in self.fields}


def _told(found: Found) -> Iterator[tuple[str, str]]:
    told = {"code": found.code, "name": found.industry.name, "version": found.industry.version}
    if found.is_named_otherwise:
        yield "industry_name", _("Đọc là mã %(code)s: %(name)s") % told
    if not found.is_of_its_day:
        yield "industry_version", _("Mã %(code)s không có trong VSIC của ngày đó, ghi theo VSIC %(version)s") % told


def _depth(typed: str, code: str) -> Problem:
    """Once for the file: it holds for thousands of rows."""
    words = _("%(code)s và các mã cấp 3 đến 5 chưa đối chiếu, giữ như đã nhập; chỉ đối chiếu cấp 2") % {"code": code}
    return Problem(INDUSTRY, typed, "industry_depth", words, Severity.NOTE)
