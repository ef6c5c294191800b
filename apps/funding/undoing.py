"""Amounts of an import taken back: what it wrote over is given back, what it brought goes.

What was changed since, or is said again by a file written later, stays, and is named before and after.
"""

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.templatetags.ui import number
from apps.exchange.models import ImportBatch, Overwritten
from apps.exchange.resource import Undoing
from apps.funding.importing import KIND, SIDES
from apps.registers.importing import joined_by_hash
from apps.registers.undoing import HAND_ON, NAMED, WRITTEN_LATER
from apps.tasks.models import BudgetLine

Outcome = Overwritten.Outcome
# The tasks are held as by every change of them, so the person's right to them is asked of what stands.
_LOCK = """
    SELECT id FROM tasks_plantask WHERE id IN (
        SELECT l.task_id FROM tasks_budgetline l JOIN exchange_overwritten o ON o.row_id = l.id::text
        WHERE o.batch_id = %(batch)s AND o.kind = %(kind)s
    ) ORDER BY id FOR UPDATE
"""
_SAYS = """r.clean->>'task' = l.task_id::text AND r.clean->>'year' = l.year::text
    AND r.clean->>'source' = l.source AND r.clean->>l.stage = l.amount::text"""
_SAID_AGAIN = f"""
    SELECT {WRITTEN_LATER}
    WHERE own.id = %(batch)s AND {_SAYS}
"""
# One row for each amount; a line that somebody has removed since is not brought back.
_KEPT = f"""
    SELECT o.id, o.row_id, o.number, o.old, l.id AS line_id, coalesce(
        l.amount::text = o.new AND l.batch_id = %(batch)s AND (side.leads OR side.approves)
        AND NOT EXISTS ({_SAID_AGAIN}),
        false
    ) AS goes_back
    FROM exchange_overwritten o
    LEFT JOIN tasks_budgetline l ON l.id::text = o.row_id
    LEFT JOIN LATERAL (
        SELECT {SIDES} FROM tasks_plantask t JOIN organisations_organisationunit u ON u.id = t.lead_unit_id
        WHERE t.id = l.task_id
    ) side ON true
    WHERE o.batch_id = %(batch)s AND o.kind = %(kind)s AND o.field = 'amount' AND o.outcome = ''
"""
# An amount that stays because the next file says it too is that file's from now on, which wrote none itself: it gives
# back one day what was before.
_GO_ON = f"""
    WITH next AS MATERIALIZED (
        SELECT DISTINCT ON (l.id) l.id, b.id AS batch_id, b.confirmed_by_id AS by, b.written_at, r.number
        {WRITTEN_LATER}
        JOIN tasks_budgetline l ON l.batch_id = own.id AND {_SAYS}
        JOIN exchange_overwritten o ON o.batch_id = own.id AND o.kind = %(kind)s AND o.row_id = l.id::text
         AND o.field = 'amount' AND o.outcome = 'stays'
        WHERE own.id = %(batch)s
        ORDER BY l.id, b.written_at, b.id
    ), theirs AS (
        UPDATE tasks_budgetline l SET batch_id = n.batch_id, entered_by_id = n.by, kept_at = now()
        FROM next n WHERE n.id = l.id
    )
    INSERT INTO exchange_overwritten (batch_id, number, kind, row_id, field, old, new, at, outcome)
    SELECT n.batch_id, n.number, o.kind, o.row_id, o.field, o.old,
           CASE o.field WHEN 'batch_id' THEN n.batch_id::text WHEN 'entered_by_id' THEN n.by::text ELSE o.new END,
           n.written_at, ''
    FROM next n JOIN exchange_overwritten o ON o.batch_id = %(batch)s AND o.kind = %(kind)s AND o.row_id = n.id::text
    ON CONFLICT DO NOTHING
"""
_DECIDE = f"""
    UPDATE exchange_overwritten o SET outcome = CASE WHEN k.goes_back THEN 'given_back' ELSE 'stays' END
    FROM ({_KEPT}) k WHERE o.batch_id = %(batch)s AND o.kind = %(kind)s AND o.row_id = k.row_id
"""
_BACK = """
    SELECT row_id, (jsonb_object_agg(field, old)) AS old FROM exchange_overwritten
    WHERE batch_id = %(batch)s AND kind = %(kind)s AND outcome = 'given_back' GROUP BY row_id
"""
_VERSIONS = f"""
    UPDATE tasks_plantask t SET version = t.version + l.is_planned, updated_at = now()
    FROM (
        SELECT l.task_id, bool_or(l.stage = 'planned')::int AS is_planned
        FROM tasks_budgetline l JOIN ({_BACK}) b ON b.row_id = l.id::text GROUP BY l.task_id
    ) l WHERE l.task_id = t.id
"""
_GIVEN_BACK = f"""
    UPDATE tasks_budgetline l
    SET amount = (b.old->>'amount')::bigint, batch_id = (b.old->>'batch_id')::bigint,
        entered_by_id = (b.old->>'entered_by_id')::bigint, kept_at = now()
    FROM ({_BACK}) b WHERE b.row_id = l.id::text AND b.old->>'amount' IS NOT NULL
"""
_GONE = f"""
    DELETE FROM tasks_budgetline l USING ({_BACK}) b WHERE b.row_id = l.id::text AND b.old->>'amount' IS NULL
"""


def _values(batch: ImportBatch, scope: UnitScope) -> dict[str, Any]:
    return {"batch": batch.pk, "kind": KIND, "everything": scope.everything, "scope": sorted(scope.ids)}


def undo(batch: ImportBatch, scope: UnitScope, *, by: User) -> None:
    """Take back what the batch wrote."""
    values = _values(batch, scope)
    with joined_by_hash(batch.written_rows or 0), connection.cursor() as cursor:
        for statement in (_LOCK, _DECIDE, _GO_ON, HAND_ON, _VERSIONS, _GIVEN_BACK, _GONE):
            cursor.execute(statement, values)


def undoing(batch: ImportBatch, scope: UnitScope, sight: Collection[int]) -> Undoing:
    """What taking the batch back would do by whoever has that scope, or has done; of tasks in sight by name."""
    amounts = Overwritten.objects.filter(kind=KIND, batch=batch, field="amount")
    if batch.state == ImportBatch.State.UNDONE:
        decided = [(one.row_id, one.old, one.outcome == Outcome.GIVEN_BACK) for one in amounts]
    else:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT row_id, old, goes_back FROM ({_KEPT}) kept", _values(batch, scope))
            decided = cursor.fetchall()
    done = []
    if gone := sum(goes and old is None for _row, old, goes in decided):
        done.append(_("%(n)s số do tệp đưa vào bị xóa") % {"n": number(gone)})
    if back := sum(goes and old is not None for _row, old, goes in decided):
        done.append(_("%(n)s số trở lại như trước khi nhập") % {"n": number(back)})
    left = [row for row, _old, goes in decided if not goes]
    return Undoing(done, _names(left[:NAMED], sight), max(0, len(left) - NAMED))


def _names(rows: list[str], sight: Collection[int]) -> list[str]:
    lines = {str(one.pk): one for one in BudgetLine.objects.select_related("task").filter(pk__in=map(int, rows))}
    told = []
    for row in rows:
        line = lines.get(row)
        if line is None:
            told.append(_("Một số đã được xóa sau khi nhập"))
        elif line.task_id not in sight:
            told.append(_("Số của đơn vị khác, giữ nguyên"))
        else:
            named = f"{line.get_stage_display()} {line.year}, {line.get_source_display()}"
            words = _("%(task)s, %(amount)s: đã được sửa sau khi nhập hoặc có trong tệp nhập sau, giữ nguyên")
            told.append(words % {"task": line.task.code, "amount": named})
    return told
