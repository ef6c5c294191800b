"""Accounts that nobody signs in to: their owners are told by mail, and a week later the accounts close themselves."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import record
from apps.core.moves import find
from apps.notifications.services import send_mail
from apps.people.models import Membership, Person
from apps.people.roles import SERVICE_ROLE
from apps.people.services.people import CLOSED, close_account
from apps.people.services.standing import wait_for_administrators

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

NOTICE_DAYS = 7  # so long before the day of closing the owner is told
AT_ONCE = 500  # told in one transaction: their rows are not locked for longer than that


class Seen(TypedDict):
    """What `_last_seen` lays on a row."""

    seen_at: datetime


class Idle(Seen):
    last_unit: str | None  # in which the person worked last


def closing_day(seen_at: datetime) -> date:
    """The day in whose first hours an account closes to which nobody has come since `seen_at`."""
    return timezone.localdate(seen_at) + timedelta(days=settings.DORMANT_DAYS + 1)


@transaction.atomic
def close_dormant_accounts() -> list[int]:
    """Accounts that nobody has signed in to for `DORMANT_DAYS` whole days. A notice that did not go out, because beat
    or the mail server was away, delays nothing: whoever administers the account opens it again.
    """
    wait_for_administrators()
    idle = _idle(closing_by=timezone.localdate()).select_for_update(of=("self",))
    reason = _("Không đăng nhập trong %(days)s ngày.") % {"days": settings.DORMANT_DAYS}
    [move], closed = find(Person, "close_dormant"), []
    for person in idle:
        close_account(person, reason, by=None)
        record(move.audit, target=person, by=None, unit=person.last_unit or "", reason=reason, **CLOSED)
        closed.append(person.pk)
    return closed


def announce_closings() -> list[int]:
    """Tell the owners whose accounts close within `NOTICE_DAYS`, once for each time that they stay away so long."""
    told: list[int] = []
    while some := _announce_some():
        told += some
    return told


@transaction.atomic
def _announce_some() -> list[int]:
    """Mark and mail commit together. A second run at the same moment passes over the rows that this one holds."""
    today = timezone.localdate()
    untold = Q(dormancy_noticed_at__isnull=True) | Q(dormancy_noticed_at__lt=F("seen_at"))
    ahead = _idle(closing_by=today + timedelta(days=NOTICE_DAYS)).filter(untold, seen_at__gte=_seen_before(today))
    people = list(ahead.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    Person.objects.filter(pk__in=[one.pk for one in people]).update(dormancy_noticed_at=timezone.now())
    for person in people:
        day = closing_day(person.seen_at)
        record("account.closing_announced", target=person, by=None, unit=person.last_unit or "", closes_on=str(day))
        send_mail("people.closing_announced", person_id=person.pk)
    return [one.pk for one in people]


def still_to_close(person_id: int) -> "WithAnnotations[Person, Seen] | None":
    """The person, with `seen_at`, if what they were told still stands: nobody came meanwhile, the day lies ahead."""
    waiting = _last_seen(Person.objects.filter(pk=person_id, is_active=True))
    ahead = _seen_before(timezone.localdate())
    return waiting.filter(dormancy_noticed_at__gte=F("seen_at"), seen_at__gte=ahead).first()


def _idle(*, closing_by: date) -> "QuerySet[WithAnnotations[Person, Idle]]":
    """Accounts whose day of closing is that one or was before, if nobody signs in. Programs sign in otherwise."""
    programs = Membership.objects.filter(user=OuterRef("pk"), role__name=SERVICE_ROLE)
    worked = Membership.objects.filter(user=OuterRef("pk")).order_by("-valid_from", "-pk").values("unit")[:1]
    before = _seen_before(closing_by)
    people = _last_seen(Person.objects.filter(is_active=True)).filter(seen_at__lt=before).exclude(Exists(programs))
    people = people.exclude(pk__in=_last_administrator(before)).annotate(last_unit=Subquery(worked))
    return people.order_by("pk")


def _seen_before(day: date) -> datetime:
    """Who was last seen before this moment has that day, or an earlier one, as day of closing."""
    return timezone.make_aware(datetime.combine(day - timedelta(days=settings.DORMANT_DAYS), time.min))


def _last_seen(people: QuerySet[Person]) -> "QuerySet[WithAnnotations[Person, Seen]]":
    """GREATEST passes over what is not known: never signed in, never reopened."""
    return people.annotate(seen_at=Greatest("last_login", "date_joined", "reopened_at", output_field=DateTimeField()))


def _last_administrator(since: datetime) -> list[int]:
    """Who must stay when all who run the programme's accounts are idle: the one seen last. Else nobody need."""
    administrators = Exists(Membership.objects.of_programme_administrators().filter(user=OuterRef("pk")))
    people = _last_seen(Person.objects.filter(is_active=True)).filter(Q(is_superuser=True) | administrators)
    if people.filter(seen_at__gte=since).exists():
        return []
    return list(people.order_by("-seen_at", "pk").values_list("pk", flat=True)[:1])
