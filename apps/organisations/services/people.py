"""Closing accounts and opening them again; the accounts nobody signs in to close themselves."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.sessions import end_all_sessions
from apps.audit.services import record
from apps.organisations.models import Membership, Person
from apps.organisations.roles import SERVICE_ROLE

CLOSED = {"before": {"is_active": True}, "after": {"is_active": False}}


@transaction.atomic
def deactivate_person(person: User, reason: str, *, by: User) -> Person:
    """No session outlives it: they end here, and a closed account is nobody to `get_user` anyway."""
    found = _editable(person, by)
    if not found.is_active:
        raise ValidationError(_("Tài khoản đã đóng."), code="closed")
    if not reason.strip():
        raise ValidationError({"reason": _("Nêu lý do đóng tài khoản.")}, code="required")
    _close(found, reason)
    record("account.closed", target=found, by=by, unit=unit_of_record(found), reason=reason, **CLOSED)
    return found


@transaction.atomic
def reopen_person(person: User, reason: str, *, by: User) -> Person:
    found = _editable(person, by)
    if found.is_active:
        raise ValidationError(_("Tài khoản đang hoạt động."), code="open")
    end_all_sessions(found)
    found.is_active, found.closed_at, found.closed_reason = True, None, ""
    found.reopened_at = timezone.now()
    found.full_clean(exclude=["password"])
    found.save(update_fields=["is_active", "closed_at", "closed_reason", "reopened_at"])
    changes = {"before": CLOSED["after"], "after": CLOSED["before"]}
    record("account.reopened", target=found, by=by, unit=unit_of_record(found), reason=reason, **changes)
    return found


@transaction.atomic
def close_dormant_accounts() -> list[int]:
    """Accounts that nobody has signed in to for `DORMANT_DAYS` days; programs sign in otherwise and stay open."""
    since = timezone.now() - timedelta(days=settings.DORMANT_DAYS)
    programs = Membership.objects.filter(user=OuterRef("pk"), role__name=SERVICE_ROLE)
    idle = _last_seen(Person.objects.filter(is_active=True)).filter(seen_at__lt=since).exclude(Exists(programs))
    idle = idle.exclude(pk__in=_last_administrator(since)).order_by("pk").select_for_update(of=("self",))
    reason = _("Không đăng nhập trong %(days)s ngày.") % {"days": settings.DORMANT_DAYS}
    closed = []
    for person in idle:
        _close(person, reason)
        record("account.closed", target=person, by=None, unit=unit_of_record(person), reason=reason, **CLOSED)
        closed.append(person.pk)
    return closed


def unit_of_record(person: User) -> str:
    """The unit under which the audit keeps what happens to an account: where the person worked last."""
    return (
        Membership.objects.filter(user=person.pk).order_by("-valid_from", "-pk").values_list("unit", flat=True).first()
        or ""
    )


def _last_seen(people: QuerySet[Person]) -> QuerySet[Person]:
    """GREATEST passes over what is not known: never signed in, never reopened."""
    seen = Greatest("last_login", "date_joined", "reopened_at", output_field=DateTimeField())
    return people.alias(seen_at=seen)


def _last_administrator(since: datetime) -> list[int]:
    """Who must stay when all who run the programme's accounts are idle: the one seen last. Else nobody need."""
    administrators = Exists(Membership.objects.of_programme_administrators().filter(user=OuterRef("pk")))
    people = _last_seen(Person.objects.filter(is_active=True)).filter(Q(is_superuser=True) | administrators)
    if people.filter(seen_at__gte=since).exists():
        return []
    return list(people.order_by("-seen_at", "pk").values_list("pk", flat=True)[:1])


def _close(person: Person, reason: str) -> None:
    person.is_active, person.closed_at, person.closed_reason = False, timezone.now(), reason
    person.full_clean(exclude=["password"])
    person.save(update_fields=["is_active", "closed_at", "closed_reason"])
    end_all_sessions(person)


def _editable(person: User, by: User) -> Person:
    found = Person.objects.select_for_update().get(pk=person.pk)
    if not Person.objects.editable_by(by).filter(pk=found.pk).exists():
        raise PermissionDenied(found)
    return found
