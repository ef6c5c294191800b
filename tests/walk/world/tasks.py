"""Tasks of every unit, one in each state; people of the unit itself neither proposed nor reported them."""

from datetime import date

from django.utils import timezone

from apps.tasks.models import PlanTask
from apps.tasks.moving import DONE, REPORTED
from apps.tasks.routes import route_of
from tests.walk.world.base import World, builder

State = PlanTask.State


@builder
def plan_tasks(world: World, place: str) -> None:
    route, approving = route_of(place)
    for state in State:
        world.make(
            "plantask", place, PlanTask, named=state,
            code=f"CANARY-{place}-{world.number()}", framework_item_id="B.6", kind="recurrent", term="yearly",
            year=2026, lead_unit_id=place, due_on=date(2026, 12, 31), first_due_on=date(2026, 12, 31), route=route,
            approving_unit_id=approving, origin="demo", state=state, moved_at=timezone.now(),
            reported_on=date(2026, 6, 30) if state in REPORTED else None,
            accepted_on=date(2026, 7, 15) if state in DONE else None,
            resume_to="in_progress" if state == State.SUSPENDED else "", withdrawn_reason="",
        )  # fmt: skip
