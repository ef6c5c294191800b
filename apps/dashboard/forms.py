"""One decision for the tasks that were chosen in the inbox."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.fields import DayField, OnceForm, TextField, parse_past
from apps.documents.uploads import TYPES
from apps.tasks.services.recording import Decided

APPROVE, RETURN = "approve", "return"
NEEDED = {
    "number": gettext_lazy("Nhập số, ký hiệu quyết định."),
    "issued_on": gettext_lazy("Nhập ngày ký quyết định."),
    "issuer": gettext_lazy("Nhập cơ quan ban hành."),
    "signatory": gettext_lazy("Nhập người ký."),
}


class DecideForm(OnceForm):
    """`verb` is the button. A decision is asked for approving, words for returning."""

    number = TextField(label=gettext_lazy("Số, ký hiệu"), max_length=80, required=False)
    issued_on = DayField(label=gettext_lazy("Ngày ký"), parse=parse_past, required=False)
    issuer = TextField(label=gettext_lazy("Cơ quan ban hành"), max_length=150, required=False)
    signatory = TextField(label=gettext_lazy("Người ký"), max_length=200, required=False)
    file = forms.FileField(
        label=gettext_lazy("Bản quyết định đã ký"), required=False, max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(TYPES)}),
    )  # fmt: skip
    reason = TextField(label=gettext_lazy("Ý kiến"), multiline=True, required=False, max_length=2000)
    verb = forms.ChoiceField(choices=[(APPROVE, APPROVE), (RETURN, RETURN)], widget=forms.HiddenInput)
    pick = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)
    aliases = {"decision": "number"}

    def __init__(self, *args: Any, picked: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NEEDED:
            self.fields[name].when_required = _("bắt buộc khi phê duyệt")
        self.fields["reason"].when_required = _("bắt buộc khi trả lại")
        self.fields["pick"].choices = [(one, one) for one in picked or ()]

    def decided(self) -> Decided:
        data = self.cleaned_data
        facts = {"day": data["issued_on"], "issuer": data["issuer"], "signatory": data["signatory"]}
        return Decided.of(number=data["number"], **facts)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("pick"):
            raise ValidationError(_("Chọn ít nhất một nhiệm vụ."), code="none")
        asked = {APPROVE: NEEDED, RETURN: {"reason": gettext_lazy("Nhập ý kiến khi trả lại.")}}
        for name, words in asked.get(data.get("verb", ""), {}).items():
            if name not in self.errors and not data.get(name):
                self.add_error(name, ValidationError(words, code="required"))
        return data
