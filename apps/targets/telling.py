"""Who is told of a closing that waits, and of what was decided. Called by jobs, after the change."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.notifications.services import notify, settle_done, told_facts
from apps.notifications.workdays import working_day_after
from apps.people.rights import holders_of
from apps.targets.closings import CLOSE, ClosingProposal

State = ClosingProposal.State
# In which states what was asked still waits; in the others it is done, by whomever.
WAITS = {"targets.propose": {State.PROPOSED}}


@transaction.atomic
def tell_moved(proposal_id: int, verb: str) -> list[int]:
    """Whoever may close, while it waits; of what was decided, who prepared it."""
    proposal = ClosingProposal.objects.select_related("prepared_by", "decided_by").get(pk=proposal_id)
    settle_done(proposal, proposal.state, WAITS)
    event, by = f"closing:{proposal.pk}:{verb}", proposal.decided_by
    if verb != "propose":
        people = [proposal.prepared_by_id]
        facts = told_facts(by, proposal.decided_reason)
        return notify(people, f"targets.{verb}", proposal, event=event, by=by, facts=facts)
    if not proposal.is_open:
        return []
    by = proposal.prepared_by
    due = working_day_after(timezone.localdate(proposal.prepared_at), settings.TASK_ACT_DAYS["close_period"])
    facts = told_facts(by, proposal.reason)
    people = sorted(holders_of(CLOSE).everywhere)
    return notify(people, "targets.propose", proposal, event=event, by=by, facts=facts, due_on=due)
