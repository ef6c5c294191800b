"""The way of a task as people read it: every move with who, for whom, when and by which document; what was asked on
the way; and what was changed of its content, before and after.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.selectors import Change, by_nobody
from apps.core.templatetags.ui import NO_DATA, millions, vn_date
from apps.documents.models import LegalDocument
from apps.organisations.selectors import unit_labels
from apps.tasks.acting import LEADING
from apps.tasks.audited import ACTIONS
from apps.tasks.models import BudgetLine, Consultation, Extension, PlanTask, TaskList, TaskListEntry, TaskStep
from apps.tasks.routes import authority_of

TONES = {
    "propose": "i", "start_appraisal": "r", "appraise": "g", "approve": "g", "start": "i", "report_completion": "i",
    "accept": "g", "close": "g", "return_for_revision": "w", "fail_acceptance": "w", "reject": "w", "suspend": "w",
    "terminate": "w",
}  # fmt: skip
_MOVES = {move.verb: move for move in PlanTask.MOVES}


@dataclass
class Moment:
    """One thing that happened. `tone`: a family of the style sheet, or none."""

    at: datetime
    label: str
    icon: str
    tone: str = ""
    who: Any = None
    acting_for: Any = None
    unit: str = ""
    reason: str = ""
    document: LegalDocument | None = None
    signatory: str = ""
    note: str = ""
    task_list: TaskList | None = None  # by whose decision it was
    list_url: str = ""  # empty: the reader does not see the list


def timeline_of(
    steps: Iterable[TaskStep], extensions: Iterable[Extension], consultations: Iterable[Consultation], user: User
) -> list[Moment]:
    """Latest first."""
    found = [*_steps(steps), *_extensions(extensions), *_consultations(consultations)]
    _lead_to_lists(found, user)
    return sorted(found, key=lambda moment: moment.at, reverse=True)


def _lead_to_lists(found: list[Moment], user: User) -> None:
    """The lists are of the unit that approves: who leads the task need not see them."""
    keys = {one.task_list.pk for one in found if one.task_list}
    if not keys or not user.has_perm("tasks.view_tasklist"):
        return
    seen = set(TaskList.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    for one in found:
        if one.task_list and one.task_list.pk in seen:
            one.list_url = one.task_list.get_absolute_url()


def _steps(steps: Iterable[TaskStep]) -> Iterator[Moment]:
    proposals = 0
    for step in steps:
        move = _MOVES[step.verb]
        words, icon = ACTIONS[move.audit]
        label = str(words)
        proposals += step.verb == "propose"
        if step.verb == "propose" and proposals > 1:
            label = _("Đề xuất lại lần %(n)s") % {"n": proposals}
        yield Moment(
            step.at, label, icon, TONES.get(step.verb, ""), step.by or by_nobody(step.at), step.acting_for,
            _unit(step, on_lead_side=move.permission in LEADING), step.reason, step.decision, step.signatory,
            task_list=step.task_list,
        )  # fmt: skip


def _unit(step: TaskStep, *, on_lead_side: bool) -> str:
    if not step.unit_id:
        return ""
    return unit_labels()[step.unit_id].distinct_name if on_lead_side else authority_of(step.unit_id).short


def _extensions(extensions: Iterable[Extension]) -> Iterator[Moment]:
    extensions = list(extensions)
    lists = _lists_that_extended(extensions)
    for one in extensions:
        label, icon = ACTIONS["task.extension_asked"]
        days = {"old": vn_date(one.due_before), "new": vn_date(one.due_asked)}
        yield Moment(one.asked_at, str(label), icon, "i", one.asked_by, reason=one.reason,
                     note=_("Từ %(old)s đến %(new)s") % days)  # fmt: skip
        if one.decided_at:
            is_granted = one.state == Extension.State.GRANTED
            label, icon = ACTIONS["task.extension_granted" if is_granted else "task.extension_refused"]
            yield Moment(one.decided_at, str(label), icon, "g" if is_granted else "w", one.decided_by,
                         reason=one.decided_reason, document=one.document,
                         task_list=lists.get((one.document_id, one.due_asked)))  # fmt: skip


def _lists_that_extended(extensions: list[Extension]) -> dict[Any, TaskList]:
    """By the decision and the new day: an extension that a list brought about keeps no key of it."""
    tasks = {one.task_id for one in extensions if one.document_id}
    if not tasks:
        return {}
    done = TaskListEntry.objects.filter(task__in=tasks, effect=TaskListEntry.Effect.CHANGE)
    rows = done.filter(outcome=TaskListEntry.Outcome.DONE).select_related("task_list")
    return {(row.task_list.decision_id, row.new_due_on): row.task_list for row in rows}


def _consultations(consultations: Iterable[Consultation]) -> Iterator[Moment]:
    for one in consultations:
        yield Moment(one.asked_at, _("Lấy ý kiến Ủy ban TĐC"), "message", "r", one.asked_by,
                     note=_("Hạn trả lời %(day)s") % {"day": vn_date(one.due_on)})  # fmt: skip
        if one.answered_at:
            label, icon = ACTIONS["task.consultation_answered"]
            tone = "w" if one.opinion == Consultation.Opinion.DISAGREE else "g"
            yield Moment(one.answered_at, str(label), icon, tone, one.answered_by, reason=one.text,
                         note=str(one.get_opinion_display()))  # fmt: skip


# ── what was changed of its content ───────────────────────────────────────────────────────────────────────────────────

# What people write; who moved it where says the timeline.
TOLD = (
    "title", "objective", "framework_item", "kind", "term", "year", "lead_unit", "product", "starts_on", "due_on",
    "parent", "holder",
)  # fmt: skip


@dataclass
class Rewriting:
    """What one act changed, as components/history.html shows it."""

    at: datetime
    who: str
    action: str
    icon: str = "pencil"
    changes: list[Change] = field(default_factory=list)


def rewritings_of(task: PlanTask) -> list[Rewriting]:
    """From the versions that the database keeps of the task and of its money, latest first."""
    found = [*_versions(task), *_money(task)]
    people = _people(found, task)
    entries: dict[Any, Rewriting] = {}
    for event, told in found:
        user = _user_of(event)
        key = event.pgh_context_id or event.pgh_created_at
        who = str(people.get(user) or by_nobody(event.pgh_created_at))
        entry = entries.setdefault(key, Rewriting(event.pgh_created_at, who, _("Sửa nội dung")))
        entry.changes += [
            Change(label, said(before, people), said(after, people)) for label, said, before, after in told
        ]
    return sorted((one for one in entries.values() if one.changes), key=lambda one: one.at, reverse=True)


def _versions(task: PlanTask) -> Iterator[tuple[Any, list[Any]]]:
    model: Any = PlanTask
    kept = model.pgh_event_model.objects.filter(pgh_obj=task.pk).select_related("pgh_context")
    events = list(kept.order_by("pgh_id"))
    for event, later in zip(events, [*events[1:], task], strict=False):
        told = []
        for name in TOLD:
            column: Any = PlanTask._meta.get_field(name)
            before, after = getattr(event, column.attname), getattr(later, column.attname)
            if before != after:
                told.append((str(column.verbose_name), _word_of(name), before, after))
        yield event, told


def _money(task: PlanTask) -> Iterator[tuple[Any, list[Any]]]:
    model: Any = BudgetLine
    events = model.pgh_event_model.objects.filter(task=task.pk).select_related("pgh_context").order_by("pgh_id")
    lines: dict[int, list[Any]] = defaultdict(list)
    for event in events:
        lines[event.pgh_obj_id].append(event)
    now = {row.pk: row for row in task.budget.all()} if lines else {}
    for key, versions in lines.items():
        for event, later in zip(versions, [*versions[1:], now.get(key)], strict=True):
            after = None if later is None else later.amount
            if event.amount != after:
                words = {"stage": event.get_stage_display(), "source": event.get_source_display(), "year": event.year}
                label = _("%(stage)s %(year)s, %(source)s (triệu đồng)") % words
                yield event, [(label, _money_word, event.amount, after)]


def _money_word(value: Any, people: Any) -> str:
    return millions(value)


def _word_of(name: str) -> Any:
    column: Any = PlanTask._meta.get_field(name)
    if column.choices:
        return lambda value, people: str(dict(column.flatchoices).get(value, value))
    words = {
        "lead_unit": lambda value, people: unit_labels()[value].distinct_name if value else NO_DATA,
        "holder": lambda value, people: str(people.get(value, NO_DATA)),
        "parent": lambda value, people: people.get(("task", value), NO_DATA) if value else NO_DATA,
        "starts_on": lambda value, people: vn_date(value),
        "due_on": lambda value, people: vn_date(value),
    }
    return words.get(name, lambda value, people: str(value) if value not in (None, "") else NO_DATA)


def _user_of(event: Any) -> Any:
    return (event.pgh_context.metadata or {}).get("user") if event.pgh_context else None


def _people(found: list[tuple[Any, list[Any]]], task: PlanTask) -> dict[Any, Any]:
    """Names by id of those who changed and of those who held it; codes of the tasks it was part of."""
    ids: set[Any] = {_user_of(event) for event, told in found if told}
    parents: set[Any] = set()
    for event, _told in found:
        ids.add(getattr(event, "holder_id", None))
        parents.add(getattr(event, "parent_id", None))
    ids, parents = (ids | {task.holder_id}) - {None}, (parents | {task.parent_id}) - {None}
    names: dict[Any, Any] = dict(User.objects.in_bulk(ids)) if ids else {}
    if parents:
        codes = PlanTask.objects.filter(pk__in=parents).values_list("pk", "code")
        names |= {("task", key): code for key, code in codes}
    return names


def count_of(rewritings: list[Rewriting]) -> int:
    return sum(len(one.changes) for one in rewritings)
