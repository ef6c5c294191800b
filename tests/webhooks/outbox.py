"""Events and the work that follows them, as relay and workers would do it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from apps.core import clock
from apps.jobs.models import Job
from apps.jobs.services import run_job
from apps.webhooks.services import publish
from apps.webhooks.services.publishing import fan_out


def closed(period: str = "2025", **given: Any) -> None:
    """One event of the whole programme, published and dealt out."""
    with transaction.atomic():
        publish("period.closed", closing=1, period=period, version=1, **given)
    fan_out()


def work(passed: timedelta = timedelta()) -> int:
    """Every job of webhooks whose moment has come when so much time has passed; how many attempts that took."""
    ran = 0
    while row := _due(passed):
        Job.objects.filter(pk=row.pk).update(not_before=Now())
        assert run_job(row.pk) == "done", Job.objects.get(pk=row.pk).error
        ran += 1
    return ran


def _due(passed: timedelta) -> Job | None:
    waiting = Job.objects.filter(kind__startswith="webhooks.", state=Job.State.PENDING)
    return waiting.filter(not_before__lte=clock.machine_now() + passed).order_by("not_before", "created_at").first()


class Clock:
    """The portal's clock, set ahead by hand; jobs become due by it as well."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.passed = timedelta()
        patch.setattr(timezone, "now", lambda: clock.machine_now() + self.passed)

    def move(self, **by: float) -> None:
        self.passed += timedelta(**by)

    def work(self) -> int:
        # A job's moment is counted from the portal's clock of when it was written: it is due with its delivery.
        return work(timedelta(seconds=1)) + self._wake()

    def _wake(self) -> int:
        from apps.webhooks.services.sending import wake_waiting

        ran = 0
        while True:
            wake_waiting()
            if not (now := work(timedelta(seconds=1))):
                return ran
            ran += now
