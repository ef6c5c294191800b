"""Forms of an allocation's acts, and the numbers of its table as they are typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.allocations.models import FIRST_YEAR, LAST_YEAR, Allocation
from apps.allocations.services import Entry, field_of
from apps.core.fields import DayField, MomentField, OnceForm, RefusableForm, TextField
from apps.core.numbers import parse_decimal, parse_whole
from apps.core.reasons import LONGEST as REASON_LIMIT
from apps.documents.fields import DocumentField
from apps.targets.divisions import DIVISIONS
from apps.targets.models import Indicator


def read_number(text: str, decimals: int) -> Decimal | None:
    text = text.strip()
    if not text:
        return None
    return Decimal(parse_whole(text)) if decimals == 0 else parse_decimal(text)


class AllocationForm(OnceForm):
    indicator = forms.ChoiceField(label=gettext_lazy("Mục tiêu"))
    first_year = forms.IntegerField(label=gettext_lazy("Từ năm"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    last_year = forms.IntegerField(label=gettext_lazy("Đến năm"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    copies = forms.BooleanField(
        label=gettext_lazy("Lấy số của phiên bản mới nhất"), required=False, initial=True,
        help_text=gettext_lazy("Dự thảo đang mở của mục tiêu này, nếu có, được thay; góp ý ở lại với dự thảo đó."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Indicator.objects.filter(code__in=DIVISIONS).order_by("position")
        self.fields["indicator"].choices = [(one.code, f"{one.code} {one.label}") for one in rows]


class UploadForm(RefusableForm):
    file = forms.FileField(
        label=gettext_lazy("Tệp Excel của bảng (.xlsx)"),
        help_text=gettext_lazy("Chưa số nào thay đổi trước khi bạn xem lại và chọn “Ghi vào bảng”."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": gettext_lazy("Chọn tệp cần nhập.")},
    )


class ActForm(RefusableForm):
    """`seen`: when the allocation had last changed as the page showed it."""

    seen = MomentField()


class CirculateForm(ActForm):
    until = DayField(label=gettext_lazy("Hạn góp ý"))


class ProposeForm(ActForm):
    """Proposing asks nothing more; what is shown beside it is what is proposed."""


class ReturnForm(ActForm):
    reason = TextField(label=gettext_lazy("Lý do trả lại"), max_length=REASON_LIMIT)


class ApproveForm(ActForm):
    document = DocumentField(
        label=gettext_lazy("Quyết định giao chỉ tiêu"),
        help_text=gettext_lazy("Số, ký hiệu, ngày và tệp của quyết định; bảng được khóa từ lúc phê duyệt."),
    )


AGREES, WISHES = "agree", "wish"


class CommentForm(RefusableForm):
    answer = forms.ChoiceField(
        label=gettext_lazy("Ý kiến"), widget=forms.RadioSelect,
        choices=[(AGREES, gettext_lazy("Nhất trí")), (WISHES, gettext_lazy("Đề nghị số khác"))],
    )  # fmt: skip
    wish = TextField(label=gettext_lazy("Số đề nghị cho cả giai đoạn"), required=False, max_length=20)
    text = TextField(label=gettext_lazy("Lý do"), max_length=1000, required=False, multiline=True)

    def __init__(self, *args: Any, decimals: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decimals = decimals

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("answer") != WISHES:
            return found | {"wish": None}
        try:
            found["wish"] = read_number(found.get("wish", ""), self.decimals)
        except ValidationError as wrong:
            self.add_error("wish", wrong)
            return found
        if found["wish"] is None:
            self.add_error("wish", _("Nhập số đề nghị."))
        if not found.get("text"):
            self.add_error("text", _("Nhập lý do đề nghị số khác."))
        return found


@dataclass
class Typed:
    """The numbers that were sent: what can be written, what was typed, and what is wrong, each by its field."""

    entries: list[Entry] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def refuse(self, refusal: ValidationError) -> None:
        if hasattr(refusal, "error_dict"):
            for name, errors in refusal.error_dict.items():
                self.errors[name] = " ".join(message for one in errors for message in one.messages)
        else:
            self.errors[""] = " ".join(refusal.messages)


def read_amounts(data: Mapping[str, str], allocation: Allocation, units: Iterable[str]) -> Typed:
    """Of these units, for the whole span or by year, as far as it was sent."""
    found, decimals = Typed(), allocation.indicator.decimals
    for unit in units:
        for year in (None, *allocation.years):
            name = field_of(unit, year)
            text = data.get(f"v-{name}")
            if text is None:
                continue
            found.texts[name] = text[:40]
            try:
                amount = read_number(text[:40], decimals)
                seen = read_number(data.get(f"s-{name}", "")[:40], decimals)
            except ValidationError as wrong:
                found.errors[name] = " ".join(wrong.messages)
                continue
            if amount != seen or amount is None:
                found.entries.append(Entry(unit, year, amount, seen, looked=f"s-{name}" in data))
    return found
