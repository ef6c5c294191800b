"""An event on its way out: put by in the change's own transaction, dealt out to its receivers by a job."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from apps.jobs.services import enqueue
from apps.webhooks.models import Delivery, Event, Subscription
from apps.webhooks.selectors import reach_of
from apps.webhooks.services.waking import wake

FAN_OUT = "webhooks.fan_out"
AT_ONCE = 1_000


@dataclass(frozen=True)
class Fact:
    """One event. `units`: whom it concerns, by id; none: the whole programme. `data`: ids and codes, no people."""

    data: dict[str, Any]
    units: Sequence[str] = field(default_factory=list)


def publish(event: str, *, units: Iterable[str | None] = (), **data: Any) -> None:
    """Say in the caller's transaction that something happened: it goes out if and only if that does.

    One row, no lock, and not a look at who wants it: whoever subscribes in this very moment would be missed.
    """
    publish_many(event, [Fact(data, sorted({unit for unit in units if unit}))])


def publish_many(event: str, facts: Collection[Fact]) -> None:
    """Many of one kind, in one statement."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("publish() belongs to the transaction of the change it tells of")
    if not facts:
        return
    now = timezone.now()
    Event.objects.bulk_create([Event(kind=event, units=list(one.units), data=one.data, at=now) for one in facts])
    if all(call[1] is not _ring for call in connection.run_on_commit):
        transaction.on_commit(_ring, robust=True)


def _ring() -> None:
    """After the commit, and only a help: the clock rings every minute. Of a job before it, all who publish would wait
    for one another's commit under its one key.
    """
    if Subscription.objects.kept().exists():
        with transaction.atomic():
            enqueue(FAN_OUT, dedupe_key=FAN_OUT)


@transaction.atomic
def fan_out() -> int:
    """Deal out what lies in the outbox, and wake whoever sends it; how many events that were.

    The events first, the receivers after: a receiver that was there when an event was committed is then seen with it.
    """
    events = list(Event.objects.select_for_update(skip_locked=True)[:AT_ONCE])
    if not events:
        return 0
    planned = {receiver: _for(receiver, events) for receiver in Subscription.objects.kept()}
    Delivery.objects.bulk_create(one for mine in planned.values() for one in mine)
    Event.objects.filter(pk__in=[event.pk for event in events]).delete()
    for receiver, mine in planned.items():  # last: who wakes the same receiver waits for our commit
        if mine and receiver.state == Subscription.State.ACTIVE:
            wake(receiver)
    return len(events)


def _for(receiver: Subscription, events: Sequence[Event]) -> list[Delivery]:
    reach = reach_of(receiver.unit_id) if receiver.unit_id else None
    planned = []
    for event in events:
        units = event.units if reach is None else [unit for unit in event.units if unit in reach]
        if event.kind in receiver.events and (units or not event.units):
            planned.append(
                Delivery(
                    subscription=receiver, event=event.kind, units=units, data=event.data, occurred_at=event.at,
                    next_at=event.at,
                )
            )  # fmt: skip
    return planned
