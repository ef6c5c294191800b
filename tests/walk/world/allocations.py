"""Versions in each of their states, each of another target, with a part of every unit of the walk."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from apps.allocations.models import Allocation, AllocationLine, Portion
from apps.targets.models import Indicator
from tests.walk.places import EVERYWHERE, PUBLIC
from tests.walk.world.base import World, once
from tests.walk.world.people import make_user

OF = {"draft": ("MT3", 1), "out_for_comment": ("MT4", 1), "proposed": ("MT5", 1), "superseded": ("MT6", 1),
      "approved": ("MT6", 2)}  # fmt: skip
GROUND = {"base": Decimal(7), "base_year": 2025, "goal": Decimal(100)}


@once
def allocations(world: World) -> None:
    officer, leader = (make_user(world, PUBLIC, name) for name in ("allocator", "approver"))
    now, document = timezone.now(), world.get("legaldocument", PUBLIC)
    for state, (code, version) in OF.items():
        one = world.make(
            "allocation", PUBLIC, Allocation, named=state, indicator=Indicator.objects.get(code=code), version=version,
            first_year=2029, last_year=2030, units_on=date(2026, 1, 1), drafted_by=officer, drafted_at=now,
            returned_reason="",
        )  # fmt: skip
        # What is sent to see whether it arrives is the ministry's: only where units are asked does it have a part.
        for place in EVERYWHERE if state == "out_for_comment" else set(EVERYWHERE) - {"BCT"}:
            portion = Portion.objects.create(allocation=one, unit_id=place, base=Decimal(1))
            AllocationLine.objects.bulk_create(
                [AllocationLine(portion=portion, year=year, amount=Decimal(3)) for year in (2029, 2030)]
            )
            if state == "out_for_comment":
                world.put("portion", place, portion)
        out = {"comments_until": now.date() + timedelta(days=9), "circulated_by": officer, "circulated_at": now}
        proposed = GROUND | {"proposed_by": officer, "proposed_at": now}
        decided = {"approved_by": leader, "approved_at": now, "document": document}
        given = {"out_for_comment": out, "proposed": proposed, "approved": proposed | decided}
        Allocation.objects.filter(pk=one.pk).update(state=state, **given.get(state, {}))
