"""Closings, public with who made them, and proposals, which only those see who prepare and close; what of a publication
went to the national system.
"""

import json

from django.utils import timezone

from apps.handover.models import Handover
from apps.progress.services import recompute
from apps.targets.models import ClosingProposal, IndicatorValue, Period, PeriodClosing, Publication
from tests.walk.places import PUBLIC, SECRET
from tests.walk.world.base import World, once
from tests.walk.world.people import make_user


@once
def closings(world: World) -> None:
    """2025 is closed once; of 2026 one closing waits, one was refused and one taken back. 2024 is closed and published,
    after it was published by mistake.
    """
    recompute()
    world.put("figure", PUBLIC, IndicatorValue.objects.order_by("pk")[0])
    officer, leader = (make_user(world, PUBLIC, name) for name in ("preparer", "closer"))
    document, now = world.get("legaldocument", PUBLIC), timezone.now()
    [earlier, closed, running] = Period.objects.filter(year__in=(2024, 2025, 2026))
    given = {"document": document, "prepared_by": officer}
    world.make(
        "closing", PUBLIC, PeriodClosing, named="unpublished", period=closed, version=1, as_of=now, closed_by=leader,
        closed_at=now, **given,
    )  # fmt: skip
    published = world.make(
        "closing", PUBLIC, PeriodClosing, named="published", period=earlier, version=1, as_of=now, closed_by=leader,
        closed_at=now, **given,
    )  # fmt: skip
    for state in ("published", "withdrawn"):
        taken_back = {"withdrawn_by": leader, "withdrawn_at": now} if state == "withdrawn" else {"withdrawn_reason": ""}
        world.make(
            "publication", PUBLIC, Publication, named=state, closing=published, document=document, published_by=leader,
            published_at=now, **taken_back,
        )  # fmt: skip
    for state in ("proposed", "refused", "withdrawn"):
        decided = {} if state == "proposed" else {"decided_by": leader, "decided_at": now}
        reason = "" if state == "proposed" else world.canary(SECRET, "closingproposal", "decided_reason")
        world.make(
            "closingproposal", PUBLIC, ClosingProposal, named=state, period=running, version=1, as_of=now, state=state,
            prepared_at=now, reason=world.canary(PUBLIC, "closingproposal", "reason"), decided_reason=reason,
            **given, **decided,
        )  # fmt: skip


@once
def handovers(world: World) -> None:
    """After the closings: of what is published, in each state."""
    published, now = world.get("publication", PUBLIC, "published"), timezone.now()
    for number, state in enumerate(Handover.State.values, 1):
        is_over, is_there = state != Handover.State.PENDING, state == Handover.State.DELIVERED
        name = world.canary(PUBLIC, "handover", "name")
        world.make(
            "handover", PUBLIC, Handover, named=state, number=number, publication=published, kind="values",
            state=state, next_at=now, finished_at=now if is_over else None, received_at=now if is_there else None,
            body=json.dumps({"meta": {"name": name, "test": True}, "data": {"dataSets": [{"observations": {}}]}}),
            **({} if is_there else {"receipt": ""}),
        )  # fmt: skip
