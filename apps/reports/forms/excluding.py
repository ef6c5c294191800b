"""What is asked when a unit is left out of national figures, and when it counts again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.core.fields import DayField, OnceForm, TextField, parse_past
from apps.core.templatetags.ui import number
from apps.reports.services.excluding import Decision
from apps.targets.models import AcceptedValue


class ExclusionForm(OnceForm):
    indicators = forms.MultipleChoiceField(
        label=gettext_lazy("Số không tính vào số toàn quốc"), widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Chọn ít nhất một số."),
            "invalid_choice": gettext_lazy("Báo cáo không còn số được chấp nhận của %(value)s. Mở lại trang báo cáo."),
        },
    )  # fmt: skip
    number = TextField(
        label=gettext_lazy("Số, ký hiệu quyết định"), max_length=60,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("ví dụ 125/QĐ-UBTĐC"), "autocomplete": "off"}),
    )  # fmt: skip
    decided_on = DayField(label=gettext_lazy("Ngày quyết định"), parse=parse_past)
    reason = TextField(
        label=gettext_lazy("Lý do"), max_length=500, multiline=True,
        help_text=gettext_lazy("Được in dưới số toàn quốc, cùng số và ngày quyết định."),
    )  # fmt: skip

    def __init__(self, *args: Any, values: list[AcceptedValue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicators"].choices = [
            (one.indicator.code, f"{one.indicator.code} {one.indicator.name}: {number(one.value)}") for one in values
        ]

    def decision(self) -> Decision:
        data = self.cleaned_data
        return Decision(data["number"], data["decided_on"], data["reason"])


class CountAgainForm(OnceForm):
    reason = TextField(label=gettext_lazy("Lý do"), max_length=500, multiline=True)
