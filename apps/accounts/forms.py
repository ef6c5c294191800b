from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.lockout import count_wrong_code, is_locked


class CountedCode:
    """A code of six digits is guessed soon, so wrong ones count like wrong passwords."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = gettext_lazy("Mã sáu số")

    def clean_code(self) -> str:
        if is_locked(context.request, self.user):
            raise ValidationError(_("Sai quá nhiều lần. Thử lại sau 15 phút."), code="locked")
        try:
            return super().clean_code()
        except ValidationError:
            count_wrong_code(context.request, self.user)
            raise


class CodeForm(CountedCode, AuthenticateForm):
    pass


class CodeAgainForm(CountedCode, ReauthenticateForm):
    pass
