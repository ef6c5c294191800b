"""A new password, and with it an end to one's tokens of the API where somebody else may know the old one.

Sessions end by themselves with the password they were begun with. A token does not hang on it, and programs that run
for months would stop with every careful person's new password: so the person says. Whoever came by mail has lost the
old password, perhaps to somebody: there all end unless the person says otherwise.
"""

from typing import Any

from django.db import transaction
from django.forms import BooleanField
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from apps.accounts.forms import NewPasswordForm, OwnPasswordForm
from apps.core.kept_words import in_vietnamese
from apps.people.models import ApiToken
from apps.people.services.tokens import revoke_tokens_of


class EndsTokens:
    """`end_tokens` is there where there are any."""

    user: Any
    fields: dict[str, Any]
    cleaned_data: dict[str, Any]
    unless_told = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user is None:  # a link that is none any more
            return
        count = ApiToken.objects.owned_by(self.user).usable_on(timezone.localdate()).count()
        if count:
            self.fields["end_tokens"] = BooleanField(
                required=False,
                initial=self.unless_told,
                label=gettext("Thu hồi %(count)s mã truy cập API của tôi") % {"count": count},
                help_text=gettext_lazy(
                    "Chọn nếu người khác có thể đã biết mật khẩu cũ. Chương trình đang dùng mã sẽ ngừng hoạt động."
                ),
            )

    def save(self) -> None:
        with transaction.atomic():
            super().save()  # type: ignore[misc]  # of the form beside it
            if self.cleaned_data.get("end_tokens"):
                with in_vietnamese():
                    revoke_tokens_of(self.user, gettext("Đặt mật khẩu mới."), by=self.user)


class OwnPasswordAndTokensForm(EndsTokens, OwnPasswordForm):
    pass


class NewPasswordAndTokensForm(EndsTokens, NewPasswordForm):
    unless_told = True
