"""What the pages of books ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.fields import DayField, OnceForm, RefusableForm, TextField, parse_past
from apps.documents.uploads import TYPES
from apps.publications.models import ReportBook
from apps.publications.models.sections import LONGEST_TEXT
from apps.publications.services.moves import Issue

NATION = ReportBook.Kind.NATIONAL.value


class BookForm(OnceForm):
    """`units`: (id, name) of those whose books the person may begin, and NATION."""

    scope = forms.ChoiceField(label=gettext_lazy("Phạm vi"))
    span = forms.ChoiceField(label=gettext_lazy("Loại báo cáo"), choices=ReportBook.Span.choices)
    year = forms.TypedChoiceField(
        label=gettext_lazy("Năm"), coerce=int, help_text=gettext_lazy("Báo cáo nhiều năm: chọn năm cuối.")
    )
    field_order = ["key", "scope", "span", "year"]
    aliases = {"unit": "scope"}

    def __init__(self, *args: Any, units: list[tuple[str, str]], years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = units
        self.fields["year"].choices = [(year, str(year)) for year in years]


class MoveForm(OnceForm):
    """`changes`: how often the book had been changed when the person looked at it."""

    changes = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, book: ReportBook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        self.initial.setdefault("changes", book.changes)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("changes") is None:
            words = _("Không xác định được phiên bản bạn đã xem. Mở lại trang, rồi làm tiếp.")
            raise forms.ValidationError(words, code="stale")
        return self.cleaned_data

    def given(self) -> dict[str, Any]:
        return {}


class ReasonForm(MoveForm):
    reason = TextField(label=gettext_lazy("Lý do"), max_length=500)

    def given(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class CheckForm(MoveForm):
    reason = TextField(
        label=gettext_lazy("Lý do giữ nguyên các cảnh báo"), max_length=500, required=False,
        help_text=gettext_lazy("Chỉ cần khi còn cảnh báo; lưu cùng báo cáo."),
    )  # fmt: skip

    def given(self) -> dict[str, Any]:
        return {"accepted": self.cleaned_data["reason"]}


class IssueForm(MoveForm):
    number = TextField(
        label=gettext_lazy("Số, ký hiệu báo cáo"), max_length=60,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("ví dụ 118/BC-BKHCN"), "autocomplete": "off"}),
    )  # fmt: skip
    day = DayField(label=gettext_lazy("Ngày ký"), parse=parse_past)
    signatory = TextField(label=gettext_lazy("Người ký"), max_length=120)
    position = TextField(label=gettext_lazy("Chức vụ"), max_length=200)
    file = forms.FileField(
        label=gettext_lazy("Tệp báo cáo đã ký"), required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{one}" for one in TYPES)}),
    )  # fmt: skip

    def given(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {"issued": Issue(told["number"], told["day"], told["signatory"], told["position"])}


class SectionForm(RefusableForm):
    text = TextField(
        label=gettext_lazy("Nội dung"), max_length=LONGEST_TEXT, multiline=True, required=False,
        help_text=gettext_lazy("Mỗi dòng là một đoạn; dòng bắt đầu bằng # là tiêu đề nhỏ; số liệu chèn từ danh sách."),
        widget=forms.Textarea(attrs={"rows": 14, "class": "inp"}),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    holder = forms.TypedChoiceField(label=gettext_lazy("Người phụ trách"), coerce=int, required=False, empty_value=None)
    held = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)  # whom the page showed as holder
    is_done = forms.BooleanField(label=gettext_lazy("Mục đã xong"), required=False)

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].choices = [("", _("Chưa giao")), *people]


FORMS: dict[str, type[MoveForm]] = {
    "check": CheckForm,
    "send_back": ReasonForm,
    "issue": IssueForm,
    "revise": ReasonForm,
}
