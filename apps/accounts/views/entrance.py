"""The door: in with password and second factor, out, and the password itself."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import UserTokenForm
from allauth.account.views import LoginView, LogoutView, PasswordChangeView, PasswordResetFromKeyView
from allauth.mfa.base.views import AuthenticateView
from axes.decorators import axes_dispatch, axes_form_invalid
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from apps.accounts.factors import factors_of, keys_work_here, note_change
from apps.accounts.models import User
from apps.accounts.passwords import ALONE, TOO_SHORT
from apps.accounts.sessions import end_all_sessions
from apps.audit.services import record


@method_decorator(axes_dispatch, name="dispatch")
@method_decorator(axes_form_invalid, name="form_invalid")
class SignInView(LoginView):
    """allauth's sign-in behind the count of failed tries."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Twelve characters were enough while a factor stood beside them; alone they are not. Only here is the
        password at hand, so only here it is seen.
        """
        response = super().form_valid(form)
        user = self.request.user
        if user.is_authenticated and len(form.cleaned_data["password"]) < ALONE and not user.must_show_second_factor:
            self.request.session[TOO_SHORT] = True
            words = _("Tài khoản không có xác thực hai bước nên mật khẩu cần ít nhất %(least)d ký tự.")
            messages.warning(self.request, words % {"least": ALONE})
        return response


class SecondFactorView(AuthenticateView):
    """The step after the password, for who has a factor: code, recovery code or key."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        factors = factors_of(self.stage.login.user)
        return context | {
            "factors": factors,
            "with_key": bool(factors.keys) and keys_work_here(self.request),
        }


class SignOutView(LogoutView):
    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """What the browser keeps of the portal goes too. Not its cookies: that would reach every site of the ministry's
        domain, and our own are gone with the session."""
        response = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class OwnPasswordView(PasswordChangeView):
    """Who signs in at an identity provider has no password here, hence no page to change it."""

    success_url = reverse_lazy("dashboard:account")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            note_change(self.request, "password_changed")
            self.request.session.pop(TOO_SHORT, None)
        return response


class ForgottenPasswordView(PasswordResetFromKeyView):
    """Behind the link of the mail. The owner hears of it, and no session outlives the old password."""

    def form_valid(self, form: Any) -> HttpResponse:
        """The link is good once: of two who use it at the same moment the second finds the account changed."""
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=self.reset_user.pk)
            if not UserTokenForm.token_generator.check_token(user, self.key):
                return self.render_to_response(self.get_context_data(token_fail=True))
            response = super().form_valid(form)
            get_adapter().tell_of_change(record("account.password_reset", by=user, target=user))
            if self.request.user.pk == user.pk:
                logout(self.request)
            end_all_sessions(user)
        return response
