"""What is taken away at night because nobody needs it any more, and after how long. One list; beat rings it.

Never here: the audit, its seals and the history of rows, which stay for the programme's whole life; registers and
files, which are the programme's facts. Failed jobs stay until somebody has looked at them. What is not listed is kept.
Ended sessions have a bell of their own (accounts); wrong tries of sign-in and requests for a new password are forgotten
by whoever counts them, at the next one.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from axes.models import AccessFailureLog, AccessLog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.exchange.models import STAGING_KEPT, RowProblem, StagedRow
from apps.feedback.models import HANDLED_KEPT, Feedback
from apps.jobs import exports
from apps.jobs.models import FINISHED_KEPT, IdempotencyKey, Job, JobHeartbeat
from apps.notifications.models import Notification
from apps.people.models import Invitation
from apps.upkeep.models import Run
from apps.webhooks.models import Delivery

log = structlog.get_logger(__name__)
AT_ONCE = 1_000  # rows of one transaction: others wait for none of them
MOST = 500_000  # rows of one cleaner in one night; the next night goes on
SIGN_INS_KEPT = timedelta(days=90)  # axes' own list; who came in when stays in the audit
ANSWERS_KEPT = timedelta(days=7)  # a form sent again comes in the same session, which ends after 12 hours
INVITATIONS_KEPT = timedelta(days=365)  # over two account reviews; who was invited by whom stays in the audit
NOTIFICATIONS_KEPT = timedelta(days=365)  # what happened stands in the steps of the record and in the audit
DELIVERIES_KEPT = timedelta(days=90)  # as jobs; what a receiver has not taken by then it finds by reading
RUNS_KEPT = timedelta(days=400)  # over a year of drills can be shown
SILENT = timedelta(days=1)  # a heart that stopped so long ago beats no more


@dataclass(frozen=True)
class Cleaner:
    """`outworn()` gives the rows that may go now."""

    name: str
    outworn: Callable[[], QuerySet[Any]]


CLEANERS = [
    Cleaner("finished jobs", lambda: Job.objects.outworn(ago(FINISHED_KEPT))),
    Cleaner("heartbeats of no job", lambda: JobHeartbeat.objects.filter(at__lt=ago(SILENT))),
    Cleaner("answers to repeated requests", lambda: IdempotencyKey.objects.filter(created_at__lt=ago(ANSWERS_KEPT))),
    Cleaner("rows of decided imports", lambda: StagedRow.objects.outworn(ago(STAGING_KEPT))),
    Cleaner("problems of decided imports", lambda: RowProblem.objects.outworn(ago(STAGING_KEPT))),
    Cleaner("old notifications", lambda: Notification.objects.filter(created_at__lt=ago(NOTIFICATIONS_KEPT))),
    Cleaner("old invitations", lambda: Invitation.objects.filter(expires_at__lt=ago(INVITATIONS_KEPT))),
    Cleaner("old deliveries", lambda: Delivery.objects.outworn(ago(DELIVERIES_KEPT))),
    Cleaner("handled feedback", lambda: Feedback.objects.outworn(ago(HANDLED_KEPT))),
    Cleaner("old runs of backups", lambda: Run.objects.outworn(ago(RUNS_KEPT))),
    Cleaner("list of sign-ins", lambda: AccessLog.objects.filter(attempt_time__lt=ago(SIGN_INS_KEPT))),
    Cleaner("list of wrong tries", lambda: AccessFailureLog.objects.filter(attempt_time__lt=ago(SIGN_INS_KEPT))),
]


def ago(kept: timedelta) -> datetime:
    return timezone.now() - kept


def clean() -> dict[str, int]:
    """Take away what is outworn, in small transactions; how many rows, by the cleaner's name."""
    gone = {"drafts of files": _drop_drafts(), "files written for download": _drop_exports()}
    for cleaner in CLEANERS:
        gone[cleaner.name] = _take_away(cleaner)
    log.info("cleaned", **{name.replace(" ", "_"): count for name, count in gone.items() if count})
    return gone


def _take_away(cleaner: Cleaner) -> int:
    total = 0
    while total < MOST:
        with transaction.atomic():
            # Whoever holds a row is at work with it: it is left for the next night.
            rows = cleaner.outworn().select_for_update(skip_locked=True, of=("self",)).order_by("pk")
            chosen = list(rows.values_list("pk", flat=True)[:AT_ONCE])
            rows.model._base_manager.filter(pk__in=chosen).delete()
        total += len(chosen)
        if len(chosen) < AT_ONCE:
            break
    return total


def _drop_drafts() -> int:
    """A file is written as a draft beside the folders of the kept ones; a process that was killed leaves it there."""
    return _drop_older(Path(settings.MEDIA_ROOT).glob("tmp*"), SILENT)


def _drop_exports() -> int:
    """They are copies; whoever needs one again has it written again."""
    return _drop_older(exports.folder().glob("*"), exports.KEPT)


def _drop_older(paths: Iterable[Path], kept: timedelta) -> int:
    """Files are dated by the machine's clock, not by the portal's."""
    oldest = time.time() - kept.total_seconds()
    old = [path for path in paths if path.is_file() and path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
