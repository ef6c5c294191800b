"""Writing a task before it is proposed: make, change, withdraw; its code, its parts, its money."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.moves import find
from apps.framework.models import FrameworkItem
from apps.organisations.models import OrganisationUnit
from apps.registers.changing import apply, needed, refusal
from apps.targets.models import Indicator
from apps.tasks import moving
from apps.tasks.acting import acts_on, need
from apps.tasks.models import BudgetLine, Contribution, Milestone, MilestoneKind, Participation, PlanTask
from apps.tasks.models.money import Source, Stage
from apps.tasks.routes import route_of
from apps.tasks.services.moves import held, hold_in_order
from apps.tasks.services.recording import Given, refuse_stale, step

OWN = (
    "framework_item", "title", "objective", "kind", "term", "year", "lead_unit", "product", "starts_on", "due_on",
    "parent", "holder",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    unit: OrganisationUnit
    part: str = ""
    put_in: str = ""


@dataclass(frozen=True)
class Addition:
    indicator: Indicator
    year: int
    amount: Decimal


@dataclass(frozen=True)
class Money:
    """Đồng."""

    source: str
    year: int
    amount: int


@dataclass(frozen=True)
class Parts:
    """What hangs on a task; None: it stays as it is."""

    participations: Sequence[Part] | None = None
    contributions: Sequence[Addition] | None = None
    budget: Sequence[Money] | None = field(default=None)


@transaction.atomic
def create_task(task: PlanTask, parts: Parts | None = None, *, by: User | None) -> PlanTask:
    """Make a draft. Its code is given here, its route and who approves it follow from its lead unit.

    `by=None`: the portal itself makes it, from a standing item of the plan.
    """
    [move] = find(PlanTask, "create")
    hold_in_order([task])
    _settle(task)
    _check_new_parent(task, by)
    if by is not None:
        _need_to_lead(task, by)
    task.entered_by, task.state, task.version, task.moved_at = by, moving.State.DRAFT, 1, timezone.now()
    task.code = task.code or next_code(task.year)
    task.full_clean()
    task.save()
    _keep_parts(task, parts or Parts(), by)
    add_milestones(task)
    step(task, move, "", Given(), by=by)
    return task


@transaction.atomic
def change_task(
    task: PlanTask, changes: dict[str, Any], parts: Parts | None = None, *, by: User, version: int | None = None
) -> PlanTask:
    """Write a draft, or what was returned, anew. What is under appraisal or approved is changed by its own acts."""
    task = _held_with_parent(task, changes)
    need(by, moving.PREPARE, task)
    refuse_stale(task, version)
    if not task.is_writable:
        words = _("Nhiệm vụ đang ở trạng thái “%(state)s”: chỉ sửa được bản nháp hoặc hồ sơ được trả lại.")
        raise ValidationError(words, code="wrong_state", params={"state": task.get_state_display()})
    before = {name: _said(task, name) for name in changes}
    changed = apply(task, {name: value for name, value in changes.items() if name in OWN})
    if changed:
        _settle(task)
        if "parent" in changed:
            _check_new_parent(task, by)
        _need_to_lead(task, by)
        task.full_clean()
    task.version += 1
    fields = {*changed, "version", "updated_at", "route", "approving_unit", "first_due_on"}
    task.save(update_fields=sorted(fields))
    _keep_parts(task, parts or Parts(), by)
    if "kind" in changed:
        task.milestones.filter(done_on__isnull=True, document__isnull=True).delete()
        add_milestones(task)
    old = {name: value for name, value in before.items() if value != _said(task, name)}
    record("task.changed", target=task, by=by, unit=task.lead_unit_id, before=old,
           after={name: _said(task, name) for name in old})  # fmt: skip
    return task


def _held_with_parent(task: PlanTask, changes: dict[str, Any]) -> PlanTask:
    """Where the change has to do with what the task is part of, that is locked along with it."""
    if {"parent", "lead_unit"} & changes.keys():
        above = changes.get("parent")
        hold_in_order([task, above] if above else [task])
    return held(task)


@transaction.atomic
def withdraw_task(task: PlanTask, reason: str, *, by: User, version: int | None = None) -> PlanTask:
    """Take a draft back that should never have been; it stays on record, with who and why."""
    task = held(task)
    need(by, moving.PREPARE, task)
    refuse_stale(task, version)
    if task.state != moving.State.DRAFT:
        raise ValidationError(_("Chỉ xóa được bản nháp."), code="wrong_state")
    if left := task.subtasks.standing().count():
        words = _("Còn %(n)s nhiệm vụ thành phần của bản nháp này. Xóa hoặc chuyển các nhiệm vụ đó trước.")
        raise ValidationError(words % {"n": left}, code="subtasks")
    task.withdrawn_reason = needed(reason)
    task.withdrawn_at, task.withdrawn_by = timezone.now(), by
    task.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "updated_at"])
    record("task.withdrawn", target=task, by=by, unit=task.lead_unit_id, reason=task.withdrawn_reason,
           before={name: _said(task, name) for name in OWN})  # fmt: skip
    return task


# After the last one given here; files may have taken some of those that follow. What was withdrawn keeps its code.
_NEXT = """
WITH taken AS (
    SELECT substring(code FROM 9)::bigint AS n, origin FROM tasks_plantask WHERE code ~* %s
), last AS (
    SELECT coalesce(max(n) FILTER (WHERE origin <> 'file'), 0) AS n FROM taken
), free AS (
    SELECT n + 1 AS n FROM last UNION ALL SELECT taken.n + 1 FROM taken JOIN last ON taken.n > last.n
)
SELECT min(n) FROM free WHERE NOT EXISTS (SELECT FROM taken WHERE taken.n = free.n)
"""


def next_code(year: int) -> str:
    """NV-2026-0147: the next of the year. Whoever asks at the same time waits until this one is kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tasks.code'), %s)", [year])
        cursor.execute(_NEXT, [rf"^NV-{year}-\d{{4,18}}$"])
        return f"NV-{year}-{cursor.fetchone()[0]:04d}"


def add_milestones(task: PlanTask) -> None:
    """Those of its kind that it does not have yet."""
    there = set(task.milestones.values_list("name", flat=True))
    kinds = MilestoneKind.objects.filter(kind=task.kind).exclude(name__in=there)
    Milestone.objects.bulk_create(Milestone(task=task, position=one.position, name=one.name) for one in kinds)


def check_investment(item: FrameworkItem, source: str) -> None:
    """Quyết định 996/QĐ-TTg, mục III: development investment money is for national infrastructure only."""
    if source == Source.CENTRAL_INVESTMENT and not item.takes_investment:
        words = _(
            "Vốn đầu tư phát triển chỉ dùng cho phát triển hạ tầng đo lường quốc gia (nhóm 2.2; mục III, Quyết định "
            "996/QĐ-TTg). Nhiệm vụ này thuộc %(item)s: chọn nguồn khác hoặc gắn đúng hạng mục."
        )
        raise refusal("budget", words % {"item": item.code}, "investment")


def _settle(task: PlanTask) -> None:
    """What follows from what was written."""
    if task.framework_item.kind != FrameworkItem.Kind.ITEM:
        raise refusal("framework_item", _("Chọn hạng mục, không chọn đề mục."), "heading")
    if task.lead_unit_id:
        task.route, task.approving_unit_id = route_of(task.lead_unit_id)
    task.first_due_on = task.due_on
    _check_lead(task)
    _check_parent(task)


def _check_lead(task: PlanTask) -> None:
    """A unit that exists while the work is to be done."""
    day = task.starts_on or date(task.year, 1, 1)
    unit = task.lead_unit
    if unit.valid_to and unit.valid_to < day:
        wrong = _("Đơn vị đã kết thúc ngày %(day)s. Chọn đơn vị kế thừa")
        raise refusal("lead_unit", wrong % {"day": f"{unit.valid_to:%d/%m/%Y}"}, "unit_not_valid")


def _check_parent(task: PlanTask) -> None:
    """One level of sub-tasks, within the same route and approving unit."""
    if task.pk and task.subtasks.live().exclude(approving_unit=task.approving_unit_id).exists():
        words = _("Nhiệm vụ thành phần phải cùng cơ quan phê duyệt. Chọn đơn vị chủ trì cùng cơ quan phê duyệt.")
        raise refusal("lead_unit", words, "other_route")
    if task.parent_id is None:
        return
    rows: Any = PlanTask.objects.select_related("lead_unit")
    above: PlanTask = rows.get(pk=task.parent_id)  # as it is now
    task.parent = above
    if above.parent_id or (task.pk and task.subtasks.live().exists()):
        raise refusal("parent", _("Nhiệm vụ thành phần không chia tiếp thành nhiệm vụ thành phần."), "depth")
    if above.approving_unit_id != task.approving_unit_id:
        raise refusal("parent", _("Nhiệm vụ thành phần phải cùng cơ quan phê duyệt."), "other_unit")


def _check_new_parent(task: PlanTask, by: User | None) -> None:
    """A task becomes part only of one that the person may write for, and that is not over."""
    above = task.parent
    if above is None:
        return
    if not above.is_live:
        raise refusal("parent", _("Nhiệm vụ cấp trên không còn trong danh sách. Chọn nhiệm vụ khác."), "withdrawn")
    if by is not None and not acts_on(by, moving.PREPARE, above):
        words = _("%(code)s ngoài phạm vi đơn vị bạn được sửa. Chọn nhiệm vụ của đơn vị bạn.")
        raise refusal("parent", words % {"code": above.code}, "other_unit")
    if above.state in moving.WITHOUT_NEW_PARTS:
        words = _("%(code)s đang ở trạng thái “%(state)s”, không thêm nhiệm vụ thành phần được. Chọn nhiệm vụ khác.")
        told = {"code": above.code, "state": above.get_state_display()}
        raise refusal("parent", words % told, "parent_state")


def _need_to_lead(task: PlanTask, by: User) -> None:
    try:
        need(by, "tasks.add_plantask", task)
    except PermissionDenied:
        raise refusal("lead_unit", _("Ngoài phạm vi đơn vị bạn được lập nhiệm vụ."), "other_unit") from None


def _keep_parts(task: PlanTask, parts: Parts, by: User | None) -> None:
    if parts.participations is not None:
        task.participations.all().delete()
        for one in parts.participations:
            row = Participation(task=task, unit=one.unit, part=one.part, put_in=one.put_in)
            row.full_clean()
            row.save()
    if parts.contributions is not None:
        task.contributions.all().delete()
        for it in parts.contributions:
            added = Contribution(task=task, indicator=it.indicator, year=it.year, amount=it.amount)
            added.full_clean()
            added.save()
    if parts.budget is not None:
        _keep_budget(task, parts.budget, by)
    elif task.budget.filter(source=Source.CENTRAL_INVESTMENT).exists():
        check_investment(task.framework_item, Source.CENTRAL_INVESTMENT)


def _keep_budget(task: PlanTask, budget: Sequence[Money], by: User | None) -> None:
    """The planned stage as proposed; other stages are told by funding."""
    wanted = {(one.source, one.year): one.amount for one in budget}
    for source, _year in wanted:
        check_investment(task.framework_item, source)
    rows = {(row.source, row.year): row for row in task.budget.filter(stage=Stage.PLANNED)}
    for key in rows.keys() - wanted.keys():
        rows[key].delete()
    for (source, year), amount in wanted.items():
        row = rows.get((source, year)) or BudgetLine(task=task, source=source, year=year, stage=Stage.PLANNED)
        if row.pk and row.amount == amount:
            continue
        row.amount, row.entered_by = amount, by
        row.full_clean()
        row.save()


def _said(task: PlanTask, name: str) -> Any:
    value = getattr(task, name)
    return str(value) if value is not None and hasattr(value, "pk") else value
