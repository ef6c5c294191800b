"""Receivers of every unit in each state, with a delivery in each state."""

from django.utils import timezone

from apps.webhooks.models import Attempt, Delivery, Subscription
from apps.webhooks.signing import new_secret, sealed
from tests.walk.places import CENTRE
from tests.walk.world.base import World, builder
from tests.walk.world.enterprises import SEEN

State = Subscription.State


@builder
def receivers(world: World, place: str) -> None:
    if place == CENTRE:
        return
    office, now = world.get("staff", CENTRE, "programme_administrator"), timezone.now()
    for state in State.values:
        world.make(
            "subscription", place, Subscription, named=state, state=state, unit_id=place, owner=office,
            created_by=office, secret="" if state == State.REMOVED else sealed(new_secret()), secret_at=now,
            events=["period.closed"],
            failures=int(state == State.DISABLED), failing_since=now if state == State.DISABLED else None,
        )  # fmt: skip
    Subscription.objects.filter(unit=place).update(updated_at=SEEN)
    receiver = world.get("subscription", place, State.ACTIVE)
    for state in Delivery.State.values:
        row = world.make(
            "delivery", place, Delivery, named=state, state=state, subscription=receiver, event="period.closed",
            units=[place], data={"closing": 1}, occurred_at=now, next_at=now,
            finished_at=None if state == Delivery.State.PENDING else now,
        )  # fmt: skip
        detail = world.canary(place, "delivery", "detail")
        world.own(Attempt.objects.create(delivery=row, milliseconds=12, failure="no_answer", detail=detail), place)
