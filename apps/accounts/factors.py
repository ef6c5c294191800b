"""Second factors: the application that shows six digits, security keys; recovery codes for the day both are lost."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.sessions import end_all_sessions, end_other_sessions
from apps.audit.services import record
from apps.core.request import SignedInRequest

Type = Authenticator.Type
FACTORS = (Type.TOTP, Type.WEBAUTHN)  # recovery codes stand in for one, they are none


@dataclass
class Factors:
    """What one person has set up."""

    totp: Authenticator | None = None
    keys: list[Authenticator] = field(default_factory=list)
    recovery: Authenticator | None = None

    def __bool__(self) -> bool:
        return bool(self.totp or self.keys)

    @property
    def codes(self) -> list[str]:
        return self.recovery.wrap().get_unused_codes() if self.recovery else []

    @property
    def codes_left(self) -> int:
        return self.recovery.wrap().left if self.recovery else 0

    @property
    def codes_unseen(self) -> bool:
        """They were made, and their owner has not looked at them yet."""
        return self.recovery is not None and not self.recovery.wrap().did_view

    def mark_codes_seen(self) -> None:
        if self.recovery is not None:
            self.recovery.wrap().mark_as_viewed()


def with_a_factor(people: Iterable[int]) -> set[int]:
    """Which of these people, by id, have set one up."""
    rows = Authenticator.objects.filter(user__in=list(people), type__in=FACTORS)
    return set(rows.values_list("user", flat=True))


def factors_of(user: User) -> Factors:
    found = Factors()
    for one in Authenticator.objects.filter(user=user.pk).order_by("created_at", "id"):
        if one.type == Type.TOTP:
            found.totp = one
        elif one.type == Type.WEBAUTHN:
            found.keys.append(one)
        else:
            found.recovery = one
    return found


def can_lose(authenticator: Authenticator) -> bool:
    """The last factor of somebody who must have one stays."""
    others = Authenticator.objects.filter(user=authenticator.user_id, type__in=FACTORS).exclude(pk=authenticator.pk)
    return others.exists() or not authenticator.user.must_show_second_factor


def check_can_lose(authenticator: Authenticator) -> None:
    """Two removals at once wait for each other, so that they do not take one factor each. Inside a transaction."""
    User.objects.select_for_update().get(pk=authenticator.user_id)
    if not Authenticator.objects.filter(pk=authenticator.pk).exists():
        raise ValidationError(_("Phương thức xác thực này đã được gỡ."), code="gone")
    if not can_lose(authenticator):
        raise ValidationError(
            _("Vai trò của bạn bắt buộc có xác thực hai bước. Thêm phương thức khác trước, rồi gỡ phương thức này."),
            code="last_factor",
        )


def note_change(request: SignedInRequest, action: str, **data: Any) -> None:
    """A factor came or went: recorded, its owner told, other sessions ended. Inside the change's transaction."""
    event = record(f"account.{action}", by=request.user, target=request.user, **data)
    get_adapter(request).tell_of_change(event)
    end_other_sessions(request)


@transaction.atomic
def remove_all_factors(user: User, *, by: User | None, reason: str = "") -> None:
    """Lost factors are taken away; where the role needs one, the next sign-in leads to setting it up."""
    gone = [one.type for one in Authenticator.objects.filter(user=user)]
    Authenticator.objects.filter(user=user).delete()
    event = record("account.factors_reset", by=by, target=user, reason=reason, kinds=gone)
    get_adapter().tell_of_change(event)
    end_all_sessions(user)


def keys_work_here(request: HttpRequest) -> bool:
    """Browsers speak to security keys under a domain name over HTTPS, and under localhost; never under an address."""
    host = request.get_host().rpartition(":")[0] if ":" in request.get_host() else request.get_host()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure()
    return False
