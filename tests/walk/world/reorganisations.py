"""Reorganisations, which everybody may read."""

from datetime import date, timedelta

from django.utils import timezone

from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.reorganisations.services.plans import Plan, Result
from apps.reorganisations.services.reorganisations import record_reorganisation
from tests.walk.places import PUBLIC
from tests.walk.world.base import World, once
from tests.walk.world.people import make_user

RENAMED = "VN-48-2025"  # a province of which nobody in the walk speaks


@once
def reorganisations(world: World) -> None:
    """Public, with the name of who recorded them. One is planned and can be withdrawn."""
    by = make_user(world, PUBLIC, "clerk")
    unit = OrganisationUnit.objects.get(pk=RENAMED)
    name = world.canary(PUBLIC, "reorganisation", "name")
    named = Result(name=f"Thành phố {name}", short_name=name)
    document = world.get("legaldocument", PUBLIC)
    ahead, past = timezone.localdate() + timedelta(days=30), date(2025, 7, 1)
    plan = Plan(Reorganisation.Kind.RENAMING, [unit], [named], ahead)
    world.put("reorganisation", PUBLIC, record_reorganisation(plan, document=document, by=by), named="planned")
    for state, day, who in (
        ("in_force", past, {}),
        ("withdrawn", ahead, {"withdrawn_by": by, "withdrawn_at": timezone.now()}),
    ):
        reason = world.canary(PUBLIC, "reorganisation", "withdrawn_reason") if who else ""
        world.make(
            "reorganisation", PUBLIC, Reorganisation, named=state, kind=Reorganisation.Kind.RENAMING, effective_on=day,
            document=document, plan={"units": [], "results": []}, recorded_by=by, withdrawn_reason=reason, **who,
        )  # fmt: skip
