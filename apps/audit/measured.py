"""Whether each day of the audit is sealed in time."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from apps.audit import sealing
from apps.audit.models import AuditSeal
from apps.core.measuring import Family, Sample, measure

SEALED = Family("program996_audit_sealed_until_timestamp_seconds", "The end of the last day sealed.")
UNSEALED = Family("program996_audit_unsealed_days", "Days that have ended and are not sealed.")


@measure(SEALED, UNSEALED)
def seals() -> Iterable[Sample]:
    last, first = AuditSeal.objects.aggregate(day=Max("day"))["day"], sealing.first_day()
    if last is not None:
        yield SEALED(sealing.bounds(last)[1].timestamp())
    before = last or (first - timedelta(days=1) if first else None)
    ended = sealing.last_ended_day(timezone.now())
    yield UNSEALED(max(0, (ended - before).days) if before else 0)
