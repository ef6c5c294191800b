"""A role offered by e-mail, taken up once. The link is made when the mail goes out and lies in no table."""

import secrets
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.addresses import hold_address
from apps.accounts.models import User
from apps.audit.services import record
from apps.core.moves import Move, audit_of, find, go, require
from apps.notifications.services import send_mail
from apps.organisations.models import OrganisationUnit
from apps.people.granting import (
    granting_of,
    last_day_of_members,
    lock_unit,
    require_dates,
    require_right_on,
)
from apps.people.models import Invitation, Person
from apps.people.services.memberships import add_membership
from apps.people.services.standing import lock_people

SALT = "people.invitation"
OPEN_HOURS = 24
WINDOW = timedelta(hours=1)


class TooManyInvitationsError(ValidationError):
    pass


@transaction.atomic
def invite_person(
    email: str,
    full_name: str,
    unit: OrganisationUnit,
    role: Group,
    valid_from: date,
    valid_to: date | None = None,
    *,
    by: User,
) -> Invitation:
    """The answer is the same whether the address has an account or not."""
    granting_of(by).require(unit, role)
    email = email.strip().lower()
    if email == by.email:
        raise PermissionDenied(unit)
    require_right_on(unit, role, valid_from, by=by)
    unit = lock_unit(unit.pk)  # two at once wait for each other here
    require_dates(unit, valid_from, valid_to)
    _require_few(email, by)
    stale = Invitation.objects.waiting().filter(email=email, unit=unit, role=role, expires_at__lte=timezone.now())
    for old in stale:
        _go(old, find(old, "withdraw")[0], by=by)
    invitation = Invitation(
        email=email,
        full_name=full_name,
        unit=unit,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        nonce=secrets.token_urlsafe(32),
        invited_by=by,
        expires_at=timezone.now() + timedelta(hours=OPEN_HOURS),
    )
    invitation.full_clean()
    invitation.save()
    _record(audit_of(invitation, "invite"), invitation, by=by)
    send_mail("people.invitation", by=by, unit=unit.pk, invitation_id=invitation.pk)
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User) -> None:
    locked = _locked(invitation)
    granting_of(by).require_end(locked.unit, locked.role)
    _go(locked, require(locked, "withdraw"), by=by)


@transaction.atomic
def resend_invitation(invitation: Invitation, *, by: User) -> Invitation:
    """A new link; the one before it opens nothing any more."""
    old = _locked(invitation)
    granting_of(by).require(old.unit, old.role)
    _go(old, require(old, "resend"), by=by)
    starts = max(old.valid_from, timezone.localdate())
    return invite_person(old.email, old.full_name, old.unit, old.role, starts, old.valid_to, by=by)


def link_token(invitation: Invitation) -> str:
    return signing.dumps([invitation.pk, invitation.nonce], salt=SALT)


def find_invitation(token: str) -> Invitation | None:
    """The open invitation behind a link; None for a wrong, used, withdrawn or old one, told apart by nobody.

    Whoever invited must still be able to: an administrator who has left brings nobody in.
    """
    try:
        pk, nonce = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Invitation.objects.open().select_related("unit", "role", "invited_by")
    found = rows.filter(pk=pk, nonce=nonce).first()
    today = timezone.localdate()
    if found is None or (found.valid_to and found.valid_to < today) or not found.unit.is_valid_on(today):
        return None
    return found if found.role.name in granting_of(found.invited_by).roles_in(found.unit) else None


def account_of(email: str) -> User | None:
    """Whose address it is: an account's own, or one that its owner has proved."""
    proved = EmailAddress.objects.filter(email__iexact=email, verified=True).values("user")
    return User.objects.filter(Q(email=email) | Q(pk__in=proved)).order_by("pk").first()


@transaction.atomic
def accept_as_new(token: str, full_name: str, password: str) -> User:
    """Account, address and role at once. The address is proved: its link came back."""
    invitation = _taken(token)
    hold_address(invitation.email)  # two invitations of one address, from two units, are taken up one after the other
    if account_of(invitation.email):
        raise ValidationError(_("Địa chỉ này đã có tài khoản. Đăng nhập rồi nhận lời mời."), code="has_account")
    user = User.objects.create_user(invitation.email, full_name=full_name)
    EmailAddress.objects.create(user=user, email=invitation.email, verified=True, primary=True)
    record(audit_of(Person, "create"), target=Person.objects.get(pk=user.pk), by=user, unit=invitation.unit_id)
    _accept(invitation, user)
    validate_password(password, user)  # with the role taken up: what is asked of a password hangs on it
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


@transaction.atomic
def accept_invitation(token: str, *, by: User) -> Invitation:
    invitation = _taken(token)
    owner = account_of(invitation.email)
    if owner is None or owner.pk != by.pk or invitation.invited_by_id == by.pk:
        raise PermissionDenied(invitation.unit)
    _accept(invitation, by)
    return invitation


def _taken(token: str) -> Invitation:
    """The row behind the link, held until our commit, so that it is taken up once."""
    found = find_invitation(token)
    if found:
        lock_unit(found.unit_id)
    if found and Invitation.objects.open().select_for_update(of=("self",)).filter(pk=found.pk).exists():
        return found
    raise ValidationError(_("Liên kết không còn hiệu lực."), code="dead_link")


def _accept(invitation: Invitation, user: User) -> None:
    starts = max(invitation.valid_from, timezone.localdate())
    unit = lock_unit(invitation.unit_id)
    ends = [day for day in (invitation.valid_to, last_day_of_members(unit)) if day]  # it may end since the mail went
    add_membership(
        user, unit=unit, role=invitation.role, valid_from=starts, valid_to=min(ends, default=None),
        by=invitation.invited_by,
    )  # fmt: skip
    _go(invitation, find(invitation, "accept")[0], by=user)


def _go(invitation: Invitation, move: Move, *, by: User) -> None:
    invitation.save(update_fields=[*go(invitation, move, by=by), "updated_at"])
    _record(move.audit, invitation, by=by)


def _record(action: str, invitation: Invitation, *, by: User) -> None:
    record(
        action, target=invitation, by=by, unit=invitation.unit_id, email=invitation.email, role=invitation.role.name,
        valid_from=str(invitation.valid_from), valid_to=str(invitation.valid_to) if invitation.valid_to else "",
    )  # fmt: skip


def _require_few(email: str, by: User) -> None:
    """Nobody fills strangers' mailboxes. Two of one inviter wait for each other, so that all are counted."""
    lock_people([by.pk])
    recent = Invitation.objects.filter(invited_at__gt=timezone.now() - WINDOW)
    if recent.filter(invited_by=by).count() >= settings.INVITATIONS_PER_INVITER:
        told = _("Bạn đã gửi %(most)d lời mời trong một giờ. Chờ ít phút rồi gửi tiếp.")
        raise TooManyInvitationsError(told % {"most": settings.INVITATIONS_PER_INVITER}, code="too_many")
    if recent.filter(email=email).count() >= settings.INVITATIONS_PER_ADDRESS:
        told = _("Địa chỉ này đã nhận %(most)d lời mời trong một giờ. Chờ ít phút rồi gửi tiếp.")
        raise TooManyInvitationsError(told % {"most": settings.INVITATIONS_PER_ADDRESS}, code="too_many")


def _locked(invitation: Invitation) -> Invitation:
    lock_unit(invitation.unit_id)
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("unit", "role")
    return rows.get(pk=invitation.pk)
