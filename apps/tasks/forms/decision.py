"""The decision by which something is done: asked for by the same fields, in the same words, wherever it is recorded."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.core.fields import DayField, TextField, parse_past
from apps.documents.uploads import TYPES
from apps.tasks.services.recording import Decided

EXAMPLE = gettext_lazy("ví dụ 2145/QĐ-UBND")  # longer words are cut in a narrow box
DECISION = ("number", "day", "issuer", "signatory", "file")
NEEDED = frozenset({"number", "day", "issuer"})


class DecisionFields(forms.Form):
    """Its facts as the person who decides enters them, and its signed file: tasks/decision_fields.html shows them.

    By themselves they may be left empty: a form asks for them by `need_decision`, or says for which button they are.
    """

    number = TextField(
        label=gettext_lazy("Số, ký hiệu quyết định"), max_length=80, required=False,
        widget=forms.TextInput(attrs={"placeholder": EXAMPLE, "autocomplete": "off"}),
    )  # fmt: skip
    day = DayField(label=gettext_lazy("Ngày ký"), parse=parse_past, required=False)
    issuer = TextField(label=gettext_lazy("Cơ quan ban hành"), max_length=150, required=False)
    signatory = TextField(label=gettext_lazy("Người ký"), max_length=200, required=False)
    file = forms.FileField(
        label=gettext_lazy("Tệp quyết định đã ký"), required=False, max_length=255,
        widget=forms.FileInput(attrs={"accept": ",".join(TYPES)}),
        error_messages={"empty": gettext_lazy("Tệp rỗng (0 byte). Kiểm tra tệp rồi chọn lại.")},
    )  # fmt: skip
    aliases = {"decision": "number", "document": "number", "issued_on": "day"}

    def need_decision(self) -> None:
        for name in NEEDED & self.fields.keys():
            self.fields[name].required = True

    def say_when(self, words: str | Promise) -> None:
        """Beside what only one of the buttons asks for."""
        for name in NEEDED & self.fields.keys():
            fields: dict[str, Any] = self.fields
            fields[name].when_required = words

    @property
    def rest(self) -> list[forms.BoundField]:
        """What the form asks besides."""
        return [field for field in self.visible_fields() if field.name not in DECISION]

    def decided(self) -> Decided:
        data = self.cleaned_data
        return Decided.of(number=data["number"], day=data["day"], issuer=data["issuer"], signatory=data["signatory"])
