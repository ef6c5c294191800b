"""Whether a token opens anything today; what each call with one asks of the base, and leaves there: a line a minute of
use, a row a day of refusal.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.factors import factors_of
from apps.accounts.models import User
from apps.audit.services import record
from apps.people.models import ApiToken
from apps.people.rights import hold_to, rights_of
from apps.people.services.standing import unit_of_record
from apps.people.token_keys import digests_of

WRITTEN_EVERY = timedelta(minutes=1)
TOLD_EVERY = timedelta(days=1)  # a forgotten program calls for months, and rows of the audit stay for good
REFUSED = {
    "revoked_token": _("Mã truy cập đã được thu hồi."),
    "expired_token": _("Mã truy cập đã hết hạn."),
    "foreign_network": _("Mã truy cập không được dùng từ mạng này."),
    "owner_closed": _("Tài khoản của mã truy cập đã đóng."),
    "owner_without_role": _("Tài khoản của mã truy cập không còn vai trò ở đơn vị của mã."),
}
NO_FACTOR = _("Vai trò của bạn bắt buộc có xác thực hai bước. Thiết lập trên cổng, rồi gọi lại.")


def why_not(token: ApiToken, address: str | None) -> str:
    """The code of a refusal. Where there is none, its owner may from here on what the token opens and nothing else.

    `address`: from where it is shown; None of a job, which goes on with what was shown before.
    """
    owner = token.owner
    if token.revoked_at is not None:
        return "revoked_token"
    if token.expires_on < timezone.localdate():
        return "expired_token"
    if not owner.is_active:
        return "owner_closed"
    if address is not None and not token.is_called_from(address):
        return "foreign_network"
    if owner.is_superuser or not hold_to(owner, token.unit_id, token.only_role).units:
        return "owner_without_role"
    return ""


def lacks_factor(owner: User) -> bool:
    """No side door for whom roles ask for a second factor and who has lost it. A program has none: whoever issued its
    token has shown theirs.
    """
    held = rights_of(owner)
    return held.needs_second_factor and not held.is_program and not factors_of(owner)


def admit_to_job(token_id: int) -> ApiToken:
    """The token for which a job does something, as if it called now."""
    token = ApiToken.objects.select_related("owner").get(pk=token_id)
    if code := why_not(token, None):
        raise ValidationError(REFUSED[code], code=code)
    if lacks_factor(token.owner):
        raise ValidationError(NO_FACTOR, code="second_factor_required")
    return token


def find_token(key: str) -> ApiToken | None:
    """With its owner, in one statement."""
    digests = digests_of(key)
    found = ApiToken.objects.select_related("owner").filter(digest__in=digests).first() if digests else None
    if found is not None and found.digest != digests[0]:  # made with a former pepper
        ApiToken.objects.filter(pk=found.pk).update(digest=digests[0])
    return found


def note_use(token: ApiToken, address: str) -> None:
    now = timezone.now()
    if token.last_used_at is not None and token.last_used_at > now - WRITTEN_EVERY:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - WRITTEN_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now, last_used_from=address)


@transaction.atomic
def note_refusal(token: ApiToken, code: str) -> None:
    """Somebody called with a token that opens nothing any more, or from elsewhere: who, nobody knows."""
    now = timezone.now()
    untold = Q(refused_at__isnull=True) | Q(refused_at__lte=now - TOLD_EVERY)
    if ApiToken.objects.filter(untold, pk=token.pk).update(refused_at=now):
        unit = token.unit_id or unit_of_record(token.owner)
        record("token.refused", target=token, by=None, unit=unit, error=code)
