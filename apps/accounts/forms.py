from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, ResetPasswordKeyForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.forms import Field
from django.utils.translation import gettext_lazy

from apps.accounts.lockout import guard_try
from apps.accounts.models import User

CODE = (gettext_lazy("Mã xác thực 6 chữ số"), gettext_lazy("Nhập mã đang hiện trên điện thoại."))
PASSWORD = (gettext_lazy("Mật khẩu"), gettext_lazy("Nhập mật khẩu."))
NEW_PASSWORDS = {
    "password1": (gettext_lazy("Mật khẩu mới"), gettext_lazy("Nhập mật khẩu mới.")),
    "password2": (gettext_lazy("Nhập lại mật khẩu mới"), gettext_lazy("Nhập lại mật khẩu mới.")),
}
NOT_AN_ADDRESS = gettext_lazy("Thư điện tử chưa đúng dạng. Nhập đủ tên miền, ví dụ ten@donvi.gov.vn")


class OurWords:
    """allauth's fields by our names, which the summary of errors says too; `words`: name, what to do when empty."""

    fields: dict[str, Field]
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
    """Looks at the password itself: allauth would sign in anew, and be refused where a stranger locked the sign-in."""

    words = {"password": PASSWORD}

    def clean_password(self) -> str:
        return guard_try(self.user, "password", self._right_password)

    def _right_password(self) -> str:
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise get_adapter().validation_error("incorrect_password")
        return password


class NewPasswordForm(OurWords, ResetPasswordKeyForm):
    words = NEW_PASSWORDS


class AppForm(OurWords, ActivateTOTPForm):
    words = {"code": CODE}


class CountedCode:
    """A code of six digits is guessed soon, so wrong ones count like wrong passwords."""

    fields: dict[str, Field]
    user: User

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = CODE[0]

    def clean_code(self) -> str:
        return guard_try(self.user, "code", super().clean_code)


class CodeForm(CountedCode, AuthenticateForm):
    pass


class CodeAgainForm(CountedCode, CodeReauthenticateForm):
    pass


class OwnPasswordForm(OurWords, ChangePasswordForm):
    """Who found a session open must not guess the password here without being counted."""

    words = {
        "oldpassword": (gettext_lazy("Mật khẩu hiện tại"), gettext_lazy("Nhập mật khẩu hiện tại.")),
        **NEW_PASSWORDS,
    }

    def clean_oldpassword(self) -> str:
        return guard_try(self.user, "password", super().clean_oldpassword)
