"""A backup that ended well and one that did not: of no unit, but only the programme office reads of them."""

from django.utils import timezone

from apps.upkeep.models import Run
from tests.walk.places import CENTRE
from tests.walk.world.base import World, builder


@builder
def upkeep(world: World, place: str) -> None:
    if place == CENTRE:
        return
    for outcome in (Run.Outcome.GOOD, Run.Outcome.BAD):
        world.make(
            "run", place, Run, named=outcome, outcome=outcome, kind=Run.Kind.BACKUP, started_at=timezone.now(),
            finished_at=timezone.now(),
        )  # fmt: skip
