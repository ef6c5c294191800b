"""The door of other apps: `from apps.jobs.services import enqueue, job, report_progress`."""

import json
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.audit.services import record, running_request
from apps.core.moves import hold
from apps.jobs.consumer import run_job
from apps.jobs.heartbeat import current_job, report_progress
from apps.jobs.models import IdempotencyKey, Job
from apps.jobs.registry import get_handler, job

if TYPE_CHECKING:
    from apps.accounts.models import User

__all__ = [
    "claim_key",
    "current_job",
    "enqueue",
    "job",
    "keep_response",
    "report_progress",
    "retry_job",
    "run_job",
]

# A pending twin is touched, not just found. The touch holds its row until our commit, so that a worker's claim waits
# for us and then reads our facts; with DO NOTHING it could start before our commit and our request would be lost in
# it. Had it been claimed already, its key is free again and the row goes in. A fresh request also brings fresh
# attempts, and rings again: the twin's own bell may have given up waiting for us.
INSERT = """
    INSERT INTO jobs_job
        (id, kind, queue, payload, dedupe_key, not_before, requested_by_id, unit, request_id, state, attempts, error)
    VALUES (%s, %s, %s, %s, %s, coalesce(%s, statement_timestamp()), %s, %s, %s, 'pending', 0, '')
    ON CONFLICT (dedupe_key) WHERE state = 'pending' AND NOT dedupe_key = '' DO UPDATE
    SET attempts = 0, published_at = NULL, not_before = least(jobs_job.not_before, excluded.not_before)
    RETURNING *
"""


def enqueue(
    kind: str,
    *,
    by: "User | None" = None,
    unit: str = "",
    dedupe_key: str = "",
    not_before: datetime | None = None,
    **payload: Any,
) -> Job:
    """Add a job to the caller's transaction: it happens if and only if the change happens.

    Two requests with one `dedupe_key` become one job while that is still pending, so the key must say all that the
    payload says. Callers with the same key wait for each other's commit: enqueue last, after the long writing.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("enqueue() belongs to the transaction of the change it follows")
    handler = get_handler(kind)
    values = [uuid.uuid4(), kind, handler.queue, json.dumps(payload), dedupe_key, not_before, by and by.pk, unit]
    values.append(running_request())
    [row] = Job.objects.raw(INSERT, values)
    _ring()
    return row


@transaction.atomic
def retry_job(row: Job, *, by: "User") -> Job:
    """Give a failed job its attempts back."""
    row, move = hold(row, "retry")
    record(move.audit, target=row, by=by, unit=row.unit, kind=row.kind, error=row.error)
    Job.objects.filter(pk=row.pk).give_back(error="")
    Job.objects.filter(pk=row.pk).update(attempts=0)
    _ring()
    row.refresh_from_db()
    return row


def _ring() -> None:
    """Wake the relay at commit. It looks every second anyway, so nothing depends on it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('jobs', '')")


CLAIM_KEY = """
    INSERT INTO jobs_idempotencykey (key, user_id) VALUES (%s, %s)
    ON CONFLICT (key, user_id) DO UPDATE SET key = excluded.key
    RETURNING *
"""


def claim_key(key: str, *, by: "User") -> IdempotencyKey:
    """Take the key of a request, inside the transaction that makes its record. One statement, one winner.

    A twin waits here until the first has committed and then finds its `response`; it makes nothing and answers
    with that. The first finds `response` None, makes its record and calls `keep_response()`.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("claim_key() belongs to the transaction that makes the record")
    if not key or len(key) > 100:
        raise ValidationError(_("Khóa chống gửi lặp phải có từ 1 đến 100 ký tự."), code="bad_key")
    [claimed] = IdempotencyKey.objects.raw(CLAIM_KEY, [key, by.pk])
    return claimed


def keep_response(claimed: IdempotencyKey, **response: Any) -> None:
    """What a repeat of the request is answered with: usually the id or the address of the record made."""
    claimed.response = response
    claimed.save(update_fields=["response"])
