"""What waits to be counted, and what waits to be closed."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Min
from django.db.models.functions import Extract, Now
from django.utils import timezone

from apps.core.measuring import Family, Sample, measure
from apps.targets.closings import ClosingProposal
from apps.targets.models import Period, RecomputeRequest

REQUESTS = Family("program996_recompute_requests", "Changes of facts not yet counted, by source.", ("source",))
OLDEST = Family("program996_recompute_oldest_seconds", "How long the oldest of them has waited.")
UNCLOSED = Family("program996_periods_unclosed", "Periods that are over and not closed.")
PROPOSED = Family("program996_closing_proposals_open", "Proposals of closings that wait for a decision.")
WAITED = Family("program996_closing_proposal_oldest_seconds", "How long the oldest of them has waited.")


@measure(REQUESTS, OLDEST)
def recounts() -> Iterable[Sample]:
    rows: Any = RecomputeRequest.objects.order_by().values_list("source").annotate(Count("pk"))
    for source, count in rows:
        yield REQUESTS(count, source)
    waited = Extract(Now() - Min("requested_at"), "epoch")
    yield OLDEST(max(0, RecomputeRequest.objects.aggregate(seconds=waited)["seconds"] or 0))


@measure(UNCLOSED, PROPOSED, WAITED)
def closings() -> Iterable[Sample]:
    over = Period.objects.filter(ends_on__lt=timezone.localdate())
    yield UNCLOSED(over.exclude(pk__in=Period.objects.closed()).count())
    waiting = ClosingProposal.objects.open().order_by().aggregate(count=Count("pk"), since=Min("prepared_at"))
    yield PROPOSED(waiting["count"])
    yield WAITED((timezone.now() - waiting["since"]).total_seconds() if waiting["since"] else 0)
