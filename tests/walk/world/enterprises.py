"""The register: enterprises and their dated facts, in every unit, and one that two provinces share."""

from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone

from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from tests.factories.enterprises import tax_code
from tests.walk.places import HEIRS, OTHER_PROVINCE, PROVINCE, PROVINCES, SHARED
from tests.walk.world.base import World, builder, once

Stage = ProgrammeEvent.Stage
DAYS = {True: date(2024, 3, 12), False: date(2026, 3, 12)}  # while the ended units lived; today


def _enterprise(world: World, place: str, state: str, seat: str = "", **given: Any) -> Enterprise:
    values = {
        "tax_code": tax_code(3_000_000 + world.number() * 7),
        "ownership": Enterprise.Ownership.PRIVATE,
        "industry_code": "",
        "unit_id": seat or place,
        "located_on": DAYS[place in HEIRS],
        **given,
    }
    return _as_of_then(world.make("enterprise", place, Enterprise, named=state, **values))


def _event(world: World, place: str, owner: Enterprise, state: str, **given: Any) -> ProgrammeEvent:
    programme, _created = AssuranceProgramme.objects.get_or_create(
        enterprise=owner, form=AssuranceProgramme.Form.SERVED
    )
    world.own(programme, place)
    values = {
        "programme": programme,
        "stage": Stage.APPLIED,
        "occurred_on": DAYS[place in HEIRS],
        "unit_id": place,
        "withdrawn_reason": "",
        **given,
    }
    event = world.make("programmeevent", place, ProgrammeEvent, named=state, **values, reported_by_id=values["unit_id"])
    return _as_of_then(event)


def _as_of_then(row: Any) -> Any:
    """Last changed at one moment, the same for all, so that a form can say what state it was made from."""
    type(row)._base_manager.filter(pk=row.pk).update(updated_at=SEEN)
    row.refresh_from_db(fields=["updated_at"])
    return row


SEEN = datetime(2026, 10, 1, 8, tzinfo=UTC)


@builder
def register(world: World, place: str) -> None:
    world.values["tax_code"] = lambda place: tax_code(4_000_000 + world.number() * 7)
    world.values["seen"] = lambda _place: SEEN.isoformat()
    world.values["number"] = lambda place: f"WALK-{world.number()}"
    world.values["day"] = lambda place: f"{DAYS[place in HEIRS]:%d/%m/%Y}"
    world.values["iso_day"] = lambda place: DAYS[place in HEIRS].isoformat()
    if place not in PROVINCES:
        return
    keeper = world.get("staff", HEIRS.get(place, place), "register_keeper")
    owner = _enterprise(world, place, "applied")
    _event(world, place, owner, "live", entered_by=keeper)
    _event(
        world, place, owner, "withdrawn", stage=Stage.SURVEYED, withdrawn_at=timezone.now(), withdrawn_by=keeper,
        withdrawn_reason=world.canary(place, "programmeevent", "withdrawn_reason"),
    )  # fmt: skip
    for stage in (Stage.APPROACHED, Stage.STOPPED):
        _event(world, place, _enterprise(world, place, stage), stage, stage=stage)
    _enterprise(world, place, "new")
    household = f"0{place[-1] if place[-1].isdigit() else 7}9{world.number():09d}"
    _enterprise(world, place, "household", tax_code=household, ownership=Enterprise.Ownership.HOUSEHOLD)


@once
def between_two_provinces(world: World) -> None:
    """Seated in the neighbour's province, with a fact in ours: in our sight, not ours to edit."""
    owner = _enterprise(world, SHARED, "seated_there", seat=OTHER_PROVINCE)
    _event(world, SHARED, owner, "theirs", unit_id=OTHER_PROVINCE)
    _event(world, SHARED, owner, "ours", unit_id=PROVINCE, stage=Stage.ISSUED)
