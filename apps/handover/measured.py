"""Whether the national reporting system hears of what is published."""

from collections.abc import Iterable

from django.db.models import Count

from apps.core.measuring import Family, Sample, measure
from apps.handover.models import Handover

HANDOVERS = Family("program996_handovers", "Messages to the national reporting system, by state.", ("state",))


@measure(HANDOVERS)
def handovers() -> Iterable[Sample]:
    states = dict(Handover.objects.order_by().values_list("state").annotate(Count("pk")))
    for state in Handover.State.values:
        yield HANDOVERS(states.get(state, 0), state)
