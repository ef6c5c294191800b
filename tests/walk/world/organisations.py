"""Sub-units, as public as the units."""

from apps.organisations.models import OrganisationUnit, UnitName
from tests.walk.places import PUBLIC
from tests.walk.world.base import World, builder


@builder
def parts(world: World, place: str) -> None:
    """A department under every unit. As public as the unit."""
    part = OrganisationUnit.objects.create(
        id=f"WALK-{place}", slug=f"walk-{place.lower()}", kind=OrganisationUnit.Kind.DEPARTMENT, parent_id=place
    )
    world.own(UnitName.objects.create(unit=part, **world.texts("subunit", PUBLIC, UnitName)), PUBLIC)
    world.put("subunit", place, part)
    world.own(part, PUBLIC)
