"""The mails of sign-in. Those of other apps stand in their own mails.py."""

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.notifications.models import ResetRequest
from apps.notifications.resets import forget_old_requests
from apps.notifications.services import Mail, absolute_url, mail


@mail("notifications.password_reset")
def password_reset(request_id: int) -> Mail | None:
    """To the address of an open account only: one that is still to be confirmed may be somebody else's.

    Who comes in by an identity provider has no password here, and is given none: it would outlive the provider's say.
    """
    forget_old_requests()
    request = ResetRequest.objects.filter(pk=request_id).first()
    user = User.objects.filter(email=request.email, is_active=True).first() if request else None
    if user is None or not user.has_usable_password():
        return None
    return Mail(
        to=user.email,
        subject=_("Đặt lại mật khẩu – liên kết có hiệu lực một giờ"),
        template="emails/password_reset.txt",
        greeting=str(user),
        link=absolute_url(
            "account_reset_password_from_key", user_pk_to_url_str(user), default_token_generator.make_token(user)
        ),
    )


@mail("notifications.email_confirmation")
def email_confirmation(address_id: int) -> Mail | None:
    address = EmailAddress.objects.filter(pk=address_id, verified=False, user__is_active=True).first()
    if address is None:
        return None
    return Mail(
        to=address.email,
        subject=_("Xác nhận thư điện tử – liên kết có hiệu lực 24 giờ"),
        template="emails/email_confirmation.txt",
        greeting=str(address.user),
        link=absolute_url("account_confirm_email", EmailConfirmationHMAC(address).key),
    )


CHANGES = {
    "account.password_changed": gettext_lazy("Mật khẩu của tài khoản đã được đổi."),
    "account.password_reset": gettext_lazy("Mật khẩu của tài khoản đã được đặt lại qua liên kết gửi vào thư này."),
    "account.email_changed": gettext_lazy("Tài khoản này từ nay dùng một địa chỉ thư điện tử khác."),
    "account.factor_added": gettext_lazy("Tài khoản có thêm một phương thức xác thực hai bước."),
    "account.factor_removed": gettext_lazy("Một phương thức xác thực hai bước của tài khoản đã được gỡ."),
    "account.recovery_codes_made": gettext_lazy("Bộ mã khôi phục mới đã được tạo; bộ cũ không dùng được nữa."),
    "account.factors_reset": gettext_lazy("Xác thực hai bước của tài khoản đã được gỡ để thiết lập lại."),
}


@mail("notifications.account_changed")
def account_changed(event_id: int) -> Mail | None:
    """To the address in use before the change: who took an account over cannot keep its owner from hearing of it."""
    event = AuditEvent.objects.filter(pk=event_id).first()
    user = User.objects.filter(pk=event.target_id).first() if event else None
    if event is None or user is None:
        return None
    return Mail(
        to=event.before.get("email") or user.email,
        subject=_("Thông báo thay đổi tài khoản"),
        template="emails/account_changed.txt",
        greeting=str(user),
        link=absolute_url("dashboard:account"),
        context={"fact": CHANGES[event.action], "at": event.at},
    )
