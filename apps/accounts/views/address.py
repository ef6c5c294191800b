"""Changing one's own work e-mail."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from apps.accounts.addresses import TooManyLinksError, address_of_key, ask_for_address, change_address
from apps.accounts.forms import NOT_AN_ADDRESS
from apps.accounts.naming import require_domain
from apps.accounts.views.recent import RecentSignInMixin
from apps.core.request import SignedInRequest


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Thư điện tử công vụ mới"), max_length=254, validators=[require_domain],
        error_messages={"required": gettext_lazy("Nhập thư điện tử công vụ mới."), "invalid": NOT_AN_ADDRESS},
    )  # fmt: skip

    def __init__(self, *args: Any, current: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if email == self.current:
            raise ValidationError(_("Đây là địa chỉ đang dùng."), code="same")
        return email


class AddressChangeView(RecentSignInMixin, FormView):
    request: SignedInRequest
    form_class = AddressForm
    template_name = "account/email_change.html"
    success_url = reverse_lazy("dashboard:account")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"current": self.request.user.get_username()}

    def form_valid(self, form: AddressForm) -> HttpResponse:
        email = form.cleaned_data["email"]
        try:
            ask_for_address(self.request, self.request.user, email)
        except TooManyLinksError as refusal:
            self.request.refusal = "too_many"
            form.add_error(None, refusal)
            return self.form_invalid(form)
        said = _("Đã gửi liên kết đến %(email)s. Mở liên kết trong vòng 24 giờ để dùng địa chỉ mới.")
        messages.success(self.request, said % {"email": email})
        return super().form_valid(form)


class AddressConfirmView(TemplateView):
    """Opened from the mail, by its person: a link that went to a stranger's mailbox by a slip opens nothing there."""

    request: SignedInRequest
    template_name = "account/email_confirm.html"

    @cached_property
    def address(self) -> EmailAddress | None:
        return address_of_key(self.kwargs["key"], self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(address=self.address, **kwargs)

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.address is None:
            return self.render_to_response(self.get_context_data())
        try:
            user = change_address(request, self.address)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, _("Từ nay đăng nhập bằng %(email)s.") % {"email": user.email})
        return redirect("dashboard:account")
