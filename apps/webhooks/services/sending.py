"""One delivery on its way: asked whether it may go, sent, and what came of it written down.

The call lies within the transaction that also marks the job as done, as with mails; no row that a page writes is locked
meanwhile. A worker that dies after the call sends once more, under the same id.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic, time

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import record
from apps.core.moves import go, hold, move_from, require
from apps.notifications.services import notify
from apps.people.rights import holders_of
from apps.webhooks import outbound
from apps.webhooks.models import CHANGE, Attempt, Delivery, Subscription
from apps.webhooks.registry import TEST, event_kind
from apps.webhooks.services.waking import wake
from apps.webhooks.signing import UnreadableError, signature

MINUTES = (1, 5, 15, 30, 60, 120, 180, *[360] * 11)  # before each further attempt: three days in all
LONGEST_QUIET = timedelta(hours=1)  # one call an hour costs nobody anything, and finds a receiver that is back
DISABLED_AFTER = timedelta(hours=66)  # of nothing but failures: before its first delivery would be given up
SLOW, BREATH = 1.0, timedelta(seconds=3)  # after so slow an answer others come first
# What a living receiver says of one event alone. All else (400 too: many say so of a wrong signature) says that there
# is no use in sending it the next one.
OF_THE_EVENT = frozenset({409, 413, 422})
State, Failure = Delivery.State, Attempt.Failure
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Outcome:
    status: int | None
    failure: str = ""
    detail: str = ""
    seconds: float = 0

    @property
    def is_of_the_event(self) -> bool:
        return self.status in OF_THE_EVENT


@transaction.atomic
def send_next(subscription_id: int) -> dict[str, str]:
    """The oldest delivery of this receiver that is due, if it is the moment; what became of it."""
    receiver = Subscription.objects.filter(pk=subscription_id, state=Subscription.State.ACTIVE).first()
    if receiver is None:
        return {}
    if not _alone_with(receiver):
        wake(receiver, timezone.now() + BREATH)
        return {}
    is_quiet = receiver.quiet_until is not None and receiver.quiet_until > timezone.now()
    due = None if is_quiet else receiver.deliveries.pending().filter(next_at__lte=timezone.now()).first()
    if due is None:
        _wake_for_next(receiver)
        return {}
    outcome = send(due, receiver)
    receiver.refresh_from_db()
    is_slow = outcome is not None and outcome.seconds > SLOW
    _wake_for_next(receiver, timezone.now() + BREATH if is_slow else None)
    return {"delivery": str(due.pk), "state": Delivery.objects.values_list("state", flat=True).get(pk=due.pk)}


def _alone_with(receiver: Subscription) -> bool:
    """Of two jobs for one receiver the second leaves it to the first: nothing is sent twice at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('webhooks.deliver'), %s)", [receiver.pk % 2**31])
        return bool(cursor.fetchone()[0])


def _wake_for_next(receiver: Subscription, not_before: datetime | None = None) -> None:
    following = receiver.deliveries.pending().values_list("next_at", flat=True).first()
    if following and receiver.state == Subscription.State.ACTIVE:
        wake(receiver, max(filter(None, (following, receiver.quiet_until, not_before))))


def wake_waiting() -> None:
    """Rung by the clock: should a receiver's job have been lost, its deliveries still go out."""
    now = timezone.now()
    talking = Q(quiet_until__isnull=True) | Q(quiet_until__lte=now)
    due = Q(deliveries__state=State.PENDING, deliveries__next_at__lte=now)
    for receiver in Subscription.objects.filter(talking, due, state=Subscription.State.ACTIVE).distinct():
        with transaction.atomic():
            wake(receiver)


def send(delivery: Delivery, receiver: Subscription) -> Outcome | None:
    """None: the owner may not see it today, or no code knows such an event any more."""
    if move_from(delivery, "send") is None:
        return None
    if not _may_go(delivery, receiver):
        _end(delivery, State.WITHHELD)
        return None
    outcome = _call(delivery, receiver)
    milliseconds = round(outcome.seconds * 1000)
    made = Attempt(
        delivery=delivery, at=timezone.now(), answer_code=outcome.status, milliseconds=milliseconds,
        failure=outcome.failure, detail=outcome.detail[:500],
    )  # fmt: skip
    made.save()
    delivery.attempts += 1
    if not outcome.failure:
        _end(delivery, State.DELIVERED)
        unwell = Subscription.objects.filter(pk=receiver.pk, failures__gt=0)
        unwell.update(failures=0, failing_since=None, quiet_until=None)
    else:
        _put_off(delivery)
        _note_failure(receiver, outcome)
    return outcome


def _may_go(delivery: Delivery, receiver: Subscription) -> bool:
    if delivery.event == TEST:
        return True
    kind = event_kind(delivery.event)
    return kind is not None and receiver.owner.is_active and kind.sees(receiver.owner, delivery.data)


def _call(delivery: Delivery, receiver: Subscription) -> Outcome:
    body, started = body_of(delivery), monotonic()
    try:
        status = outbound.post(receiver.address, body.encode(), _headers(delivery, receiver, body))
    except outbound.CallError as error:
        return Outcome(None, error.code, error.detail, monotonic() - started)
    except UnreadableError:
        return Outcome(None, Failure.SECRET)
    return answered(status, monotonic() - started)


def answered(status: int, seconds: float) -> Outcome:
    failure = "" if 200 <= status < 300 else Failure.REDIRECT if 300 <= status < 400 else Failure.STATUS
    return Outcome(status, failure, "", seconds)


def _headers(delivery: Delivery, receiver: Subscription, body: str) -> dict[str, str]:
    moment = int(time())  # the receiver compares it with a clock of its own
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "program996-webhooks/1",
        "X-P996-Event": delivery.event,
        "X-P996-Delivery": str(delivery.pk),
        "X-P996-Timestamp": str(moment),
        "X-P996-Signature": signature(receiver.secret, moment, body),
    }


def body_of(delivery: Delivery) -> str:
    """The same to the byte at every attempt: what happened to what, whom it concerns, and where to read more."""
    kind = event_kind(delivery.event)
    told = {
        "id": str(delivery.pk),
        "event": delivery.event,
        "occurred_at": delivery.occurred_at.isoformat(),
        "units": delivery.units,
        "data": delivery.data,
        "url": settings.SITE_URL + kind.address(delivery.data) if kind else None,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _end(delivery: Delivery, state: str) -> None:
    """Guarded by its state, as nothing is locked: whoever removed the receiver meanwhile has ended it already."""
    noted = go(delivery, require(delivery, "send", state))
    values = {name: getattr(delivery, name) for name in (*noted, "attempts")}
    Delivery.objects.filter(pk=delivery.pk, state=State.PENDING).update(**values)


def _put_off(delivery: Delivery) -> None:
    if delivery.attempts > len(MINUTES):
        _end(delivery, State.FAILED)
        return
    following = timezone.now() + timedelta(minutes=MINUTES[delivery.attempts - 1])
    pending = Delivery.objects.filter(pk=delivery.pk, state=State.PENDING)
    pending.update(next_at=following, attempts=delivery.attempts)


def _note_failure(receiver: Subscription, outcome: Outcome) -> None:
    """A receiver that is unwell is left alone for a while: its many deliveries cost one call each time, not many."""
    if outcome.is_of_the_event:
        return
    now = timezone.now()
    quiet = min(timedelta(minutes=MINUTES[min(receiver.failures, len(MINUTES) - 1)]), LONGEST_QUIET)
    # Counted on from what stands there now: somebody may have let it go on anew while it was called.
    Subscription.objects.filter(pk=receiver.pk).update(
        failures=F("failures") + 1, failing_since=Coalesce("failing_since", now), quiet_until=now + quiet
    )
    receiver.refresh_from_db()
    if receiver.failing_since and now - receiver.failing_since >= DISABLED_AFTER:
        disable(receiver)


def disable(receiver: Subscription) -> None:
    """Deliveries stay and wait, until somebody has mended the receiver and lets it go on."""
    rows = Subscription.objects.select_for_update(of=("self",))
    if not rows.filter(pk=receiver.pk, state=Subscription.State.ACTIVE).exists():
        return
    receiver, move = hold(receiver, "disable")
    receiver.save(update_fields=[*go(receiver, move), "updated_at"])
    record(move.audit, target=receiver, by=None, unit=receiver.unit_id or "", reason=_("Lỗi liên tục gần ba ngày."))
    event = f"webhook:{receiver.pk}:{receiver.failing_since or timezone.now():%Y%m%d%H%M%S}"
    notify(holders_of(CHANGE).everywhere, "webhooks.disabled", receiver, event=event)
    log.warning("webhook disabled", subscription=receiver.pk, failures=receiver.failures)
