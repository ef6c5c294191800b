"""A person's work e-mail: changed by themselves, when a link sent to the new address was opened by them.

allauth's table keeps the address that waits; the one in use is in both tables, always the same.
"""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.lockout import one_try_at_a_time
from apps.accounts.models import User
from apps.accounts.sessions import end_other_sessions
from apps.audit.models import AuditEvent
from apps.audit.services import record
from apps.core.request import SignedInRequest

ASKED = "account.email_asked"
WINDOW = timedelta(hours=1)
OWNERS = 9962  # our number among PostgreSQL's advisory locks


class TooManyLinksError(ValidationError):
    pass


@transaction.atomic
def ask_for_address(request: HttpRequest, user: User, email: str) -> None:
    """Send the link. To an address of somebody else nothing is sent, and nobody is told that it is known."""
    user = User.objects.select_for_update().get(pk=user.pk)
    with one_try_at_a_time(email):
        _require_few(user, email)
        record(ASKED, by=user, target=user, email=email)
    EmailAddress.objects.filter(user=user, verified=False).exclude(email=user.email).delete()
    if is_taken(email, user):
        return
    address = EmailAddress.objects.create(user=user, email=email, verified=False, primary=False)
    get_adapter(request).send_confirmation_mail(request, EmailConfirmationHMAC(address), signup=False)


def _require_few(user: User, email: str) -> None:
    """Nobody fills a stranger's mailbox. Counted in the audit, which has a line for each link asked for."""
    recent = AuditEvent.objects.filter(action=ASKED, at__gt=timezone.now() - WINDOW).order_by()
    if (
        recent.filter(actor_id=user.pk).count() >= settings.ADDRESS_LINKS_PER_ACCOUNT
        or recent.filter(data__email=email).count() >= settings.ADDRESS_LINKS_PER_ADDRESS
    ):
        told = _("Đã gửi quá nhiều liên kết trong một giờ. Xem lại thư đã nhận, hoặc chờ rồi khai lại.")
        raise TooManyLinksError({"email": ValidationError(told, code="too_many")})


def address_of_key(key: str, user: User) -> EmailAddress | None:
    """The address that waits, if the link is not too old, was not used, and belongs to this person."""
    confirmation = EmailConfirmationHMAC.from_key(key)
    address = confirmation.email_address if confirmation else None
    return address if address and address.user_id == user.pk and address.email != user.email else None


def hold_address(email: str) -> None:
    """Whoever is about to own the address waits for others who are: until our transaction ends it is nobody else's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [OWNERS, email.strip().lower()])


@transaction.atomic
def change_address(request: SignedInRequest, address: EmailAddress) -> User:
    hold_address(address.email)
    user = User.objects.select_for_update().get(pk=address.user_id)
    if not EmailAddress.objects.filter(pk=address.pk, verified=False).exists() or is_taken(address.email, user):
        raise ValidationError(_("Liên kết không còn hiệu lực. Khai lại địa chỉ để nhận liên kết mới."), code="expired")
    before, user.email = user.email, address.email
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).exclude(pk=address.pk).delete()
    EmailAddress.objects.filter(pk=address.pk).update(verified=True, primary=True)
    event = record("account.email_changed", by=user, target=user, before={"email": before}, after={"email": user.email})
    get_adapter(request).tell_of_change(event)
    end_other_sessions(request)
    return user


def is_taken(email: str, user: User) -> bool:
    by_account = User.objects.filter(email=email).exclude(pk=user.pk).exists()
    return by_account or EmailAddress.objects.filter(Q(verified=True), email=email).exclude(user=user).exists()
