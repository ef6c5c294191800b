"""The form that everybody finds, signed in or not."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.core.fields import RefusableForm, TextField
from apps.feedback.models import INCIDENT, LONGEST, Feedback

TRAP = "homepage"


class FeedbackForm(RefusableForm):
    kind = forms.ChoiceField(
        label=_("Loại góp ý"), choices=Feedback.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Chọn một loại."), "invalid_choice": _("Chọn một loại.")},
    )  # fmt: skip
    text = TextField(
        label=_("Nội dung"), multiline=True, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Không ghi họ tên, số điện thoại, thư điện tử hay số liệu của đơn vị. Nhiều nhất 1.000 ký tự."),
        error_messages={
            "required": _("Viết vài chữ về điều bạn gặp."),
            "max_length": _("Nội dung dài %(show_value)s ký tự; nhiều nhất %(limit_value)s. Hãy rút gọn."),
        },
    )  # fmt: skip
    incident = TextField(
        label=_("Mã sự cố"), required=False, max_length=40,
        help_text=_("Có trên trang báo lỗi, ví dụ 6319-A4D6. Mã này giúp tìm đúng lỗi trong nhật ký của cổng."),
    )  # fmt: skip
    page = TextField(required=False, widget=forms.HiddenInput)
    # People do not see it: what fills it in is a program that fills in everything.
    homepage = TextField(
        label=_("Để trống ô này"), required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "feedback_%s"} | kwargs))

    def clean_incident(self) -> str:
        text = self.cleaned_data["incident"].upper().replace(" ", "")
        code = f"{text[:4]}-{text[4:]}" if len(text) == 8 else text
        if code and not re.fullmatch(INCIDENT, code):
            raise ValidationError(
                _("Mã sự cố gồm 8 chữ số hoặc chữ cái từ A đến F, ví dụ 6319-A4D6. Kiểm tra lại hoặc để trống."),
                code="incident",
            )
        return code

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get(TRAP))


def known_incident(text: str) -> str:
    """What an address brings along, where it is such a code."""
    return text if re.fullmatch(INCIDENT, text) else ""
