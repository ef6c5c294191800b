"""Whether other systems hear of what happened."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q
from django.db.models.functions import Now

from apps.core.measuring import Family, Sample, measure
from apps.webhooks.models import Delivery, Subscription

RECEIVERS = Family("program996_webhook_receivers", "Receivers of events, by state.", ("state",))
WAITING = Family("program996_webhook_deliveries_waiting", "Deliveries that wait for their receiver.")
FAILED = Family("program996_webhook_deliveries_failed_last_day", "Deliveries given up within a day.")


@measure(RECEIVERS, WAITING, FAILED)
def webhooks() -> Iterable[Sample]:
    states = dict(Subscription.objects.order_by().values_list("state").annotate(Count("pk")))
    for state in Subscription.State.values:
        yield RECEIVERS(states.get(state, 0), state)
    given_up = Q(state=Delivery.State.FAILED, finished_at__gt=Now() - timedelta(days=1))
    found = Delivery.objects.aggregate(
        waiting=Count("pk", filter=Q(state=Delivery.State.PENDING)), failed=Count("pk", filter=given_up)
    )
    yield from (WAITING(found["waiting"]), FAILED(found["failed"]))
