from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, ResetPasswordKeyForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.lockout import count_wrong_try, is_locked, one_try_at_a_time

CODE = (gettext_lazy("Mã sáu số"), gettext_lazy("Nhập mã sáu số đang hiện trên điện thoại."))
PASSWORD = (gettext_lazy("Mật khẩu"), gettext_lazy("Nhập mật khẩu."))
NEW_PASSWORDS = {
    "password1": (gettext_lazy("Mật khẩu mới"), gettext_lazy("Nhập mật khẩu mới.")),
    "password2": (gettext_lazy("Nhập lại mật khẩu mới"), gettext_lazy("Nhập lại mật khẩu mới.")),
}
NOT_AN_ADDRESS = gettext_lazy("Thư điện tử chưa đúng dạng. Nhập như ten@donvi.gov.vn")


class OurWords:
    """allauth's fields by our names, which the summary of errors says too; `words`: name, what to do when empty."""

    words: dict[str, tuple[Any, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, missing) in self.words.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].error_messages |= {"required": missing}


class SignInForm(OurWords, LoginForm):
    words = {
        "login": (gettext_lazy("Thư điện tử công vụ"), gettext_lazy("Nhập thư điện tử công vụ.")),
        "password": PASSWORD,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages |= {"invalid": NOT_AN_ADDRESS}


class PasswordAgainForm(OurWords, ReauthenticateForm):
    words = {"password": PASSWORD}


class NewPasswordForm(OurWords, ResetPasswordKeyForm):
    words = NEW_PASSWORDS


class AppForm(OurWords, ActivateTOTPForm):
    words = {"code": CODE}


class CountedCode:
    """A code of six digits is guessed soon, so wrong ones count like wrong passwords."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = CODE[0]

    def clean_code(self) -> str:
        with one_try_at_a_time(self.user.email):
            if is_locked(context.request, self.user):
                raise ValidationError(_("Sai quá nhiều lần. Thử lại sau 15 phút."), code="locked")
            try:
                return super().clean_code()
            except ValidationError as wrong:
                count_wrong_try(context.request, self.user, step="code")
                refusal = wrong
        raise refusal  # only here: an exception inside would take the count back


class CodeForm(CountedCode, AuthenticateForm):
    pass


class CodeAgainForm(CountedCode, CodeReauthenticateForm):
    pass


class OwnPasswordForm(OurWords, ChangePasswordForm):
    """Who found a session open must not guess the password here without being counted."""

    words = {
        "oldpassword": (gettext_lazy("Mật khẩu hiện nay"), gettext_lazy("Nhập mật khẩu hiện nay.")),
        **NEW_PASSWORDS,
    }

    def clean_oldpassword(self) -> str:
        with one_try_at_a_time(self.user.email):
            if is_locked(context.request, self.user):
                raise ValidationError(_("Sai quá nhiều lần. Thử lại sau 15 phút."), code="locked")
            try:
                return super().clean_oldpassword()
            except ValidationError as wrong:
                count_wrong_try(context.request, self.user, step="password")
                refusal = wrong
        raise refusal
