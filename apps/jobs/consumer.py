"""What happens to a job once its bell has rung: claim, effect and "done" together, or back to the queue."""

import uuid
from datetime import timedelta
from time import monotonic

import pghistory
import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.jobs import claims
from apps.jobs.heartbeat import Heartbeat
from apps.jobs.models import Job, QueueHeartbeat
from apps.jobs.registry import get_handler, pauses_of

CAP_PAUSE = 2
log = structlog.get_logger(__name__)


def run_job(job_id: uuid.UUID | str) -> str | None:
    """Run the job if it is pending and due; return the state it is left in (None: there is no such job).

    Called for every message, and messages come late, twice or never: all but one of them find nothing to claim.
    """
    claim = _claim(job_id)
    if claim is None:
        return Job.objects.filter(pk=job_id).values_list("state", flat=True).first()
    claimed, number = claim
    try:
        _work(claimed)
    finally:
        claims.let_go(number)
    return Job.objects.values_list("state", flat=True).get(pk=job_id)


def _work(claimed: Job) -> None:
    told = {"job": str(claimed.pk), "kind": claimed.kind, "request_id": claimed.request_id}
    with structlog.contextvars.bound_contextvars(**told):
        began = monotonic()
        try:
            with Heartbeat(claimed):
                _carry_out(claimed)
        except Exception as error:
            _put_back(claimed, error)
        else:
            log.info("job ended", attempt=claimed.attempts, ms=round((monotonic() - began) * 1000))


@transaction.atomic
def _claim(job_id: uuid.UUID | str) -> tuple[Job, int] | None:
    """Mark the job as running, in a commit of its own: an attempt that kills its process is counted too.

    With the row the number that our session holds as long as it lives: see claims.py.
    """
    row = (
        Job.objects.select_for_update(of=("self",))  # waits for whoever joins it: see enqueue()
        .filter(pk=job_id, state=Job.State.PENDING, not_before__lte=Now())
        .first()
    )
    if row is None:
        return None
    mine = Job.objects.filter(pk=row.pk)
    if row.attempts > len(pauses_of(row.kind)):
        mine.update(state=Job.State.FAILED, finished_at=Now(), error=_("Đã thử đủ số lần cho phép."))
        return None
    if _queue_is_full(row) or _unit_is_busy(row):
        mine.update(not_before=Now() + timedelta(seconds=CAP_PAUSE), published_at=None)
        return None
    mine.update(state=Job.State.RUNNING, attempts=F("attempts") + 1, started_at=Now(), error="")
    row.refresh_from_db()
    return row, claims.hold(row.pk)


def _queue_is_full(row: Job) -> bool:
    """Whether as many run as this queue may have at once, so that workers are left for the others."""
    cap = settings.JOBS_QUEUE_CAPS.get(row.queue)
    return cap is not None and _is_full(f"{row.queue}/", cap, queue=row.queue)


def _unit_is_busy(row: Job) -> bool:
    """Whether the unit already has its share of the queue, so that nobody waits behind one unit's uploads."""
    key = f"{row.queue}/{row.unit}"
    return bool(row.unit) and _is_full(key, settings.JOBS_UNIT_CAP, queue=row.queue, unit=row.unit)


def _is_full(key: str, cap: int, **alike: str) -> bool:
    with connection.cursor() as cursor:  # two claims at once must not both find the last place free
        cursor.execute("SELECT pg_advisory_xact_lock(996, hashtext(%s))", [key])
    return Job.objects.filter(state=Job.State.RUNNING, **alike).count() >= cap


@transaction.atomic
def _carry_out(claimed: Job) -> None:
    """The effect and "done" in one transaction, with the row locked: no sweeper takes it, no twin repeats it."""
    # `started_at` tells our claim from a later one: who was swept while it hung must not begin any more.
    # No SKIP LOCKED here: a second message's claim or the sweeper holds the row for a moment, and passing over it would
    # leave the job to nobody as long as we live.
    row = (
        Job.objects.select_for_update(of=("self",))
        .filter(pk=claimed.pk, state=Job.State.RUNNING, started_at=claimed.started_at)
        .first()
    )
    if row is None:
        log.warning("job taken away before it began")
        return
    with pghistory.context(user=row.requested_by_id, job=row.kind):
        row.result = get_handler(row.kind).function(**row.payload)
    row.state, row.finished_at = Job.State.DONE, Now()
    row.save(update_fields=["state", "finished_at", "result"])


def _put_back(claimed: Job, error: Exception) -> None:
    """Rolled back already. A refusal is final; anything else is tried again, after a pause, up to the last attempt."""
    if not connection.is_usable():
        connection.close()  # only then: the claim lives as long as the session
    pauses = pauses_of(claimed.kind)
    final = isinstance(error, ValidationError) or claimed.attempts > len(pauses)
    if isinstance(error, ValidationError):
        log.info("job refused", words=error.messages)
    else:
        log.error("job failed", attempt=claimed.attempts, exc_info=error)
    mine = Job.objects.filter(pk=claimed.pk, state=Job.State.RUNNING, started_at=claimed.started_at)
    if final:
        mine.update(state=Job.State.FAILED, finished_at=Now(), error=_words(error))
        return
    pause = timedelta(seconds=pauses[claimed.attempts - 1])
    mine.give_back(not_before=Now() + pause, error=_words(error))


def _words(error: Exception) -> str:
    """For the screen: a refusal's own words; of a fault only its kind, since its text may hold anybody's data."""
    if isinstance(error, ValidationError):
        return "; ".join(error.messages)
    if isinstance(error, SoftTimeLimitExceeded):
        return _("Chạy quá thời gian cho phép.")
    return _("Lỗi hệ thống: %(kind)s.") % {"kind": type(error).__name__}


def beat_queue(queue: str) -> None:
    """A worker has answered on this queue."""
    QueueHeartbeat.objects.update_or_create(queue=queue, defaults={"at": Now()})
