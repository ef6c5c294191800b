"""Invitations, reviews, lost second factors; and reorganisations, which everybody may read."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from apps.organisations.models import (
    Invitation,
    MembershipReview,
    OrganisationUnit,
    Reorganisation,
    SecondFactorReset,
    UnitName,
)
from apps.organisations.services.invitations import link_token
from apps.organisations.services.plans import Plan, Result
from apps.organisations.services.reorganisations import record_reorganisation
from tests.walk.places import HEIRS, PUBLIC, SECRET
from tests.walk.world.base import World, builder, once
from tests.walk.world.people import make_user

RENAMED = "VN-48-2025"  # a province of which nobody in the walk speaks


@builder
def parts(world: World, place: str) -> None:
    """A department under every unit. As public as the unit."""
    part = OrganisationUnit.objects.create(
        id=f"WALK-{place}", slug=f"walk-{place.lower()}", kind=OrganisationUnit.Kind.DEPARTMENT, parent_id=place
    )
    world.own(UnitName.objects.create(unit=part, **world.texts("subunit", PUBLIC, UnitName)), PUBLIC)
    world.put("subunit", place, part)
    world.own(part, PUBLIC)


@builder
def invitations(world: World, place: str) -> None:
    now, by = timezone.now(), _administrator(world, place)
    moments: dict[str, dict[str, Any]] = {
        "open": {"expires_at": now + timedelta(hours=20)},
        "expired": {"expires_at": now - timedelta(hours=1)},
        "accepted": {"expires_at": now + timedelta(hours=20), "accepted_by": by, "accepted_at": now},
        "withdrawn": {"expires_at": now + timedelta(hours=20), "withdrawn_by": by, "withdrawn_at": now},
    }
    world.values["invitation_link"] = lambda place: link_token(world.get("invitation", place, "open"))
    for state, given in moments.items():
        world.make(
            "invitation", place, Invitation, named=state, unit_id=place, role=Group.objects.get(name="reader"),
            valid_from=timezone.localdate(), nonce=f"{SECRET}-{world.number()}", invited_by=by, **given,
        )  # fmt: skip


@builder
def lost_factors(world: World, place: str) -> None:
    """One waits for the second person, one is decided."""
    by = _administrator(world, place)
    person, left = world.get("person", place, "active"), world.get("person", place, "left")
    second = world.get("staff", HEIRS.get(place, place), "reader") or world.get("staff", place, "auditor")
    world.make("factorreset", place, SecondFactorReset, named="open", user_id=person.pk, requested_by=second)
    world.make(
        "factorreset", place, SecondFactorReset, named="decided", user_id=left.pk, requested_by=by,
        decided_by=second, decided_at=timezone.now(), is_approved=True,
    )  # fmt: skip


@builder
def reviews(world: World, place: str) -> None:
    world.make(
        "membershipreview", place, MembershipReview, membership=world.get("membership", place, "current"),
        half_year="2025-2", is_kept=True, reviewed_by=_administrator(world, place),
    )  # fmt: skip


@once
def reorganisations(world: World) -> None:
    """Public, with the name of who recorded them. One is planned and can be withdrawn."""
    by = make_user(world, PUBLIC, "clerk")
    unit = OrganisationUnit.objects.get(pk=RENAMED)
    named = Result(name=f"Thành phố {world.canary(PUBLIC, 'reorganisation', 'name')}", short_name=f"CANARY {PUBLIC}")
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


def _administrator(world: World, place: str) -> Any:
    home = HEIRS.get(place, place)
    return world.get("staff", home, "unit_administrator") or world.get("staff", home, "programme_administrator")
