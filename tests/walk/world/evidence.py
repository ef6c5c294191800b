"""Files of enterprises, in every province, and of the enterprise that two provinces see and one keeps."""

from django.utils import timezone

from apps.documents.models import Attachment, StoredFile
from apps.documents.services import attach_file, withdraw_attachment
from tests.walk.places import HEIRS, OTHER_PROVINCE, PROVINCES, SHARED
from tests.walk.world.base import World, builder, once
from tests.walk.world.documents import pdf


def _attached(world: World, place: str, state: str, seat: str = "") -> Attachment:
    """Its canaries are of the unit that keeps the seat; the body says besides under which name the world has it."""
    seat = seat or place
    keeper, body = (
        world.get("staff", HEIRS.get(seat, seat), "register_keeper"),
        world.canary(place, "attachment", "body"),
    )
    note = world.canary(seat, "attachment", "note")
    file = attach_file(world.get("enterprise", place), pdf(world, seat, body), note=note, by=keeper)
    return world.put("attachment", place, file, named=state)


@builder
def evidence(world: World, place: str) -> None:
    world.values["pdf"] = lambda place: pdf(world, place)
    if place not in PROVINCES:
        return
    _attached(world, place, "live")
    infected = _attached(world, place, "infected")
    StoredFile.objects.filter(pk=infected.stored_id).update(
        scan=StoredFile.Scan.INFECTED, finding=world.canary(place, "attachment", "finding"), scanned_at=timezone.now()
    )
    gone = _attached(world, place, "withdrawn")
    reason = world.canary(place, "attachment", "withdrawn_reason")
    withdraw_attachment(gone, reason, by=gone.added_by)


@once
def of_another_unit(world: World) -> None:
    """Its page is seen in both provinces, its files in that of its seat."""
    _attached(world, SHARED, "live", seat=OTHER_PROVINCE)
