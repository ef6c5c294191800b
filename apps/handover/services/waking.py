"""The job that sends: one message an attempt, and one job at a time."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from apps.core import clock
from apps.handover.models import SEND, Handover
from apps.jobs.services import enqueue


def wake(at: datetime | None = None) -> None:
    # The job table goes by the machine's clock, a message by the portal's, which may be set ahead.
    moment = clock.machine_now() + (at - timezone.now()) if at else None
    enqueue(SEND, dedupe_key=SEND, not_before=moment)


def wake_for_next() -> None:
    following = Handover.objects.in_turn().values_list("next_at", flat=True).first()
    if following:
        wake(following)


def hold_all(*, wait: bool) -> bool:
    """Whoever plans and whoever sends: what is just being sent is not withheld as if nobody had heard of it."""
    verb = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {verb}(hashtext('handover'))")
        return wait or bool(cursor.fetchone()[0])
