"""Which messages a period owes the national system: what everybody may read now, against what they were sent last.

A publication, and taking one back, ask for it by name (`handover.prepare`); a bell asks as well, so that what was
published before the address was set up goes too.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from apps.audit.services import record
from apps.core.moves import find, go, move_from
from apps.handover.mapping import mapping
from apps.handover.message import values_of, withdrawal_of
from apps.handover.models import Handover, is_set_up
from apps.handover.services.waking import hold_all, wake_for_next
from apps.targets.models import Publication

Kind, State = Handover.Kind, Handover.State


@dataclass(frozen=True)
class Owed:
    """Messages that nobody was sent and that hold no more, figures that they have and should not, and new ones."""

    outdated: list[Handover]
    taken_back: Handover | None
    standing: Publication | None

    def __bool__(self) -> bool:
        return bool(self.outdated or self.taken_back or self.standing)


def owed(period_id: int) -> Owed:
    published = Publication.objects.filter(closing__period=period_id).select_related("closing__period")
    standing = published.in_force().order_by("pk").last()
    rows = Handover.objects.of_period(period_id).order_by("number").prefetch_related("tries")
    rows = rows.select_related("publication__closing__period")
    outdated = [
        row
        for row in rows
        if row.state == State.PENDING and row.kind == Kind.VALUES and row.publication_id != (standing and standing.pk)
    ]
    known = [row for row in rows if (row.state != State.WITHHELD and row not in outdated) or row.tries.all()]
    last = known[-1] if known else None
    has_values = last is not None and last.kind == Kind.VALUES
    taken_back = last if last and has_values and not last.publication.is_in_force else None
    is_there = last is not None and has_values and standing is not None and last.publication_id == standing.pk
    return Owed(outdated, taken_back, None if is_there else standing)


@transaction.atomic
def prepare(publication_id: int) -> dict[str, int]:
    """What the period of this publication owes now; nothing where no national system is set up."""
    if not is_set_up():
        return {}
    hold_all(wait=True)
    period = Publication.objects.values_list("closing__period", flat=True).get(pk=publication_id)
    found, planned = owed(period), 0
    for row in found.outdated:
        withhold(row)
    if found.taken_back:
        sent = found.taken_back
        planned += _plan(Kind.WITHDRAWAL, sent.publication, lambda key: withdrawal_of(
            sent.publication, json.loads(sent.body), mapping(), key
        ))  # fmt: skip
    if found.standing:
        standing = found.standing
        planned += _plan(Kind.VALUES, standing, lambda key: values_of(standing, mapping(), key))
    wake_for_next()
    return {"planned": planned, "withheld": len(found.outdated)}


def prepare_all() -> None:
    """Rung by the clock: whatever bell was lost, and what was published before the address was set up."""
    if not is_set_up():
        return
    newest = Publication.objects.order_by("closing__period", "-pk").distinct("closing__period")
    for publication_id, period in newest.values_list("pk", "closing__period"):
        if owed(period):
            prepare(publication_id)
    with transaction.atomic():
        wake_for_next()


def _plan(kind: str, publication: Publication, write: Callable[[str], dict[str, Any] | None]) -> int:
    key = uuid.uuid4()
    message = write(str(key))
    if message is None:
        return 0
    [move] = find(Handover, "plan")
    number = (Handover.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    made = Handover(id=key, number=number, publication=publication, kind=kind, body=body, next_at=timezone.now())
    go(made, move)
    made.full_clean()
    made.save()
    period = publication.closing.period
    record(move.audit, by=None, target=made, kind=Kind(kind).label, period=str(period))
    return 1


def withhold(row: Handover) -> None:
    move = move_from(row, "withhold")
    if move:
        row.save(update_fields=go(row, move))
        record(move.audit, by=None, target=row, kind=Kind(row.kind).label)
