from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.lockout import count_wrong_code, is_locked, one_try_at_a_time


class CountedCode:
    """A code of six digits is guessed soon, so wrong ones count like wrong passwords."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = gettext_lazy("Mã sáu số")

    def clean_code(self) -> str:
        with one_try_at_a_time(self.user.email):
            if is_locked(context.request, self.user):
                raise ValidationError(_("Sai quá nhiều lần. Thử lại sau 15 phút."), code="locked")
            try:
                return super().clean_code()
            except ValidationError as wrong:
                count_wrong_code(context.request, self.user)
                refusal = wrong
        raise refusal  # only here: an exception inside would take the count back


class CodeForm(CountedCode, AuthenticateForm):
    pass


class CodeAgainForm(CountedCode, ReauthenticateForm):
    pass
