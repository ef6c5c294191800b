"""Who is told of what happens to a report. Called by jobs, after the change: nobody waits for it."""

from datetime import date

from django.db import transaction

from apps.accounts.models import User
from apps.notifications.services import notify, settle_done, told_facts
from apps.reports import moving, recipients
from apps.reports.models import AnnualReport, ReminderSent, ReportStep
from apps.reports.moving import State

UNIT = frozenset({"send_back", "return_for_revision", "accept", "reopen", "lock"})
LEADER = frozenset({"to_leader", "recall"})
OFFICE = frozenset({"submit", "correct"})
# In which states what was asked still waits; in the others it is done, by whomever.
WAITS = {
    "reports.to_leader": {State.WITH_UNIT_LEADER},
    "reports.recall": moving.WRITABLE,
    "reports.sign": {State.SIGNED},
    "reports.submit": {State.SUBMITTED},
    **dict.fromkeys(("reports.send_back", "reports.return_for_revision", "reports.reopen"), moving.WRITABLE),
    **dict.fromkeys((f"reports.due_{step}" for step in ReminderSent.Step.values), moving.AT_UNIT),
}


@transaction.atomic
def tell_moved(step_id: int) -> list[int]:
    """Of one step of a report: whoever is to act now, and the unit where the office decided."""
    step = ReportStep.objects.select_related("report__round", "report__unit", "report__form", "by").get(pk=step_id)
    report = step.report
    people: frozenset[int] = frozenset()
    if step.verb in UNIT:
        people |= recipients.filling(report)
    if step.verb in LEADER:
        people |= recipients.signing(report)
    if step.verb == "sign":
        people |= recipients.filling(report)
    if step.verb in OFFICE:
        people |= recipients.reviewing(report)
    due = report.due_on if step.verb in ("return_for_revision", "to_leader", "sign") else None
    settle_done(report, report.state, WAITS)
    return tell(report, f"reports.{step.verb}", f"step:{step.pk}", people, step.by, due, step.reason)


def tell(
    report: AnnualReport,
    kind: str,
    event: str,
    people: frozenset[int],
    by: User | None,
    due: date | None,
    reason: str = "",
) -> list[int]:
    facts = told_facts(by, reason)
    return notify(people, kind, report, event=event, unit=report.unit_id, by=by, facts=facts, due_on=due)
