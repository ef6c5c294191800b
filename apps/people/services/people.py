"""Closing accounts and opening them again. Those that nobody signs in to close themselves: see dormancy.py."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.sessions import end_all_sessions
from apps.audit.services import record
from apps.core.moves import require
from apps.people.models import Person
from apps.people.services.memberships import end_acting_for
from apps.people.services.standing import (
    administers_programme,
    require_another_administrator,
    unit_of_record,
    wait_for_administrators,
)
from apps.people.services.tokens import revoke_tokens_of

CLOSED = {"before": {"is_active": True}, "after": {"is_active": False}}


@transaction.atomic
def deactivate_person(person: User, reason: str, *, by: User) -> Person:
    """No session outlives it: they end here, and a closed account is nobody to `get_user` anyway."""
    wait_for_administrators()
    found = _editable(person, by)
    move = require(found, "deactivate")
    if not reason.strip():
        raise ValidationError({"reason": _("Nêu lý do đóng tài khoản.")}, code="required")
    if administers_programme(found):
        require_another_administrator(found, timezone.localdate())
    close_account(found, reason, by=by)
    record(move.audit, target=found, by=by, unit=unit_of_record(found), reason=reason, **CLOSED)
    return found


@transaction.atomic
def reopen_person(person: User, reason: str, *, by: User) -> Person:
    found = _editable(person, by)
    move = require(found, "reopen")
    end_all_sessions(found)
    found.is_active, found.closed_at, found.closed_reason = True, None, ""
    found.reopened_at = timezone.now()
    found.full_clean(exclude=["password"])
    found.save(update_fields=["is_active", "closed_at", "closed_reason", "reopened_at"])
    changes = {"before": CLOSED["after"], "after": CLOSED["before"]}
    record(move.audit, target=found, by=by, unit=unit_of_record(found), reason=reason, **changes)
    return found


@transaction.atomic
def end_sessions_of(person: User, *, by: User) -> int:
    """Wherever the person is signed in: a machine that was lost or left open. The account itself stays open."""
    found = _editable(person, by)
    move = require(found, "end_sessions")
    ended = end_all_sessions(found)
    record(move.audit, target=found, by=by, unit=unit_of_record(found), count=ended)
    return ended


def close_account(person: Person, reason: str, *, by: User | None) -> None:
    """Whoever acted for the person stops: the ground is gone. Its tokens end for good: reopened it begins without."""
    person.is_active, person.closed_at, person.closed_reason = False, timezone.now(), reason
    person.full_clean(exclude=["password"])
    person.save(update_fields=["is_active", "closed_at", "closed_reason"])
    end_all_sessions(person)
    end_acting_for(person, by=by, reason=reason)
    revoke_tokens_of(person, reason, by=by)


def _editable(person: User, by: User) -> Person:
    found = Person.objects.select_for_update().get(pk=person.pk)
    if not Person.objects.editable_by(by).filter(pk=found.pk).exists():
        raise PermissionDenied(found)
    return found
