"""Lists of tasks: made by who appraises, approved at once by one decision of another person.

Each task of a list moves by its own service, with its own step and audit row; one that has moved meanwhile is passed
over and named, and the others go on.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.moves import find, go, hold
from apps.core.text import clean_text
from apps.people.rights import units_with
from apps.registers.changing import refusal
from apps.tasks.models import Extension, PlanTask, TaskList, TaskListEntry
from apps.tasks.routes import centre
from apps.tasks.services import asking, moves
from apps.tasks.services.lists import Moved
from apps.tasks.services.recording import Decided, known_decision, refuse_stale

Effect, Outcome = TaskListEntry.Effect, TaskListEntry.Outcome
TOLD = 300


@transaction.atomic
def make_list(task_list: TaskList, *, by: User) -> TaskList:
    """An empty list of the unit that approves."""
    [move] = find(TaskList, "make")
    task_list.is_central = task_list.unit_id == centre()
    _need(by, move.permission, task_list)
    go(task_list, move, by=by)
    task_list.full_clean()
    task_list.save()
    record(move.audit, target=task_list, by=by, unit=task_list.unit_id, after={"title": task_list.title})
    return task_list


@transaction.atomic
def put_on_list(
    task_list: TaskList, tasks: Iterable[PlanTask], *, by: User, effect: str = Effect.APPROVE,
    new_due_on: date | None = None,
) -> list[TaskListEntry]:  # fmt: skip
    """Tasks that this unit approves, each once. What stands on another list that is still being made stays there.

    Each is locked: two lists that are filled at once do not both take it.
    """
    task_list = _open(task_list, by)
    made = []
    for task in sorted(tasks, key=lambda one: one.pk):
        entry = TaskListEntry(task_list=task_list, task=moves.held(task), effect=effect, new_due_on=new_due_on)
        _refuse_entry(entry)
        entry.full_clean()
        entry.save()
        made.append(entry)
    if not made:
        raise ValidationError(_("Chọn ít nhất một nhiệm vụ."), code="nothing")
    record("tasklist.changed", target=task_list, by=by, unit=task_list.unit_id, rows=len(made),
           codes=", ".join(entry.task.code for entry in made)[:TOLD])  # fmt: skip
    return made


def _refuse_entry(entry: TaskListEntry) -> None:
    task = entry.task
    if task.approving_unit_id != entry.task_list.unit_id:
        words = _("%(code)s do cơ quan khác phê duyệt.")
        raise ValidationError(words, code="other_unit", params={"code": task.code})
    elsewhere = TaskListEntry.objects.filter(task=task, task_list__state=TaskList.State.DRAFT)
    if other := elsewhere.exclude(task_list=entry.task_list).select_related("task_list").first():
        words = _("%(code)s đang ở danh mục “%(title)s”. Bỏ khỏi danh mục đó trước.")
        told = {"code": task.code, "title": other.task_list.title}
        raise ValidationError(words, code="on_another_list", params=told)
    if not entry.fits:
        words = _("%(code)s đang ở trạng thái “%(state)s”, không chọn “%(effect)s” được. Bỏ chọn nhiệm vụ này.")
        told = {"code": task.code, "state": task.get_state_display(), "effect": entry.get_effect_display()}
        raise ValidationError(words, code="wrong_state", params=told)


@transaction.atomic
def take_off_list(entry: TaskListEntry, *, by: User) -> None:
    task_list = _open(entry.task_list, by)
    code = entry.task.code
    entry.delete()
    record("tasklist.changed", target=task_list, by=by, unit=task_list.unit_id, rows=-1, codes=code)


@transaction.atomic
def drop_list(task_list: TaskList, *, by: User) -> TaskList:
    """A list that comes to nothing; its tasks stay where they are."""
    task_list = _open(task_list, by)
    [move] = find(TaskList, "drop")
    task_list.save(update_fields=[*go(task_list, move, by=by), "updated_at"])
    record(move.audit, target=task_list, by=by, unit=task_list.unit_id)
    return task_list


@transaction.atomic
def approve_list(
    task_list: TaskList, decided: Decided | None, *, by: User, chosen: Mapping[int, int | None] | None = None
) -> Moved:
    """Carry the list out by one decision: `chosen` are the entries that are approved, or all of them; each with the
    version of its task that the person saw: what has changed since is passed over and named.
    """
    _need(by, find(TaskList, "approve")[0].permission, task_list)
    task_list, move = hold(task_list, "approve")
    if task_list.made_by_id == by.pk:
        raise ValidationError(_("Bạn là người lập danh mục: người khác phải phê duyệt."), code="same_person")
    if decided is None:
        raise refusal("decision", _("Nhập số, ký hiệu quyết định."), "decision")
    document = known_decision(decided, by=by)
    carried = Moved()
    entries = task_list.entries.select_related("task__lead_unit").order_by("task_id")
    moves.hold_in_order(entry.task for entry in entries)
    for entry in entries:
        words = _("Không chọn trong quyết định này") if chosen is not None and entry.pk not in chosen else ""
        version = chosen.get(entry.pk) if chosen else None
        words = words or _carry_out(entry, task_list, Decided(document, decided.signatory), by, version)
        entry.outcome, entry.told = (Outcome.SKIPPED, words[:TOLD]) if words else (Outcome.DONE, "")
        entry.save(update_fields=["outcome", "told"])
        if words:
            carried.skipped.append((entry.task, words))
        else:
            carried.done.append(entry.task)
    if not carried.done:
        raise ValidationError(_("Không nhiệm vụ nào của danh mục còn chờ phê duyệt."), code="stale")
    task_list.decision, task_list.signatory = document, clean_text(decided.signatory)
    task_list.save(update_fields=[*go(task_list, move, by=by), "decision", "signatory", "updated_at"])
    record(move.audit, target=task_list, by=by, unit=task_list.unit_id, decision=document.number,
           rows=len(carried.done))  # fmt: skip
    return carried


def _carry_out(entry: TaskListEntry, task_list: TaskList, decided: Decided, by: User, version: int | None) -> str:
    """Do what the entry says; the words of a refusal, which leave the task as it was."""
    try:
        with transaction.atomic():
            if entry.effect == Effect.APPROVE:
                moves.approve(entry.task, decided, by=by, version=version, task_list=task_list)
            elif entry.effect == Effect.END:
                reason = _("Theo danh mục “%(title)s”") % {"title": task_list.title}
                moves.terminate(entry.task, reason, by=by, version=version, task_list=task_list)
            else:
                _change_due(entry, task_list, decided, by, version)
    except ValidationError as refused:
        return " ".join(refused.messages)
    except PermissionDenied:
        return _("Ngoài phạm vi bạn được phê duyệt.")
    return ""


def _change_due(entry: TaskListEntry, task_list: TaskList, decided: Decided, by: User, version: int | None) -> None:
    """As an extension that the list asks for: the first due date stays in sight, and who decided what."""
    task = moves.held(entry.task)
    refuse_stale(task, version)
    asking.refuse_extension_now(task)
    asked = Extension(
        task=task, due_before=task.due_on, due_asked=entry.new_due_on, asked_by=task_list.made_by,
        asked_at=task_list.made_at, reason=_("Theo danh mục “%(title)s”") % {"title": task_list.title},
    )  # fmt: skip
    asked.full_clean()
    asked.save()
    asking.grant_extension(asked, decided, by=by)


def _open(task_list: TaskList, by: User) -> TaskList:
    _need(by, find(TaskList, "make")[0].permission, task_list)
    return hold(task_list, "drop")[0]


def _need(by: User, permission: str, task_list: TaskList) -> None:
    scope = units_with(by, permission)
    if task_list.unit_id not in scope.ids and not (scope.everything and task_list.is_central):
        raise PermissionDenied(task_list)
