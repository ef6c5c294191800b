from allauth.account.fields import EmailField
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from apps.accounts.forms import NOT_AN_ADDRESS
from apps.accounts.lockout import network_tried_from
from apps.notifications.resets import request_password_reset


class ResetRequestForm(forms.Form):
    """In place of allauth's form, which looks the address up and makes the link while the visitor waits."""

    email = EmailField(
        label=gettext_lazy("Thư điện tử công vụ"), required=True,
        error_messages={"required": gettext_lazy("Nhập thư điện tử công vụ."), "invalid": NOT_AN_ADDRESS},
    )  # fmt: skip

    def save(self, request: HttpRequest, **kwargs) -> str:
        email = self.cleaned_data["email"]
        request_password_reset(email, network_tried_from(request))
        return email
