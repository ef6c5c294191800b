"""Issuing tokens and revoking them. What happens with each call stands in token_use.py."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import ip_network
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.factors import factors_of
from apps.accounts.models import User
from apps.audit.services import record
from apps.core.moves import audit_of, go, hold
from apps.organisations.models import OrganisationUnit
from apps.people.models import ApiToken, Membership, Person
from apps.people.rights import hold_to, rights_of
from apps.people.roles import SERVICE_ROLE
from apps.people.scopes import all_scopes, in_words
from apps.people.services.standing import lock_people, unit_of_record
from apps.people.token_keys import digest_of, new_key

LONGEST_DAYS = 365
MOST = 20  # usable ones of one account
MOST_NETWORKS = 20


@dataclass(frozen=True)
class Wanted:
    """What a token is to open."""

    label: str
    scopes: Collection[str]
    expires_on: date
    unit: OrganisationUnit | None = None
    networks: Sequence[str] = ()


@dataclass(frozen=True)
class Issued:
    token: ApiToken
    key: str  # here and nowhere else


@transaction.atomic
def issue_token(owner: User, wanted: Wanted, *, by: User | None) -> Issued:
    """For oneself, or for a program one looks after; `by=None`: by whoever runs the machine."""
    lock_people([owner.pk])
    owner = User.objects.get(pk=owner.pk)
    _require_may_issue(owner, wanted.unit, by)
    key = new_key()
    token = ApiToken(
        owner=owner, label=wanted.label, unit=wanted.unit, scopes=_known(wanted.scopes),
        networks=_read(wanted.networks), expires_on=wanted.expires_on, digest=digest_of(key), issued_by=by,
    )  # fmt: skip
    _require_fit(token, owner)
    token.full_clean()
    token.save()
    record(audit_of(token, "issue"), target=token, by=by, unit=_unit_of(token), after=_told(token))
    return Issued(token, key)


@transaction.atomic
def revoke_token(token: ApiToken, reason: str, *, by: User) -> ApiToken:
    """At once: the next call with it is refused. One's own, or one that opens a unit whose people one looks after."""
    mine_or_theirs = ApiToken.objects.owned_by(by) | ApiToken.objects.editable_by(by)
    if not mine_or_theirs.filter(pk=token.pk).exists():
        raise PermissionDenied(token)
    token, move = hold(token, "revoke")
    if not reason.strip():
        raise ValidationError({"reason": _("Nêu lý do thu hồi.")}, code="required")
    token.revoked_reason = reason
    changed = go(token, move, by=by)
    token.full_clean()
    token.save(update_fields=[*changed, "revoked_reason", "updated_at"])
    record(move.audit, target=token, by=by, unit=_unit_of(token), reason=reason)
    return token


def revoke_tokens_of(owner: User, reason: str, *, by: User | None) -> None:
    """All that still open something, within the transaction that closes the account."""
    rows = ApiToken.objects.owned_by(owner).usable_on(timezone.localdate())
    for token in rows.select_for_update(of=("self",)).order_by("pk"):
        token, move = hold(token, "revoke")
        token.revoked_reason = reason
        token.save(update_fields=[*go(token, move, by=by), "revoked_reason", "updated_at"])
        record(move.audit, target=token, by=by, unit=_unit_of(token), reason=reason)


def may_hold_own(user: User) -> bool:
    """Whoever works somewhere today. What is a program and nothing else gets its tokens from its administrators."""
    held = rights_of(user)
    return bool(held.units) and not held.is_program and not user.is_superuser


def programs_of(user: User) -> Any:
    """The programs for which this person may issue tokens: those of today in the units whose people they look after."""
    scope = user.units_with("people.add_apitoken")
    held = Membership.objects.valid_on(timezone.localdate()).filter(role__name=SERVICE_ROLE)
    held = held.governed_within(scope).exclude(user=user.pk)
    return Person.objects.filter(pk__in=held.order_by().values("user"), is_active=True, is_superuser=False).by_name()


def _require_may_issue(owner: User, unit: OrganisationUnit | None, by: User | None) -> None:
    """An administrator of a unit opens that unit and no other, whatever else the program may."""
    if by is None:
        return
    if owner.pk == by.pk:
        if not may_hold_own(by):
            raise PermissionDenied
    elif not programs_of(by).filter(pk=owner.pk).exists():
        raise PermissionDenied
    else:
        scope = by.units_with("people.add_apitoken")
        if unit is None and not scope.everything:
            raise ValidationError({"unit": _("Chọn đơn vị mà mã được mở.")}, code="unit_required")
        if unit is not None and unit.pk not in scope:
            raise PermissionDenied(unit)
    if not factors_of(by):
        told = _("Bật xác thực hai bước cho tài khoản của bạn trước khi cấp mã truy cập.")
        raise ValidationError(told, code="second_factor_required")


def _require_fit(token: ApiToken, owner: User) -> None:
    today, errors = timezone.localdate(), {}
    if not owner.is_active or owner.is_superuser:
        raise ValidationError(_("Tài khoản này không dùng được mã truy cập."), code="owner_refused")
    if not hold_to(owner, token.unit_id, token.only_role).units:
        errors["unit"] = ValidationError(_("Hôm nay tài khoản không giữ vai trò nào ở đây."), code="no_role")
    if not today <= token.expires_on <= today + timedelta(days=LONGEST_DAYS):
        told = _("Chọn ngày từ hôm nay đến tối đa %(days)s ngày sau.") % {"days": LONGEST_DAYS}
        errors["expires_on"] = ValidationError(told, code="expiry")
    if ApiToken.objects.owned_by(owner).usable_on(today).count() >= MOST:
        told = _("Tài khoản đã có %(most)s mã còn hạn. Thu hồi bớt rồi cấp mã mới.") % {"most": MOST}
        errors["__all__"] = ValidationError(told, code="too_many")
    if errors:
        raise ValidationError(errors)


def _known(scopes: Collection[str]) -> list[str]:
    """In the order of the addresses, each once."""
    known = all_scopes()
    unknown = sorted(set(scopes) - set(known))
    if unknown or not scopes:
        told = _("Không có phạm vi %(names)s.") % {"names": ", ".join(unknown)} if unknown else _("Chọn phạm vi.")
        raise ValidationError({"scopes": ValidationError(told, code="unknown_scope" if unknown else "required")})
    return [scope for scope in known if scope in scopes]


def _read(networks: Sequence[str]) -> list[str]:
    """10.1.0.0/16, 2001:db8::/32, a single address. Bits beyond the mask are a mistake, and IPv6 that wraps IPv4 is
    never seen: callers are known by their plain address (apps/core/clients.py).
    """
    found = []
    for text in networks:
        try:
            network = ip_network(text)
        except ValueError:
            told = _("“%(text)s” không phải địa chỉ mạng. Ví dụ: 203.0.113.0/24, 2001:db8::/32.") % {"text": text[:60]}
            raise ValidationError({"networks": ValidationError(told, code="network")}) from None
        if getattr(network.network_address, "ipv4_mapped", None):
            told = _("Ghi mạng IPv4 ở dạng thường, ví dụ 203.0.113.0/24.")
            raise ValidationError({"networks": ValidationError(told, code="network")})
        found.append(str(network))
    if len(found) > MOST_NETWORKS:
        told = _("Không được quá %(most)s mạng.") % {"most": MOST_NETWORKS}
        raise ValidationError({"networks": ValidationError(told, code="too_many")})
    return list(dict.fromkeys(found))


def _unit_of(token: ApiToken) -> str:
    return token.unit_id or unit_of_record(token.owner)


def _told(token: ApiToken) -> dict[str, Any]:
    return {
        "label": token.label,
        "owner": token.owner.get_username(),
        "unit": token.unit_id,
        "scopes": [in_words(scope) for scope in token.scopes],
        "networks": token.networks,
        "expires_on": token.expires_on,
    }
