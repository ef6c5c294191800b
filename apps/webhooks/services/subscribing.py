"""What administrators do with receivers. A secret is made here and given to the caller once; no page reads it again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.moves import Move, find, go, hold
from apps.organisations.models import OrganisationUnit
from apps.webhooks.guard import parse
from apps.webhooks.models import Delivery, Subscription
from apps.webhooks.registry import TEST, event_kind, event_label
from apps.webhooks.services.waking import wake
from apps.webhooks.signing import new_secret, sealed

CHANGEABLE = frozenset({"label", "events", "unit"})


@transaction.atomic
def create_subscription(
    *, label: str, address: str, events: Sequence[str], unit: OrganisationUnit | None, owner: User, by: User
) -> tuple[Subscription, str]:
    """The receiver, and the secret by which it will know us."""
    [move] = find(Subscription, "create")
    _need(by, move)
    _check(address, events)
    secret = new_secret()
    made = Subscription(
        label=label, address=str(parse(address)), events=sorted(set(events)), unit=unit, owner=owner,
        secret=sealed(secret), secret_at=timezone.now(),
    )  # fmt: skip
    go(made, move, by=by)
    made.full_clean()
    made.save()
    told = {"label": made.label, "address": made.shown_address, "events": made.event_labels, "owner": str(owner)}
    record(move.audit, target=made, by=by, unit=made.unit_id or "", after=told)
    return made, secret


@transaction.atomic
def change_subscription(
    receiver: Subscription, *, by: User, seen: datetime | None = None, **facts: Any
) -> Subscription:
    """What it is called, and what it is told of from now on: `label`, `events`, `unit`, each where it is given.

    Another address, or somebody else's rights, is another receiver: it would know of this one's secret, or learn what
    nobody gave it. `seen`: the `updated_at` that the person looked at.
    """
    receiver, move = hold(receiver, "change")
    _need(by, move)
    if seen is not None and seen != receiver.updated_at:
        raise ValidationError(_("Nơi nhận đã thay đổi từ khi mở. Mở lại để xem rồi sửa tiếp."), code="stale")
    before = _asked_of(receiver)
    if "events" in facts:
        _check_events(facts["events"])
        facts["events"] = sorted(set(facts["events"]))
    for name in CHANGEABLE & facts.keys():
        setattr(receiver, name, facts[name])
    after = _asked_of(receiver)
    if after == before:
        return receiver
    receiver.full_clean()
    receiver.save(update_fields=[*CHANGEABLE, "updated_at"])
    old, new = ({name: told[name] for name in after if before[name] != after[name]} for told in (before, after))
    record(move.audit, target=receiver, by=by, unit=receiver.unit_id or "", before=old, after=new)
    return receiver


def _asked_of(receiver: Subscription) -> dict[str, Any]:
    return {"label": receiver.label, "events": receiver.event_labels, "unit": receiver.unit_id}


def _check(address: str, events: Sequence[str]) -> None:
    try:
        parse(address)
    except ValidationError as refusal:
        raise ValidationError({"address": refusal}) from None
    _check_events(events)


def _check_events(events: Sequence[str]) -> None:
    if not events or any(event_kind(code) is None for code in events):
        raise ValidationError({"events": ValidationError(_("Chọn ít nhất một sự kiện."), code="events")})


@transaction.atomic
def pause_subscription(receiver: Subscription, *, by: User) -> Subscription:
    """Events go on being put by for it."""
    return _moved(receiver, "pause", by)[0]


@transaction.atomic
def resume_subscription(receiver: Subscription, *, by: User) -> Subscription:
    """What waited goes out now."""
    receiver, _move = _moved(receiver, "resume", by)
    receiver.failures, receiver.failing_since, receiver.quiet_until = 0, None, None
    receiver.save(update_fields=["failures", "failing_since", "quiet_until"])
    receiver.deliveries.pending().order_by().update(next_at=timezone.now(), attempts=0)
    wake(receiver)
    return receiver


@transaction.atomic
def rotate_secret(receiver: Subscription, *, by: User) -> tuple[Subscription, str]:
    """What is signed from now on is signed by the new one. What a receiver refuses until it knows it is sent again."""
    secret = new_secret()
    receiver, _move = _moved(receiver, "rotate", by, secret=sealed(secret))
    return receiver, secret


@transaction.atomic
def send_test(receiver: Subscription, *, by: User) -> Delivery:
    """An event that says nothing, to this receiver alone, though it is being left alone after failures."""
    receiver, _move = _moved(receiver, "test", by, quiet_until=None)
    now = timezone.now()
    made = Delivery(subscription=receiver, event=TEST, data={}, occurred_at=now, next_at=now)
    made.save()
    wake(receiver)
    return made


@transaction.atomic
def remove_subscription(receiver: Subscription, *, by: User) -> Subscription:
    """For good: its secret is forgotten, and what waited is not sent. Its log stays as long as logs do."""
    receiver, _move = _moved(receiver, "remove", by, secret="")
    withhold_waiting(receiver)
    return receiver


def withhold_waiting(receiver: Subscription) -> None:
    [move] = find(Delivery, "withhold")
    ended = {"state": move.target, move.when: timezone.now()}
    receiver.deliveries.filter(state__in=move.sources).update(**ended)


@transaction.atomic
def redeliver(delivery: Delivery, *, by: User) -> Delivery:
    """Once more, under the same id."""
    delivery, move = hold(delivery, "redeliver")
    _need(by, move)
    receiver = delivery.subscription
    if receiver.state == Subscription.State.REMOVED:
        raise ValidationError(_("Nơi nhận đã được gỡ bỏ, không gửi lại được."), code="removed")
    delivery.attempts, delivery.finished_at = 0, None
    delivery.save(update_fields=[*go(delivery, move), "attempts", "finished_at"])
    record(move.audit, target=delivery, by=by, unit=receiver.unit_id or "", event=event_label(delivery.event),
           receiver=receiver.label)  # fmt: skip
    wake(receiver)
    return delivery


def _moved(receiver: Subscription, verb: str, by: User, **changes: object) -> tuple[Subscription, Move]:
    receiver, move = hold(receiver, verb)
    _need(by, move)
    before = receiver.state
    noted = go(receiver, move, by=by)
    for name, value in changes.items():
        setattr(receiver, name, value)
    receiver.save(update_fields=[*noted, *changes, "updated_at"])
    old, new = ({"state": before}, {"state": receiver.state}) if receiver.state != before else (None, None)
    record(move.audit, target=receiver, by=by, unit=receiver.unit_id or "", before=old, after=new)
    return receiver, move


def _need(by: User, move: Move) -> None:
    if not by.has_perm(move.permission):
        raise PermissionDenied
