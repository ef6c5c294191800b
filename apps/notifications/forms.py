from allauth.account.fields import EmailField
from django import forms
from django.http import HttpRequest

from apps.accounts.lockout import network_tried_from
from apps.notifications.resets import request_password_reset


class ResetRequestForm(forms.Form):
    """In place of allauth's form, which looks the address up and makes the link while the visitor waits."""

    email = EmailField(required=True)

    def save(self, request: HttpRequest, **kwargs) -> str:
        email = self.cleaned_data["email"]
        request_password_reset(email, network_tried_from(request))
        return email
