"""What people said of the portal, in each state: of no unit, but only the programme office reads it."""

from django.utils import timezone

from apps.feedback.models import Feedback
from tests.walk.places import CENTRE
from tests.walk.world.base import World, builder

State = Feedback.State


@builder
def feedback(world: World, place: str) -> None:
    if place == CENTRE:
        return
    office = world.get("staff", CENTRE, "programme_administrator")
    for state in State.values:
        is_handled = state == State.HANDLED
        world.make(
            "feedback", place, Feedback, named=state, state=state, kind=Feedback.Kind.FAULT, page="/tasks/",
            incident="6319-A4D6", handled_by=office if is_handled else None,
            handled_at=timezone.now() if is_handled else None,
        )  # fmt: skip
