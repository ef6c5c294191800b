"""Telling people what happened: on their page at once, by mail at once or in the morning."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.text import Truncator

from apps.accounts.models import User
from apps.core.kept_words import in_vietnamese
from apps.notifications.models import Notification, NotificationChoice
from apps.notifications.services.mailing import send_mail
from apps.notifications.subjects import kind_of, told_kind

AT_ONCE = 2_000  # rows of one statement
REASON_TOLD = 300  # letters


@transaction.atomic
@in_vietnamese()
def notify(
    users: Iterable[int], kind: str, target: Model, *, event: str, unit: str = "", by: User | None = None,
    facts: dict[str, Any] | None = None, due_on: date | None = None,
) -> list[int]:  # fmt: skip
    """Tell these people, by id, of one event; return whom it is told for the first time. Nobody of their own act."""
    told = told_kind(kind)
    if told is None:
        raise LookupError(f"nobody has named notifications of kind {kind!r}")
    people = sorted({pk for pk in users if by is None or pk != by.pk})
    known = set(Notification.objects.filter(user__in=people, event=event).values_list("user", flat=True))
    open_ones = User.objects.filter(pk__in=set(people) - known, is_active=True)
    chosen = NotificationChoice.objects.in_bulk(people) if told.at_once else {}
    fresh = [
        Notification(
            user_id=pk, kind=kind, event=event, target_kind=kind_of(target), target_id=str(target.pk), unit=unit,
            facts=facts or {}, due_on=due_on, at_once=told.at_once and _wants_at_once(chosen.get(pk), kind),
        )
        for pk in open_ones.order_by("pk").values_list("pk", flat=True)
    ]  # fmt: skip
    tell_all(fresh)
    for row in Notification.objects.filter(event=event, user__in=[one.user_id for one in fresh], at_once=True):
        send_mail("notifications.told", notification_id=row.pk)
    return [one.user_id for one in fresh]


def tell_all(rows: list[Notification]) -> None:
    """Of an event a person is told once: the database passes over a second row."""
    for start in range(0, len(rows), AT_ONCE):
        Notification.objects.bulk_create(rows[start : start + AT_ONCE], ignore_conflicts=True)


def _wants_at_once(choice: NotificationChoice | None, kind: str) -> bool:
    return choice is None or (choice.at_once and kind not in choice.muted)


def mark_read(notification: Notification, *, by: User) -> None:
    Notification.objects.visible_to(by).unread().filter(pk=notification.pk).update(read_at=timezone.now())


def mark_all_read(*, by: User) -> int:
    return Notification.objects.visible_to(by).unread().update(read_at=timezone.now())


@in_vietnamese()
def told_facts(by: User | None, reason: str = "") -> dict[str, str]:
    """Who did it and why, where there is somebody and a reason; the whole reason stands on the page of the record."""
    told = {"by": str(by) if by else "", "reason": Truncator(reason).chars(REASON_TOLD)}
    return {name: words for name, words in told.items() if words}


def settle(target: Model, kinds: Iterable[str], *, before: datetime) -> None:
    """What was asked by these words has been done, by whomever: for nobody it is new any more.

    `before`: the moment of the deed; what is asked anew since then stays.
    """
    told = Notification.objects.filter(target_kind=kind_of(target), target_id=str(target.pk), kind__in=list(kinds))
    told.filter(read_at__isnull=True, created_at__lt=before).update(read_at=timezone.now())


def settle_done(target: Model, state: str, waits: Mapping[str, Collection[str]]) -> None:
    """Of a record with a state: `waits` says of each kind in which states what it asked still waits to be done."""
    settle(target, [kind for kind, states in waits.items() if state not in states], before=timezone.now())
