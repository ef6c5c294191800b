"""What the acts on a report ask of whoever makes them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.fields import DayField, OnceForm, TextField, parse_past
from apps.documents.uploads import TYPES
from apps.reports.models import AnnualReport
from apps.reports.selectors.reviewed import reasons_of
from apps.reports.services.moves import Signed
from apps.reports.services.reviewing import differing, return_due


class MoveForm(OnceForm):
    """A move that does not say which state it was made from might come from an old page."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, report: AnnualReport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report = report
        self.initial.setdefault("version", report.version)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("version") is None:
            words = _("Không xác định được phiên bản bạn đã xem. Mở lại trang, rồi làm tiếp.")
            raise forms.ValidationError(words, code="stale")
        return self.cleaned_data

    def given(self) -> dict[str, Any]:
        """What the service takes besides the person and the version."""
        names = self.fields.keys() - {"key", "version"}
        return {name: self.cleaned_data[name] for name in names}


class ReasonForm(MoveForm):
    reason = TextField(
        label=gettext_lazy("Lý do"), max_length=2000, multiline=True,
        error_messages={"required": gettext_lazy("Nhập ý kiến, lý do.")},
    )  # fmt: skip


class ReturnForm(ReasonForm):
    due_on = DayField(label=gettext_lazy("Hạn nộp lại"))
    field_order = ["reason", "due_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Nội dung trả lại")
        self.initial.setdefault("due_on", return_due())


class SignForm(MoveForm):
    number = TextField(
        label=gettext_lazy("Số, ký hiệu báo cáo"), max_length=60,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("ví dụ 125/BC-UBND"), "autocomplete": "off"}),
    )  # fmt: skip
    day = DayField(label=gettext_lazy("Ngày ký"), parse=parse_past)
    signatory = TextField(label=gettext_lazy("Người ký"), max_length=120)
    position = TextField(label=gettext_lazy("Chức vụ"), max_length=200)
    file = forms.FileField(
        label=gettext_lazy("Tệp báo cáo đã ký"), required=False, max_length=255,
        widget=forms.FileInput(attrs={"accept": ",".join(TYPES)}),
        error_messages={"empty": gettext_lazy("Tệp rỗng (0 byte). Kiểm tra tệp rồi chọn lại.")},
    )  # fmt: skip
    aliases = {"signed_on": "day"}

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"signed": Signed(data["number"], data["day"], data["signatory"], data["position"])}


class AcceptForm(MoveForm):
    """A field for every cell that differs from what the register had: why the difference is accepted."""

    reason = TextField(label=gettext_lazy("Ý kiến"), max_length=2000, required=False, multiline=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.differing = {f"difference_{cell.pk}": cell for cell in differing(self.report)}
        noted = reasons_of(self.report)
        for name, cell in self.differing.items():
            label = _("Lý do chấp nhận chênh lệch ở ô %(code)s") % {"code": cell.code}
            self.fields[name] = TextField(label=label, max_length=500, help_text=cell.label)
            self.initial.setdefault(name, noted.get(cell.pk, ""))
        self.order_fields(["key", "version", *self.differing, "reason"])

    @property
    def aliases(self) -> dict[str, str]:
        """What the service says of all of them stands at the first."""
        return {"differences": next(iter(self.differing), "reason")}

    def given(self) -> dict[str, Any]:
        told = {cell.code: self.cleaned_data[name] for name, cell in self.differing.items()}
        return {"reason": self.cleaned_data["reason"], "differences": told}


FORMS: dict[str, type[MoveForm]] = {
    "send_back": ReasonForm,
    "sign": SignForm,
    "return_for_revision": ReturnForm,
    "accept": AcceptForm,
    "reopen": ReasonForm,
    "correct": ReasonForm,
}
