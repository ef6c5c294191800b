"""The job that sends to one receiver: one attempt, then the next job, so that no worker stays with one receiver."""

from datetime import datetime

from django.utils import timezone

from apps.core import clock
from apps.jobs.services import enqueue
from apps.webhooks.models import DELIVER, Subscription


def wake(receiver: Subscription, at: datetime | None = None) -> None:
    """Have the next delivery sent, at that moment or now. One job at a time waits for each receiver: the earlier."""
    # The job table goes by the machine's clock, a delivery by the portal's, which may be set ahead.
    moment = clock.machine_now() + (at - timezone.now()) if at else None
    enqueue(DELIVER, dedupe_key=f"{DELIVER}:{receiver.pk}", not_before=moment, subscription_id=receiver.pk)
