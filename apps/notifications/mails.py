"""The mails of sign-in, and of what people are told. Those of other apps stand in their own mails.py."""

from datetime import date

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.templatetags.ui import vn_date
from apps.notifications.models import Digest, Notification, ResetRequest
from apps.notifications.registry import LONGEST_SUBJECT
from apps.notifications.resets import forget_old_requests
from apps.notifications.selectors import counted, seen
from apps.notifications.services import Mail, absolute_url, mail
from apps.notifications.services.choosing import choice_of


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


@mail("notifications.told")
def told(notification_id: int) -> Mail | None:
    """Of one event, at once. Not once it was read, nor of what its reader may see no more."""
    row = Notification.objects.unread().filter(pk=notification_id, user__is_active=True).select_related("user").first()
    found = seen([row], row.user) if row else []
    if row is None or not found:
        return None
    one = found[0]
    return Mail(
        to=row.user.email,
        subject=with_due(one.fact.rstrip("."), row.due_on),
        template="emails/told.txt",
        greeting=str(row.user),
        link=settings.SITE_URL + one.url,
        context={"fact": one.fact, "request": one.kind.request},
    )


@mail("notifications.digest")
def digest(digest_id: int) -> Mail | None:
    """What came up since the last one: how much of what, in one mail. What was read meanwhile is left out."""
    row = Digest.objects.filter(pk=digest_id, user__is_active=True).select_related("user").first()
    if row is None:
        return None
    muted = choice_of(row.user).muted
    told = row.notifications.unread().exclude(kind__in=muted).order_by("due_on", "pk")
    found = seen(told, row.user)
    if not found:
        return None
    counts = counted(found)
    nearest = min((one.nearest for one in counts if one.nearest), default=None)
    subject = found[0].fact.rstrip(".") if len(found) == 1 else _("%(n)s việc cần biết") % {"n": len(found)}
    return Mail(
        to=row.user.email,
        subject=with_due(subject, nearest),
        template="emails/digest.txt",
        greeting=str(row.user),
        link=absolute_url("notifications:notification_list"),
        context={"counts": counts, "total": len(found), "only": found[0] if len(found) == 1 else None},
    )


def with_due(matter: str, due_on: date | None) -> str:
    """«<việc> – <hạn>»; the matter is cut where both together are too long."""
    end = f" – hạn {vn_date(due_on)}" if due_on else ""
    return matter[: LONGEST_SUBJECT - len(end)] + end
