"""How tasks hang together: one is done before another, or they belong with each other."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.kept_words import in_vietnamese
from apps.registers.changing import refusal
from apps.tasks import moving
from apps.tasks.acting import need
from apps.tasks.models import PlanTask, TaskRelation
from apps.tasks.services.moves import held

Kind = TaskRelation.Kind
_LATER = """
WITH RECURSIVE later(id) AS (
    SELECT other_id FROM tasks_taskrelation WHERE task_id = %(start)s AND kind = 'precedes'
    UNION
    SELECT r.other_id FROM later l JOIN tasks_taskrelation r ON r.task_id = l.id AND r.kind = 'precedes'
) SELECT 1 FROM later WHERE id = %(sought)s
"""


@transaction.atomic
def relate(task: PlanTask, kind: str, other: PlanTask, *, by: User, is_later: bool = False) -> TaskRelation:
    """Say that `task` is done before `other`, or belongs with it. `is_later`: it is `other` that comes before.

    By who leads the task; the other one they must see.
    """
    with connection.cursor() as cursor:  # two at once could close a ring
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tasks.relate'))")
    task = held(task)
    need(by, moving.PREPARE, task)
    if not PlanTask.objects.visible_to(by).live().filter(pk=other.pk).exists():
        raise refusal("other", _("Không có nhiệm vụ này trong phạm vi của bạn."), "out_of_sight")
    first, second = (other, task) if is_later else (task, other)
    if kind == Kind.PRECEDES and _comes_before(second, first):
        raise refusal("other", _("Hai nhiệm vụ sẽ chờ lẫn nhau. Kiểm tra lại thứ tự."), "ring")
    if kind == Kind.BELONGS_WITH and second.relations.filter(other=first, kind=kind).exists():
        raise refusal("other", _("Quan hệ này đã có."), "unique")
    made = TaskRelation(task=first, other=second, kind=kind)
    made.full_clean()
    made.save()
    record("task.related", target=task, by=by, unit=task.lead_unit_id, relation=_said(made))
    return made


@transaction.atomic
def unrelate(relation: TaskRelation, task: PlanTask, *, by: User) -> None:
    """From the side of one of the two tasks, by who leads it."""
    task = held(task)
    need(by, moving.PREPARE, task)
    row = TaskRelation.objects.select_for_update(of=("self",)).filter(pk=relation.pk).first()
    if row is None or task.pk not in (row.task_id, row.other_id):
        raise ValidationError(_("Quan hệ này đã được bỏ."), code="withdrawn")
    said = _said(row)
    row.delete()
    record("task.unrelated", target=task, by=by, unit=task.lead_unit_id, relation=said)


def _comes_before(task: PlanTask, other: PlanTask) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_LATER, {"start": task.pk, "sought": other.pk})
        return cursor.fetchone() is not None


@in_vietnamese()
def _said(relation: TaskRelation) -> str:
    words = str(relation.get_kind_display()).lower()
    return f"{relation.task.code} {words} {relation.other.code}"
