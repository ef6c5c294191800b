from collections.abc import Iterable
from datetime import date

from django.db import transaction

from apps.accounts.models import User
from apps.jobs.models import Job
from apps.jobs.services import enqueue
from apps.targets.models import Period, RecomputeRequest


@transaction.atomic
def request_recompute(source: str, places: Iterable[tuple[str, date]], *, by: User | None) -> Job | None:
    """Say in the caller's transaction what a change of facts made stale, and who does the work: that job is returned.

    `places` are (unit id, day of the fact). Which indicators count the source only progress knows.
    """
    periods = list(Period.objects.all())
    stale = {
        (unit, next((period.pk for period in periods if period.starts_on <= day <= period.ends_on), None))
        for unit, day in places
    }
    if not stale:
        return None
    RecomputeRequest.objects.bulk_create(
        RecomputeRequest(source=source, unit_id=unit, period_id=period) for unit, period in stale
    )
    # No dedupe key: a twin that already counts would not see our facts. A job that finds nothing to do is cheap.
    return enqueue("progress.recompute", by=by, source=source)
