"""Who is told of what is asked about an allocation, and of what was decided. Called by jobs, after the change."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.allocations.models import APPROVE, COMMENT, EDIT, Allocation, Portion
from apps.notifications.services import notify, settle, settle_done, told_facts
from apps.notifications.workdays import working_day_after
from apps.people.rights import holders_of

State = Allocation.State
CIRCULATED, PROPOSED = "allocations.circulate", "allocations.propose"
# In which states what was asked still waits; in the others it is done, by whomever.
WAITS = {PROPOSED: {State.PROPOSED}, "allocations.return_for_revision": {State.DRAFT, State.OUT_FOR_COMMENT}}


@transaction.atomic
def tell_moved(allocation_id: int, verb: str, event: str, by_id: int) -> list[int]:
    """Units while their word is asked for, leaders while it waits for them; of a decision, who writes the draft."""
    allocation = Allocation.objects.select_related("indicator").get(pk=allocation_id)
    by = User.objects.filter(pk=by_id).first()
    settle_done(allocation, allocation.state, WAITS)
    if not allocation.is_out:
        _end_asking(allocation)
    if verb == "circulate":
        return _ask_units(allocation, event, by) if allocation.is_out else []
    if verb == "propose":
        return _ask_leaders(allocation, event, by) if allocation.state == State.PROPOSED else []
    people = sorted(holders_of(EDIT).everywhere)
    facts = told_facts(by, allocation.returned_reason if verb == "return_for_revision" else "")
    return notify(people, f"allocations.{verb}", allocation, event=event, by=by, facts=facts)


@transaction.atomic
def tell_commented(portion_id: int) -> None:
    """The unit has said its word: for nobody in it the question is new any more."""
    settle(Portion.objects.get(pk=portion_id), [CIRCULATED], before=timezone.now())


def _ask_units(allocation: Allocation, event: str, by: User | None) -> list[int]:
    """Of each part whoever speaks for its unit; who has spoken is not asked again."""
    held, told = holders_of(COMMENT), []
    for part in allocation.portions.filter(comment__isnull=True):
        told += notify(
            held.of(part.unit_id), CIRCULATED, part, event=f"{event}:{part.unit_id}", unit=part.unit_id, by=by,
            facts=told_facts(by), due_on=allocation.comments_until,
        )  # fmt: skip
    return told


def _ask_leaders(allocation: Allocation, event: str, by: User | None) -> list[int]:
    since = timezone.localdate(allocation.proposed_at)
    due = working_day_after(since, settings.TASK_ACT_DAYS["close_period"])
    people = sorted(holders_of(APPROVE).everywhere)
    return notify(people, PROPOSED, allocation, event=event, by=by, facts=told_facts(by), due_on=due)


def _end_asking(allocation: Allocation) -> None:
    for part in allocation.portions.all():
        settle(part, [CIRCULATED], before=timezone.now())
