"""Staged rows against the money of tasks and into it, by SQL sets. No row is looked at in Python.

A row gives amounts of one source in one year of one task: what it leaves blank stays as it is. Its tasks are held while
it is written, as every change of a task holds them, so nothing comes between the last look and the writing.
"""

import json
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from apps.accounts.scope import UnitScope
from apps.exchange.models import ImportBatch, StagedRow
from apps.exchange.resource import Written
from apps.funding.entering import APPROVING, LEAD, WRITERS, ahead_words, closed_words
from apps.registers.comparing import KEEP_WANTED
from apps.registers.importing import joined_by_hash, overtaken, states
from apps.tasks.models import BudgetLine, PlanTask
from apps.tasks.models.money import Stage
from apps.tasks.moving import State

KIND = BudgetLine._meta.label_lower
TOLD = ("duplicate", "task_gone", "stage", "ahead", "changes", "changed_by_hand")
CHANGING = ("changes", "changed_by_hand")  # a row that has one of these writes over a figure
# `%s` is filled in by the database, row by row.
MESSAGES = {
    "duplicate": gettext_lazy("Trùng với dòng %s: cùng nhiệm vụ, nguồn và năm. Bỏ một trong hai dòng"),
    "task_gone": gettext_lazy("Nhiệm vụ vừa được rút hoặc chuyển đơn vị. Kiểm tra lại nhiệm vụ rồi sửa dòng này"),
    "changes": gettext_lazy("Đang ghi %s triệu đồng, sẽ đổi thành %s"),
    "by_hand": gettext_lazy(
        "Đang ghi %s triệu đồng, nhập tay ngày %s; tệp ghi %s. Xác nhận kèm lý do nếu phải ghi theo tệp"
    ),
}
CODE = "Mã nhiệm vụ"
HEADERS = {
    Stage.PLANNED: "Kế hoạch (triệu đồng)",
    Stage.ALLOCATED: "Được giao (triệu đồng)",
    Stage.DISBURSED: "Giải ngân (triệu đồng)",
    Stage.SETTLED: "Quyết toán (triệu đồng)",
}
SIDE = {LEAD: "leads", APPROVING: "approves"}


def tasks_of(scope: UnitScope) -> Any:
    """Tasks whose money a file may bring: of the person's own units; what goes by the central route for the office."""
    rows = PlanTask.objects.live()
    own = Q(lead_unit__in=sorted(scope.ids))
    if scope.everything:
        own |= Q(lead_unit__is_programme_office=True) | Q(route=PlanTask.Route.CENTRAL)
    return rows.filter(own)


def in_millions(amount: str) -> str:
    """An amount in triệu đồng as people write it, within SQL: 1.234,5."""
    told = f"to_char({amount} / 1000000.0, 'FM999,999,999,990.999999')"
    return f"rtrim(translate({told}, ',.', '.,'), ',')"


def _open() -> str:
    """That the stage is this person's to write in the state the task is in: the table of `entering.py`."""
    ways = []
    for one in WRITERS:
        states = ", ".join(f"'{state}'" for state in sorted(one.states))
        ways.append(f"(stage = '{one.stage}' AND {SIDE[one.permission]} AND task_state IN ({states}))")
    return f"({' OR '.join(ways)})"


_STAGES = ", ".join(f"('{stage}', %(header_{stage})s)" for stage in Stage.values)
SIDES = """
    (t.lead_unit_id = ANY(%(scope)s) OR (%(everything)s AND u.is_programme_office)) AS leads,
    (%(everything)s AND t.route = 'central') AS approves
"""
COMPARED = f"""
keyed AS MATERIALIZED (
    SELECT r.id, r.number, (r.clean->>'task')::bigint AS task_id, r.clean->>'source' AS source,
           (r.clean->>'year')::int AS year, r.clean
    FROM exchange_stagedrow r
    WHERE r.batch_id = %(batch)s AND r.state <> 'skipped' AND r.clean ?& ARRAY['task', 'source', 'year']
), staged AS MATERIALIZED (
    SELECT k.*, first_value(number) OVER same AS first, row_number() OVER same > 1 AS twin
    FROM keyed k WINDOW same AS (PARTITION BY task_id, source, year ORDER BY number)
), placed AS MATERIALIZED (
    SELECT s.*, t.state AS task_state, {SIDES}
    FROM staged s JOIN tasks_plantask t ON t.id = s.task_id AND t.withdrawn_at IS NULL
    JOIN organisations_organisationunit u ON u.id = t.lead_unit_id
    WHERE NOT s.twin
), given AS MATERIALIZED (
    SELECT p.id, p.number, p.task_id, p.source, p.year, p.task_state, p.leads, p.approves, v.stage, v.header,
           (p.clean->>v.stage)::bigint AS amount, l.id AS line_id, l.amount AS now, l.batch_id, l.entered_by_id,
           l.kept_at
    FROM placed p CROSS JOIN (VALUES {_STAGES}) v(stage, header)
    LEFT JOIN tasks_budgetline l
      ON l.task_id = p.task_id AND l.year = p.year AND l.source = p.source AND l.stage = v.stage
    WHERE coalesce(p.clean->>v.stage, '') <> ''
), differing AS MATERIALIZED (
    SELECT g.*, {_open()} AS is_open FROM given g WHERE g.now IS DISTINCT FROM g.amount
)"""
_TELL = f"""
WITH {COMPARED}, wanted AS MATERIALIZED (
    SELECT s.number, %(header_code)s AS "column", s.clean->>'code' AS value, 'duplicate' AS code, 'error' AS severity,
           format(%(duplicate)s, s.first) AS message
    FROM staged s WHERE s.twin
  UNION ALL
    SELECT s.number, %(header_code)s, s.clean->>'code', 'task_gone', 'error', %(task_gone)s
    FROM staged s WHERE NOT s.twin AND NOT EXISTS (
        SELECT FROM placed p WHERE p.id = s.id AND (p.leads OR p.approves)
    )
  UNION ALL
    SELECT d.number, d.header, {in_millions("d.amount")}, 'stage', 'error',
           CASE d.stage WHEN 'planned' THEN %(closed_plan)s::jsonb->>d.task_state
                        ELSE %(closed_rest)s::jsonb->>d.task_state END
    FROM differing d WHERE NOT d.is_open AND (d.leads OR d.approves)
  UNION ALL
    SELECT d.number, d.header, {in_millions("d.amount")}, 'ahead', 'error', replace(%(ahead)s, '9999', d.year::text)
    FROM differing d WHERE d.is_open AND d.stage IN ('disbursed', 'settled') AND d.year > %(this_year)s
  UNION ALL
    SELECT d.number, d.header, {in_millions("d.amount")},
           CASE WHEN d.batch_id IS NULL AND d.entered_by_id IS NOT NULL THEN 'changed_by_hand' ELSE 'changes' END,
           CASE WHEN d.batch_id IS NULL AND d.entered_by_id IS NOT NULL THEN 'warning' ELSE 'note' END,
           CASE WHEN d.batch_id IS NULL AND d.entered_by_id IS NOT NULL
                THEN format(%(by_hand)s, {in_millions("d.now")},
                            to_char(d.kept_at AT TIME ZONE %(zone)s, 'DD/MM/YYYY'), {in_millions("d.amount")})
                ELSE format(%(changes)s, {in_millions("d.now")}, {in_millions("d.amount")}) END
    FROM differing d WHERE d.is_open AND d.now IS NOT NULL
), {KEEP_WANTED}"""
_STATES = states("SELECT id FROM placed WHERE id NOT IN (SELECT id FROM differing)", COMPARED)
_LOCK = """
    SELECT id FROM tasks_plantask WHERE id IN (
        SELECT (clean->>'task')::bigint FROM exchange_stagedrow
        WHERE batch_id = %(batch)s AND state <> 'skipped' AND clean ? 'task'
    ) ORDER BY id FOR UPDATE
"""
_OVERWRITTEN = "exchange_overwritten (batch_id, number, kind, row_id, field, old, new, at, outcome)"
# Of a figure that was there: what it was, and whose. Where there was none there is nothing to give back.
_KEEP = f"""
    WITH {COMPARED}
    INSERT INTO {_OVERWRITTEN}
    SELECT %(batch)s, d.number, %(kind)s, d.line_id::text, v.field, v.old, v.new, clock_timestamp(), ''
    FROM differing d JOIN exchange_stagedrow r ON r.id = d.id AND r.state IN ('new', 'update')
    CROSS JOIN LATERAL (VALUES
        ('amount', d.now::text, d.amount::text), ('batch_id', d.batch_id::text, %(batch)s::text),
        ('entered_by_id', d.entered_by_id::text, %(by)s::text)
    ) v(field, old, new)
    WHERE d.line_id IS NOT NULL ORDER BY d.number, d.line_id, v.field
"""
_CHANGED = """
    UPDATE tasks_budgetline l
    SET amount = o.new::bigint, batch_id = %(batch)s, entered_by_id = %(by)s, kept_at = now()
    FROM exchange_overwritten o
    WHERE o.batch_id = %(batch)s AND o.kind = %(kind)s AND o.field = 'amount' AND o.row_id = l.id::text
"""
_NEW = f"""
    WITH {COMPARED}, added AS (
        INSERT INTO tasks_budgetline (task_id, year, source, stage, amount, entered_by_id, kept_at, batch_id)
        SELECT d.task_id, d.year, d.source, d.stage, d.amount, %(by)s, now(), %(batch)s
        FROM differing d JOIN exchange_stagedrow r ON r.id = d.id AND r.state IN ('new', 'update')
        WHERE d.line_id IS NULL ORDER BY d.number
        RETURNING id, task_id, year, source, stage, amount
    )
    INSERT INTO {_OVERWRITTEN}
    SELECT %(batch)s, d.number, %(kind)s, a.id::text, v.field, NULL, v.new, clock_timestamp(), ''
    FROM added a JOIN differing d
      ON d.task_id = a.task_id AND d.year = a.year AND d.source = a.source AND d.stage = a.stage
    CROSS JOIN LATERAL (VALUES
        ('amount', a.amount::text), ('batch_id', %(batch)s::text), ('entered_by_id', %(by)s::text)
    ) v(field, new)
"""
# Whoever decides on a task has looked at its plan; whoever asks for what changed since gets all of it.
_VERSIONS = """
    UPDATE tasks_plantask t SET version = t.version + l.is_planned, updated_at = now()
    FROM (
        SELECT task_id, bool_or(stage = 'planned')::int AS is_planned
        FROM tasks_budgetline WHERE batch_id = %(batch)s GROUP BY task_id
    ) l WHERE l.task_id = t.id
"""


def _values(batch: ImportBatch, scope: UnitScope) -> dict[str, Any]:
    closed = {stage: {s.value: closed_words(stage, str(s.label)) for s in State} for stage in Stage.values}
    return {
        "batch": batch.pk,
        "by": batch.confirmed_by_id,
        "kind": KIND,
        "everything": scope.everything,
        "scope": sorted(scope.ids),
        "told": list(TOLD),
        "changing": list(CHANGING),
        "zone": timezone.get_default_timezone_name(),
        "this_year": timezone.localdate().year,
        "closed_plan": json.dumps(closed[Stage.PLANNED]),
        "closed_rest": json.dumps(closed[Stage.DISBURSED]),
        "ahead": ahead_words(9999),
        "header_code": CODE,
        **{f"header_{stage.value}": header for stage, header in HEADERS.items()},
        **{name: str(message) for name, message in MESSAGES.items()},
    }


def settle(batch: ImportBatch, scope: UnitScope) -> None:
    """Leave every row new, update, unchanged or error, from its problems, the file and the money as it is now."""
    with joined_by_hash(batch.rows.count()):
        _settle(_values(batch, scope))


def _settle(values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for statement in (_TELL, _STATES):
            cursor.execute(statement, values)


def write(batch: ImportBatch, scope: UnitScope) -> Written:
    """Hold the tasks, settle the rows anew and write them."""
    values = _values(batch, scope)
    with joined_by_hash(batch.rows.count()), connection.cursor() as cursor:
        cursor.execute(_LOCK, values)
        _settle(values)
        count = batch.rows.filter(state__in=[StagedRow.State.NEW, StagedRow.State.UPDATE]).count()
        cursor.execute(_KEEP, values)
        kept = cursor.rowcount
        cursor.execute(_CHANGED, values)
        if cursor.rowcount * 3 != kept:
            raise overtaken()
        cursor.execute(_NEW, values)
        cursor.execute(_VERSIONS, values)
    return Written(count)
