"""Setting second factors up and taking them down."""

from typing import Any
from urllib.parse import quote

from allauth.mfa.base.internal.flows import delete_and_cleanup
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from apps.accounts.factors import Type, check_can_lose, factors_of, keys_work_here, note_change
from apps.accounts.models import User
from apps.accounts.views.recent import RecentSignInMixin
from apps.core.request import SignedInRequest

ACCOUNT = reverse_lazy("dashboard:account")


class FactorAddMixin(RecentSignInMixin):
    """What is the same for application and key."""

    request: SignedInRequest
    did_generate_recovery_codes: bool  # said by allauth's view
    kind = ""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=self.request.user.pk)
            if self.kind == Type.TOTP and factors_of(self.request.user).totp:  # in another tab, a moment ago
                return redirect(ACCOUNT)
            response = super().form_valid(form)
            if totp := factors_of(self.request.user).totp if self.kind == Type.TOTP else None:
                totp.wrap().spend()
            note_change(self.request, "factor_added", kind=self.kind)
        return response

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes") if self.did_generate_recovery_codes else str(ACCOUNT)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request = self.request
        more = {"with_key": keys_work_here(request), "is_obliged": getattr(request, "must_set_up_factor", False)}
        return super().get_context_data(**kwargs) | more


class AppAddView(FactorAddMixin, ActivateTOTPView):
    """The secret as a picture and as text, and a code as proof that the telephone has it."""

    kind = Type.TOTP

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return context | {"secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}


class KeyAddView(FactorAddMixin, AddWebAuthnView):
    kind = Type.WEBAUTHN

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not keys_work_here(request):
            messages.error(request, _("Khóa bảo mật chỉ dùng được khi mở cổng bằng tên miền qua HTTPS."))
            return redirect(ACCOUNT)
        return super().dispatch(request, *args, **kwargs)


class FactorRemoveView(RecentSignInMixin, FormView):
    """Asks once, and refuses to take the last factor of who must have one."""

    request: SignedInRequest
    form_class = Form
    template_name = "mfa/factor_remove.html"
    success_url = ACCOUNT
    kind = Type.TOTP

    @cached_property
    def authenticator(self) -> Authenticator:
        return get_object_or_404(Authenticator, user=self.request.user, type=self.kind, **self.kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        name = self.authenticator.wrap().name if self.kind == Type.WEBAUTHN else ""
        return super().get_context_data(name=name, **kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            with transaction.atomic():
                check_can_lose(self.authenticator)
                delete_and_cleanup(self.request, self.authenticator)
                note_change(self.request, "factor_removed", kind=self.kind)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("Đã gỡ. Các phiên khác của bạn đã kết thúc."))
        return super().form_valid(form)


class KeyRemoveView(FactorRemoveView):
    kind = Type.WEBAUTHN


class RecoveryCodesView(RecentSignInMixin, TemplateView):
    """The codes, until their owner says that they are kept; after that nobody sees them again."""

    request: SignedInRequest
    template_name = "mfa/recovery_codes/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        factors = factors_of(self.request.user)
        unseen = factors.codes if factors.codes_unseen else []
        return super().get_context_data(
            codes=unseen, codes_left=factors.codes_left, has_factor=bool(factors), file=_as_file(unseen), **kwargs
        )

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        factors_of(request.user).mark_codes_seen()
        return redirect("dashboard:home" if request.POST.get("go_on") else ACCOUNT)


def _as_file(codes: list[str]) -> str:
    """A text file inside the link: nothing to fetch a second time, nothing kept anywhere."""
    head = _("Mã khôi phục – Cổng quản lý Đề án 996. Mỗi mã dùng được một lần.")
    return "data:text/plain;charset=utf-8," + quote("\r\n".join(["\ufeff" + head, "", *codes, ""]))


class RecoveryCodesNewView(RecentSignInMixin, GenerateRecoveryCodesView):
    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            note_change(self.request, "recovery_codes_made")
        return response


class ConfirmByKeyView(ReauthenticateWebAuthnView):
    def form_invalid(self, form: Any) -> HttpResponse:
        """Again on the same page; the library would lead to the sign-in page."""
        return self.render_to_response(self.get_context_data(form=form))
