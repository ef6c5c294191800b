"""Lists of tasks: made and submitted by who appraises, approved at once by one decision of another person.

What stands on a list is changed only while it is being made: who decides reads what was submitted. Each task of a list
moves by its own service, with its own step and audit row; one that has moved meanwhile is passed over and named, and
the others go on.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.kept_words import in_vietnamese
from apps.core.moves import WRONG_STATE, Move, find, go, hold
from apps.core.text import clean_text
from apps.jobs.services import enqueue
from apps.notifications.services import settle
from apps.people.rights import units_with
from apps.registers.changing import refusal
from apps.tasks import moving
from apps.tasks.models import Extension, PlanTask, TaskList, TaskListEntry
from apps.tasks.routes import centre
from apps.tasks.services import asking, moves
from apps.tasks.services.lists import Moved
from apps.tasks.services.recording import Decided, hold_decision, known_decision, refuse_stale

Effect, Outcome = TaskListEntry.Effect, TaskListEntry.Outcome
TOLD = 300  # letters
MOST_AT_ONCE = 500
TOLD_OF = frozenset({"submit", "return_for_revision", "approve"})


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
    """Tasks that this unit approves, each once. What stands on another list that is not decided yet stays there.

    Each is locked: two lists that are filled at once do not both take it.
    """
    task_list = _being_made(task_list, by)
    keys = {task.pk for task in tasks}
    if not keys:
        raise ValidationError(_("Chọn ít nhất một nhiệm vụ."), code="nothing")
    if len(keys) > MOST_AT_ONCE:
        words = _("Mỗi lần thêm tối đa %(most)s nhiệm vụ. Lọc bớt rồi thêm nhiều lần.")
        raise ValidationError(words, code="too_many", params={"most": MOST_AT_ONCE})
    made = [
        TaskListEntry(task_list=task_list, task=task, effect=effect, new_due_on=new_due_on) for task in _locked(keys)
    ]
    _refuse_entries(made, task_list)
    made[0].full_clean(validate_unique=False)  # of the others it says the same
    TaskListEntry.objects.bulk_create(made)
    record("tasklist.changed", target=task_list, by=by, unit=task_list.unit_id, rows=len(made),
           codes=", ".join(entry.task.code for entry in made)[:TOLD])  # fmt: skip
    return made


def _locked(keys: set[int]) -> list[PlanTask]:
    rows: Any = PlanTask.objects.live().filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    found: list[PlanTask] = list(rows)
    if len(found) < len(keys):
        raise ValidationError(_("Có nhiệm vụ không còn trong danh sách. Mở lại trang rồi chọn lại."), code="withdrawn")
    return found


def _refuse_entries(entries: list[TaskListEntry], task_list: TaskList) -> None:
    standing = TaskListEntry.objects.filter(task__in=[entry.task_id for entry in entries])
    standing = standing.filter(task_list__state__in=TaskList.OPEN).select_related("task_list")
    listed = {one.task_id: one.task_list for one in standing.order_by("-pk")}
    for entry in entries:
        _refuse_entry(entry, listed.get(entry.task_id), task_list)


def _refuse_entry(entry: TaskListEntry, listed: TaskList | None, task_list: TaskList) -> None:
    task = entry.task
    if task.approving_unit_id != task_list.unit_id:
        words = _("%(code)s do cơ quan khác phê duyệt.")
        raise ValidationError(words, code="other_unit", params={"code": task.code})
    if listed is not None:
        words = (
            _("%(code)s đã có trong danh mục này.")
            if listed == task_list
            else _("%(code)s đang ở danh mục “%(title)s”. Bỏ khỏi danh mục đó trước.")
        )
        raise ValidationError(words, code="on_another_list", params={"code": task.code, "title": listed.title})
    if not entry.fits:
        words = _("%(code)s đang ở trạng thái “%(state)s”, không chọn “%(effect)s” được. Bỏ chọn nhiệm vụ này.")
        told = {"code": task.code, "state": task.get_state_display(), "effect": entry.get_effect_display()}
        raise ValidationError(words, code="wrong_state", params=told)


@transaction.atomic
def take_off_list(entry: TaskListEntry, *, by: User) -> None:
    task_list = _being_made(entry.task_list, by)
    found = task_list.entries.select_related("task").filter(pk=entry.pk).first()
    if found is None:
        raise ValidationError(_("Nhiệm vụ này đã được bỏ khỏi danh mục."), code="gone")
    code = found.task.code
    found.delete()
    record("tasklist.changed", target=task_list, by=by, unit=task_list.unit_id, rows=-1, codes=code)


@transaction.atomic
def drop_list(task_list: TaskList, *, by: User) -> TaskList:
    """A list that comes to nothing; its tasks stay where they are."""
    return _go(task_list, "drop", by=by)


@transaction.atomic
def submit_list(task_list: TaskList, *, by: User) -> TaskList:
    """Put it before whoever decides for the unit; from now on nobody changes what stands on it."""
    task_list, move = _hold(task_list, "submit", by)
    entries = list(task_list.entries.select_related("task"))
    if not entries:
        raise ValidationError(_("Danh mục chưa có nhiệm vụ. Thêm nhiệm vụ rồi trình."), code="empty")
    if not any(entry.fits for entry in entries):
        words = _("Không nhiệm vụ nào của danh mục còn thực hiện được nội dung đã chọn. Bỏ các nhiệm vụ đó, rồi trình.")
        raise ValidationError(words, code="nothing_fits")
    return _made(task_list, move, by=by, rows=len(entries))


@transaction.atomic
def recall_list(task_list: TaskList, *, by: User) -> TaskList:
    """Take it back before it is decided, to be mended and submitted again: nobody is asked to decide on it any more."""
    recalled = _go(task_list, "recall", by=by)
    settle(recalled, ["tasks.list_submit"], before=timezone.now())
    return recalled


@transaction.atomic
def return_list(task_list: TaskList, reason: str, *, by: User) -> TaskList:
    """Who decides gives it back, and says why."""
    task_list, move = _hold(task_list, "return_for_revision", by)
    reason = clean_text(reason, multiline=True)
    if not reason:
        raise refusal("reason", _("Nhập lý do trả lại."), "reason")
    if len(reason) > moves.LONGEST_REASON:
        raise refusal("reason", _("Lý do dài quá 2.000 ký tự. Rút gọn."), "too_long")
    task_list.returned_reason = reason
    return _made(task_list, move, by=by, reason=reason, also=("returned_reason",))


def _go(task_list: TaskList, verb: str, *, by: User) -> TaskList:
    task_list, move = _hold(task_list, verb, by)
    return _made(task_list, move, by=by)


def _hold(task_list: TaskList, verb: str, by: User) -> tuple[TaskList, Move]:
    _need(by, find(TaskList, verb)[0].permission, task_list)
    return hold(task_list, verb)


def _made(
    task_list: TaskList, move: Move, *, by: User, reason: str = "", also: tuple[str, ...] = (), **told: Any
) -> TaskList:
    """Into its new state, recorded, and whoever is next is told. `also`: fields that are set along with it."""
    task_list.save(update_fields=[*go(task_list, move, by=by), *also, "updated_at"])
    record(move.audit, target=task_list, by=by, unit=task_list.unit_id, reason=reason, **told)
    if move.verb in TOLD_OF:
        now = f"{timezone.now():%Y%m%d%H%M%S%f}"  # a list may be submitted and returned more than once
        enqueue("tasks.tell_list", unit=task_list.unit_id, list_id=task_list.pk, verb=move.verb, event=now)
    return task_list


@transaction.atomic
def approve_list(
    task_list: TaskList, decided: Decided | None, *, by: User, chosen: Mapping[int, int | None] | None = None
) -> Moved:
    """Carry the list out by one decision: `chosen` are the entries that are approved, or all of them; each with the
    version of its task that the person saw: what has changed since is passed over and named.
    """
    _need(by, moving.DECIDE, task_list)
    hold_decision(decided)
    task_list, move = hold(task_list, "approve")
    if by.pk in (task_list.made_by_id, task_list.submitted_by_id):
        raise ValidationError(_("Bạn là người lập hoặc trình danh mục: người khác phải phê duyệt."), code="same_person")
    if decided is None:
        raise refusal("decision", _("Nhập số, ký hiệu quyết định."), "decision")
    document = known_decision(decided, by=by)
    carried = Moved()
    entries = task_list.entries.select_related("task__lead_unit").order_by("task_id")
    moves.hold_in_order(entry.task for entry in entries)
    for entry in entries:
        words = _left_out(entry) if chosen is not None and entry.pk not in chosen else ""
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
    _made(task_list, move, by=by, also=("decision", "signatory"), decision=document.number, rows=len(carried.done))
    return carried


@in_vietnamese()
def _left_out(entry: TaskListEntry) -> str:
    """Why the decision has nothing of a task that nobody ticked: some could not be."""
    if entry.fits:
        return _("Không chọn trong quyết định này")
    if entry.task.state == PlanTask.State.RETURNED:
        return _("Đã trả lại để hoàn thiện trước khi quyết định")
    return _("Lúc quyết định, nhiệm vụ ở trạng thái “%(state)s”") % {"state": entry.task.get_state_display()}


@in_vietnamese()
def _carry_out(entry: TaskListEntry, task_list: TaskList, decided: Decided, by: User, version: int | None) -> str:
    """Do what the entry says; the words of a refusal, which leave the task as it was."""
    try:
        with transaction.atomic():
            if entry.effect == Effect.APPROVE:
                moves.approve(entry.task, decided, by=by, version=version, task_list=task_list)
            elif entry.effect == Effect.END:
                reason = _("Theo danh mục “%(title)s”") % {"title": task_list.title}
                moves.terminate(entry.task, reason, by=by, version=version, decision=decided, task_list=task_list)
            else:
                _change_due(entry, task_list, decided, by, version)
    except ValidationError as refused:
        return " ".join(refused.messages)
    except PermissionDenied:
        return _("Ngoài phạm vi bạn được phê duyệt.")
    return ""


def _change_due(entry: TaskListEntry, task_list: TaskList, decided: Decided, by: User, version: int | None) -> None:
    """As an extension that whoever submitted the list asks for: the first due date stays in sight."""
    task = moves.held(entry.task)
    refuse_stale(task, version)
    asking.refuse_extension_now(task)
    asked = Extension(
        task=task, due_before=task.due_on, due_asked=entry.new_due_on, asked_by=task_list.submitted_by,
        asked_at=task_list.submitted_at, reason=_("Theo danh mục “%(title)s”") % {"title": task_list.title},
    )  # fmt: skip
    asked.full_clean()
    asked.save()
    asking.grant_extension(asked, decided, by=by)


def _being_made(task_list: TaskList, by: User) -> TaskList:
    _need(by, find(TaskList, "make")[0].permission, task_list)
    held: TaskList = TaskList.objects.select_for_update(of=("self",)).get(pk=task_list.pk)
    if held.state != TaskList.State.DRAFT:
        words = _("Danh mục ở trạng thái “%(state)s”: chỉ thêm, bỏ nhiệm vụ khi danh mục đang lập.")
        if held.state == TaskList.State.SUBMITTED:
            words = _("Danh mục đã trình, không thêm hoặc bỏ nhiệm vụ được. Rút danh mục về trước.")
        raise ValidationError(words, code=WRONG_STATE, params={"state": held.get_state_display()})
    return held


def _need(by: User, permission: str, task_list: TaskList) -> None:
    scope = units_with(by, permission)
    if task_list.unit_id not in scope.ids and not (scope.everything and task_list.is_central):
        raise PermissionDenied(task_list)
