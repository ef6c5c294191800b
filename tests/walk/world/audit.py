"""What was done in every unit, and why."""

from apps.audit.models import AuditEvent
from tests.walk.places import HEIRS
from tests.walk.world.base import World, builder


@builder
def events(world: World, place: str) -> None:
    home = HEIRS.get(place, place)
    actor = world.get("staff", home, "unit_administrator") or world.get("staff", home, "programme_administrator")
    owner = world.get("enterprise", place) or world.get("unit", place)
    world.make(
        "auditevent", place, AuditEvent, action="enterprise.updated", actor_id=actor.pk, actor=actor.email, unit=place,
        target_type=owner._meta.label_lower, target_id=str(owner.pk),
        data={"told": world.canary(place, "auditevent", "told")},
        before={"note": world.canary(place, "auditevent", "before")},
        after={"note": world.canary(place, "auditevent", "after")},
        request_id="ABCD-1234",
    )  # fmt: skip
