"""What people enter: for a new password, about a record, about how they want to be told, days off."""

from typing import Any

from allauth.account.fields import EmailField
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from apps.accounts.forms import NOT_AN_ADDRESS
from apps.core.clients import client_network
from apps.core.fields import DayField, OnceForm, RefusableForm, TextField
from apps.notifications.models.comments import LONGEST
from apps.notifications.resets import request_password_reset
from apps.notifications.subjects import all_kinds


class ResetRequestForm(forms.Form):
    """In place of allauth's form, which looks the address up and makes the link while the visitor waits."""

    email = EmailField(
        label=gettext_lazy("Thư điện tử công vụ"), required=True,
        error_messages={"required": gettext_lazy("Nhập thư điện tử công vụ."), "invalid": NOT_AN_ADDRESS},
    )  # fmt: skip

    def save(self, request: HttpRequest, **kwargs) -> str:
        email = self.cleaned_data["email"]
        request_password_reset(email, client_network(request))
        return email


class CommentForm(OnceForm):
    text = TextField(
        label=gettext_lazy("Nội dung trao đổi"), multiline=True, max_length=LONGEST,
        help_text=gettext_lazy("Nhắc một người bằng @ và họ tên, ví dụ @Nguyễn Thu Hà; người đó nhận thông báo."),
    )  # fmt: skip


class ChoiceForm(RefusableForm):
    digest = forms.BooleanField(label=gettext_lazy("Gửi thư tổng hợp lúc 07:30 mỗi ngày làm việc"), required=False)
    at_once = forms.BooleanField(
        label=gettext_lazy("Gửi thư ngay khi nhiệm vụ được trả lại hoặc được phê duyệt"), required=False
    )
    muted = forms.MultipleChoiceField(
        label=gettext_lazy("Không gửi thư về"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Thông báo về những việc này chỉ hiện trên cổng."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["muted"].choices = [(kind.code, kind.label) for kind in all_kinds()]


class HolidayForm(OnceForm):
    day = DayField(label=gettext_lazy("Ngày nghỉ"))
    name = TextField(
        label=gettext_lazy("Dịp nghỉ"), max_length=100,
        help_text=gettext_lazy("Tên ngày nghỉ theo văn bản công bố, ví dụ: Quốc khánh."),
    )  # fmt: skip
