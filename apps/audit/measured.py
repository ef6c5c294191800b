"""Whether each day of the audit is sealed in time, and each year to come has its table."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from apps.audit import partitions, sealing
from apps.audit.models import AuditSeal
from apps.core.measuring import Family, Sample, measure

SEALED = Family("program996_audit_sealed_until_timestamp_seconds", "The end of the last day sealed.")
UNSEALED = Family("program996_audit_unsealed_days", "Days that have ended and are not sealed.")

YEARS_AHEAD = Family("program996_audit_years_ahead", "Years to come that have their table already.")
OUTSIDE = Family("program996_audit_rows_outside_years", "Rows of years that have no table yet.")


@measure(SEALED, UNSEALED)
def seals() -> Iterable[Sample]:
    last, first = AuditSeal.objects.aggregate(day=Max("day"))["day"], sealing.first_day()
    if last is not None:
        yield SEALED(sealing.bounds(last)[1].timestamp())
    before = last or (first - timedelta(days=1) if first else None)
    ended = sealing.last_ended_day(timezone.now())
    yield UNSEALED(max(0, (ended - before).days) if before else 0)


@measure(YEARS_AHEAD, OUTSIDE)
def years() -> Iterable[Sample]:
    yield YEARS_AHEAD(max(year.last for year in partitions.years()) - partitions.this_year())
    yield OUTSIDE(partitions.rows_outside())
