"""One message on its way: sent by the portal's one door to the outside, and what came of it written down.

The call lies within the transaction that also marks the job as done. A worker that dies after the call sends once more,
under the same id.
"""

import json
from datetime import timedelta
from time import monotonic, time
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.masking import hide_identity_numbers
from apps.core.moves import go, hold, move_from, require
from apps.core.text import recognisable
from apps.handover.mapping import mapping
from apps.handover.models import ANSWER_KEPT, CHANGE, Handover, is_set_up
from apps.handover.services.planning import withhold
from apps.handover.services.waking import hold_all, wake, wake_for_next
from apps.notifications.services import notify
from apps.people.rights import holders_of
from apps.webhooks import outbound
from apps.webhooks.models import Attempt
from apps.webhooks.services.sending import Outcome, answered
from apps.webhooks.signing import signature_by

MINUTES = (1, 5, 15, 30, 60, 120, 240, *[480] * 8)  # before each further attempt: three days in all
BREATH = timedelta(seconds=10)
# What a system says of this message or of us: the same again gets the same answer. Somebody looks, and sends it anew.
FINAL = frozenset({400, 401, 403, 404, 405, 406, 410, 413, 415, 422})
State, Failure = Handover.State, Attempt.Failure


@transaction.atomic
def send_next() -> dict[str, str]:
    """The message that is due, if there is one; what became of it."""
    if not is_set_up():
        return {}
    if not hold_all(wait=False):
        wake(timezone.now() + BREATH)
        return {}
    waiting = Handover.objects.in_turn().select_related("publication")
    due = waiting.filter(next_at__lte=timezone.now()).first()
    if due and due.still_holds:
        send(due)
    elif due:  # taken back just now: its period is looked at next
        withhold(due)
    wake_for_next()
    return {"handover": str(due.pk), "state": due.state} if due else {}


def send(row: Handover) -> None:
    if move_from(row, "send") is None:
        return
    outcome, answer = _call(row)
    row.tries.create(
        at=timezone.now(), answer_code=outcome.status, milliseconds=round(outcome.seconds * 1000),
        failure=outcome.failure, detail=outcome.detail[:500],
    )  # fmt: skip
    row.attempts += 1
    row.answer = hide_identity_numbers(recognisable(answer.decode(errors="replace")))
    if not outcome.failure:
        row.receipt, row.received_at = _receipt(answer), timezone.now()
        _end(row, State.DELIVERED)
    elif outcome.status in FINAL or outcome.failure == Failure.ODD_ADDRESS or row.attempts > len(MINUTES):
        _end(row, State.FAILED)
        notify(holders_of(CHANGE).everywhere, "handover.failed", row, event=f"handover:{row.pk}:{row.tries.count()}")
    else:
        move = require(row, "send", "")
        go(row, move)
        row.next_at = timezone.now() + timedelta(minutes=MINUTES[row.attempts - 1])
        row.save(update_fields=["next_at", "attempts", "answer"])


def _call(row: Handover) -> tuple[Outcome, bytes]:
    started = monotonic()
    try:
        answer = outbound.exchange(settings.NATIONAL_REPORTING_URL, row.body.encode(), _headers(row), keep=ANSWER_KEPT)
    except outbound.CallError as error:
        return Outcome(None, error.code, error.detail, monotonic() - started), b""
    return answered(answer.status, monotonic() - started), answer.body


def _headers(row: Handover) -> dict[str, str]:
    moment = int(time())  # the receiver compares it with a clock of its own
    return {
        "Content-Type": "application/vnd.sdmx.data+json; version=2.0.0; charset=utf-8",
        "User-Agent": "program996-handover/1",
        "Idempotency-Key": str(row.pk),
        "X-P996-Event": f"handover.{row.kind}",
        "X-P996-Delivery": str(row.pk),
        "X-P996-Timestamp": str(moment),
        "X-P996-Signature": signature_by(settings.NATIONAL_REPORTING_KEY, moment, row.body),
    }


def _receipt(answer: bytes) -> str:
    """Their number of it, where the answer has one at the place that the mapping names."""
    try:
        told: Any = json.loads(answer)
        found = told.get(mapping().receipt, "")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return recognisable(str(found))[:100] if isinstance(found, str | int) else ""


def _end(row: Handover, state: str) -> None:
    move = require(row, "send", state)
    noted = go(row, move)
    row.save(update_fields=[*noted, "attempts", "answer", "receipt", "received_at"])
    told: dict[str, Any] = {"receipt": row.receipt} if row.receipt else {}
    record(move.audit, by=None, target=row, kind=Handover.Kind(row.kind).label, count=row.tries.count(), **told)


@transaction.atomic
def resend(row: Handover, *, by: User) -> Handover:
    """Once more, under the same id."""
    row, move = hold(row, "resend")
    if not by.has_perm(move.permission):
        raise PermissionDenied
    row.attempts, row.finished_at = 0, None
    row.save(update_fields=[*go(row, move), "attempts", "finished_at"])
    record(move.audit, target=row, by=by, kind=Handover.Kind(row.kind).label)
    wake_for_next()
    return row
