"""Who is told of what happens to a task. Called by jobs, after the change: nobody waits for it."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.notifications.services import notify, settle, told_facts
from apps.notifications.workdays import working_day_after
from apps.tasks import moving, recipients
from apps.tasks.models import Consultation, Extension, PlanTask, Reminder, TaskList, TaskProgress, TaskStep

LEAD_TOLD_OF = frozenset({
    "return_for_revision", "approve", "reject", "accept", "fail_acceptance", "close", "suspend", "resume", "terminate",
})  # fmt: skip
NEXT = {"propose": moving.APPRAISE, "appraise": moving.DECIDE, "report_completion": moving.DECIDE}
# After which verb somebody has so many working days to act: settings name them by what is to be done.
ACTS = {"propose": "appraise", "appraise": "approve", "report_completion": "accept", "return_for_revision": "revise"}


# What a verb does away with of what was asked before: it is done, or asked for no more.
_DUES = tuple(f"due_{kind}" for kind in Reminder.Kind.values)
ENDS = {
    "start_appraisal": ("propose",),
    "appraise": ("propose", "start_appraisal"),
    "return_for_revision": ("propose", "start_appraisal", "appraise", "consultation_ask"),
    "propose": ("return_for_revision",),
    "approve": ("appraise",),
    "reject": ("propose", "start_appraisal", "appraise"),
    "report_completion": ("fail_acceptance", "extension_ask", *_DUES),
    "accept": ("report_completion", *_DUES),
    "fail_acceptance": ("report_completion",),
    "terminate": ("report_completion", "extension_ask", *_DUES),
}


def act_due(act: str, since: date) -> date:
    """Until when whoever an act waits for is to have done it, by the house's own rule."""
    return working_day_after(since, settings.TASK_ACT_DAYS[act])


@transaction.atomic
def tell_moved(step_id: int) -> list[int]:
    """Of one step of a task: the next side, the lead side, and who follows it."""
    step = TaskStep.objects.select_related("task__lead_unit", "by").filter(pk=step_id).first()
    if step is None or not step.task.is_live:
        return []
    task, people = step.task, set(recipients.following(step.task))
    if step.verb in NEXT:
        people |= recipients.approving(task, NEXT[step.verb])
    if step.verb in LEAD_TOLD_OF:
        people |= recipients.leading(task)
    act = ACTS.get(step.verb)
    due = act_due(act, timezone.localdate(step.at)) if act else None
    settle(task, _kinds(*ENDS.get(step.verb, ())), before=step.at)
    return _tell(task, f"tasks.{step.verb}", f"step:{step.pk}", people, step.by, due, step.reason)


@transaction.atomic
def tell_extension(extension_id: int, verb: str) -> list[int]:
    """Asked: who decides. Granted or refused: who leads. And who follows the task."""
    row = Extension.objects.select_related("task__lead_unit", "asked_by", "decided_by").filter(pk=extension_id).first()
    if row is None or not row.task.is_live:
        return []
    asked = verb == "ask"
    side = recipients.approving(row.task, moving.DECIDE) if asked else recipients.leading(row.task)
    due = act_due("extend", timezone.localdate(row.asked_at)) if asked else None
    people = side | recipients.following(row.task)
    by, why = (row.asked_by, row.reason) if asked else (row.decided_by, row.decided_reason)
    if not asked and row.decided_at:
        settle(row.task, _kinds("extension_ask", *_DUES), before=row.decided_at)
    return _tell(row.task, f"tasks.extension_{verb}", f"extension:{row.pk}:{verb}", people, by, due, why)


@transaction.atomic
def tell_consultation(consultation_id: int, verb: str) -> list[int]:
    """Asked: the programme office. Answered: who appraises, and who follows the task."""
    rows = Consultation.objects.select_related("task__lead_unit", "asked_by", "answered_by")
    row = rows.filter(pk=consultation_id).first()
    if row is None or not row.task.is_live:
        return []
    if verb == "ask":
        people, by, due = recipients.consulted(), row.asked_by, row.due_on
        verb_event = f"ask:{row.asked_at:%Y%m%d%H%M%S%f}"  # the row is asked anew after a return: another event
    else:
        people = recipients.approving(row.task, moving.APPRAISE) | recipients.following(row.task)
        by, due, verb_event = row.answered_by, None, verb
        if row.answered_at:
            settle(row.task, _kinds("consultation_ask"), before=row.answered_at)
    return _tell(row.task, f"tasks.consultation_{verb}", f"consultation:{row.pk}:{verb_event}", people, by, due)


@transaction.atomic
def tell_risk(progress_id: int) -> list[int]:
    """What the lead unit cannot solve by itself: its heads, who decides on the task, and who follows it."""
    row = TaskProgress.objects.select_related("task__lead_unit", "told_by").filter(pk=progress_id).first()
    if row is None or not row.task.is_live:
        return []
    task = row.task
    people = recipients.heads(task) | recipients.approving(task, moving.DECIDE) | recipients.following(task)
    return _tell(task, "tasks.risk", f"risk:{row.pk}", people, row.told_by, None)


@transaction.atomic
def tell_list(list_id: int, verb: str, event: str) -> list[int]:
    """Submitted: who decides. Returned or approved: who made and submitted it. `event`: which time it was."""
    row = TaskList.objects.select_related("submitted_by", "returned_by", "approved_by").filter(pk=list_id).first()
    if row is None:
        return []
    is_asked = verb == "submit"
    makers = {pk for pk in (row.made_by_id, row.submitted_by_id) if pk}
    people = recipients.deciding_on(row) if is_asked else makers
    by = {"submit": row.submitted_by, "return_for_revision": row.returned_by, "approve": row.approved_by}[verb]
    due = act_due("approve", timezone.localdate(row.submitted_at)) if is_asked and row.submitted_at else None
    at = {"submit": row.submitted_at, "return_for_revision": row.returned_at, "approve": row.approved_at}[verb]
    if at:
        settle(row, _kinds("list_return_for_revision" if is_asked else "list_submit"), before=at)
    facts = told_facts(by, row.returned_reason if verb == "return_for_revision" else "")
    return notify(people, f"tasks.list_{verb}", row, event=f"list:{row.pk}:{verb}:{event}", unit=row.unit_id, by=by,
                  facts=facts, due_on=due)  # fmt: skip


def _tell(task: PlanTask, kind: str, event: str, people, by, due: date | None, reason: str = "") -> list[int]:
    return notify(
        people, kind, task, event=event, unit=task.lead_unit_id, by=by, facts=told_facts(by, reason), due_on=due
    )


def _kinds(*verbs: str) -> list[str]:
    return [f"tasks.{verb}" for verb in verbs]
