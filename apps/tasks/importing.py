"""What a file of tasks does beside their columns: states with their days and decisions, parts, steps, progress.

A file tells how a task stands only when it brings the task. What the portal has already is moved on by the workflow
alone: of such a task a file writes the columns of a draft, or of what was returned, and how far the work is.
"""

import json
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.documents.numbers import issuer_key_sql
from apps.documents.services import DocumentFacts, add_documents, hold_numbers, take_back_documents
from apps.exchange.models import ImportBatch, Overwritten
from apps.registers.filerules import FileRules, Stays
from apps.tasks import moving
from apps.tasks.comparing import AFTER_APPROVAL, OPEN, TOLD, WANTED, WORDS, listed, said
from apps.tasks.moving import State
from apps.tasks.routes import route_of

PROGRESS = "tasks.taskprogress"  # the kind under which what a file told of a known task is kept
ACTS = "documents.legaldocument"  # and that of the decisions it entered
TO_DECIDE = (State.PROPOSED, State.UNDER_APPRAISAL, State.APPRAISED, State.RETURNED)


_STATE = f"coalesce({said('state')}, 'draft')"
BORN = {
    "first_due_on": f"coalesce({said('first_due_on')}, s.clean->>'due_on')::date",
    "route": "%(routes)s::jsonb->(s.clean->>'lead_unit')->>'route'",
    "approving_unit_id": "%(routes)s::jsonb->(s.clean->>'lead_unit')->>'unit'",
    "origin": "'file'",
    "state": _STATE,
    "resume_to": f"CASE {_STATE} WHEN 'suspended' THEN 'in_progress' ELSE '' END",
    "version": "1",
    "moved_at": "now()",
    "reported_on": f"{said('reported_on')}::date",
    "accepted_on": f"{said('accepted_on')}::date",
    # Whoever brings what others have still to decide is who asks for it: they do not decide it themselves.
    "proposed_by_id": f"CASE WHEN {_STATE} IN ({listed(TO_DECIDE)}) THEN %(by)s END",
    "proposed_at": f"CASE WHEN {_STATE} IN ({listed(TO_DECIDE)}) THEN now() END",
    "reported_by_id": f"CASE WHEN {_STATE} = '{State.COMPLETION_REPORTED}' THEN %(by)s END",
    "reported_at": f"CASE WHEN {_STATE} = '{State.COMPLETION_REPORTED}' THEN now() END",
}
_BROUGHT = """
    SELECT n.id, n.state, n.kind, n.lead_unit_id, n.approving_unit_id, n.reported_on, r.clean
    FROM tasks_plantask n JOIN exchange_stagedrow r
      ON r.batch_id = %(batch)s AND r.state = 'new' AND lower(r.clean->>'code') = lower(n.code)
    WHERE n.batch_id = %(batch)s AND n.withdrawn_at IS NULL
"""


def way_to(state: str) -> list[str]:
    """The verbs by which a file says that a task came to its state: what was decided on the way, and the last move."""
    way = ["create"]
    if state in AFTER_APPROVAL:
        way.append("approve")
    if state in moving.DONE:
        way.append("accept")
    if state == State.SUSPENDED:  # what a file says is suspended goes on as under way
        way.append("start")
    last = next(move.verb for move in moving.MOVES if move.target == state)
    return way if last in way else [*way, last]


def _ways() -> str:
    """(state, place, verb, source, target, whose decision, whether the unit that approves spoke, whether it is last)"""
    rows = []
    for state in State:
        way, source = way_to(state), ""
        for place, verb in enumerate(way):
            move = next(one for one in moving.MOVES if one.verb == verb)
            act = {"approve": "decision", "accept": "acceptance", "reject": "decision"}.get(verb, "")
            decides = str(move.permission in {moving.APPRAISE, moving.RETURN, moving.DECIDE}).lower()
            is_last = str(place == len(way) - 1).lower()
            rows.append(f"('{state}', {place}, '{verb}', '{source}', '{move.target}', '{act}', {decides}, {is_last})")
            source = move.target
    return ",\n        ".join(rows)


_ACT = f"""
    lower(d.number) = lower(b.clean->>(w.act || '_number'))
    AND {issuer_key_sql("d.issuer")} = {issuer_key_sql("b.clean->>(w.act || '_issuer')")}
    AND (d.issued_on = (b.clean->>(w.act || '_on'))::date OR d.issued_on IS NULL)
"""
_STEPS = f"""
    INSERT INTO tasks_taskstep
        (task_id, verb, source, target, version, at, by_id, unit_id, reason, decision_id, signatory)
    SELECT b.id, w.verb, w.source, w.target, 1, now(), CASE WHEN w.place = 0 THEN %(by)s END,
           CASE WHEN w.decides THEN b.approving_unit_id ELSE b.lead_unit_id END,
           CASE WHEN w.is_last THEN coalesce(nullif(b.clean->>'note', ''), %(by_file)s) ELSE %(by_file)s END,
           d.id, CASE WHEN d.id IS NULL THEN '' ELSE coalesce(b.clean->>(w.act || '_signatory'), '') END
    FROM ({_BROUGHT}) b
    JOIN (VALUES
        {_ways()}
    ) w(state, place, verb, source, target, act, decides, is_last) ON w.state = b.state
    LEFT JOIN LATERAL (
        SELECT d.id FROM documents_legaldocument d
        WHERE w.act <> '' AND b.clean->>(w.act || '_number') <> '' AND {_ACT} ORDER BY d.id LIMIT 1
    ) d ON true
    ORDER BY b.id, w.place
"""
_MILESTONES = f"""
    INSERT INTO tasks_milestone (task_id, position, name)
    SELECT b.id, k.position, k.name FROM ({_BROUGHT}) b JOIN tasks_milestonekind k ON k.kind = b.kind
    ORDER BY b.id, k.position
"""
_PARTICIPATIONS = f"""
    INSERT INTO tasks_participation (task_id, unit_id, part, put_in)
    SELECT b.id, u.unit, '', '' FROM ({_BROUGHT}) b, jsonb_array_elements_text(b.clean->'coordinating') u(unit)
    WHERE jsonb_typeof(b.clean->'coordinating') = 'array' ORDER BY b.id, u.unit
"""
_TOLD_OF_NEW = f"""
    INSERT INTO tasks_taskprogress (task_id, percent, told_on, text, risk, told_by_id, created_at)
    SELECT b.id, (b.clean->>'percent')::int, coalesce(b.reported_on, %(today)s), '', 'none', %(by)s, now()
    FROM ({_BROUGHT}) b WHERE b.clean->>'percent' <> '' ORDER BY b.id
"""
_TOLD_OF_KNOWN = f"""
    WITH told AS (
        INSERT INTO tasks_taskprogress (task_id, percent, told_on, text, risk, told_by_id, created_at)
        SELECT n.id, (r.clean->>'percent')::int, %(today)s, '', 'none', %(by)s, now()
        FROM exchange_stagedrow r JOIN tasks_plantask n
          ON n.withdrawn_at IS NULL AND lower(n.code) = lower(r.clean->>'code')
        WHERE r.batch_id = %(batch)s AND r.state = 'update' AND EXISTS (
            SELECT FROM exchange_rowproblem p
            WHERE p.batch_id = %(batch)s AND p.number = r.number AND p.code = 'progress'
        )
        RETURNING id, task_id, percent
    )
    INSERT INTO exchange_overwritten (batch_id, number, kind, row_id, field, old, new, at, outcome)
    SELECT %(batch)s, r.number, '{PROGRESS}', t.id::text, 'percent', NULL, t.percent::text, clock_timestamp(), ''
    FROM told t JOIN tasks_plantask n ON n.id = t.task_id JOIN exchange_stagedrow r
      ON r.batch_id = %(batch)s AND r.state = 'update' AND lower(r.clean->>'code') = lower(n.code)
"""


def _overwritten(*fields: str) -> str:
    return f"""
        SELECT row_id::bigint FROM exchange_overwritten
        WHERE batch_id = %(batch)s AND kind = %(kind)s AND field IN ({listed(fields)})
    """


# What follows from what was written over, or given back.
_FOLLOWING = f"""
    UPDATE tasks_plantask n
    SET first_due_on = n.due_on, route = %(routes)s::jsonb->n.lead_unit_id->>'route',
        approving_unit_id = %(routes)s::jsonb->n.lead_unit_id->>'unit'
    WHERE n.id IN ({_overwritten("due_on", "lead_unit_id")}) AND {OPEN} AND (
        n.first_due_on <> n.due_on OR n.approving_unit_id <> %(routes)s::jsonb->n.lead_unit_id->>'unit'
    )
"""
_MILESTONES_GO = f"""
    DELETE FROM tasks_milestone m USING tasks_plantask n
    WHERE n.id = m.task_id AND n.id IN ({_overwritten("kind")}) AND {OPEN} AND m.done_on IS NULL
      AND m.document_id IS NULL AND NOT EXISTS (
          SELECT FROM tasks_milestonekind k WHERE k.kind = n.kind AND k.name = m.name
      )
"""
_MILESTONES_COME = f"""
    INSERT INTO tasks_milestone (task_id, position, name)
    SELECT n.id, k.position, k.name FROM tasks_plantask n JOIN tasks_milestonekind k ON k.kind = n.kind
    WHERE n.id IN ({_overwritten("kind")}) AND {OPEN} ORDER BY n.id, k.position ON CONFLICT DO NOTHING
"""
# Whoever asks for what changed since finds the tasks of which progress was told, or is told no longer.
_TOUCHED = f"""
    UPDATE tasks_plantask SET updated_at = now() WHERE id IN (
        SELECT p.task_id FROM tasks_taskprogress p JOIN exchange_overwritten o
          ON o.kind = '{PROGRESS}' AND o.row_id = p.id::text AND o.batch_id = %(batch)s AND o.outcome = ''
    )
"""
_UNTOLD = f"""
    WITH taken AS (
        UPDATE exchange_overwritten SET outcome = 'given_back'
        WHERE batch_id = %(batch)s AND kind = '{PROGRESS}' AND outcome = '' RETURNING row_id
    )
    DELETE FROM tasks_taskprogress WHERE id IN (SELECT row_id::bigint FROM taken)
"""
# A task that goes with its file leaves no way of its own behind, on which the file's decisions would stand for ever.
_STEPS_GO = """
    DELETE FROM tasks_taskstep t USING tasks_plantask n
    WHERE n.id = t.task_id AND n.batch_id = %(batch)s AND n.withdrawn_by_id = %(by)s
      AND n.withdrawn_reason = %(reason)s
"""
FOLLOWING = (_FOLLOWING, _MILESTONES_GO, _MILESTONES_COME)
_HANGS_TOGETHER = """(
    EXISTS (SELECT FROM tasks_plantask sub WHERE sub.parent_id = n.id AND sub.withdrawn_at IS NULL)
    OR EXISTS (SELECT FROM tasks_taskrelation o WHERE n.id IN (o.task_id, o.other_id))
)"""


def _of_task(table: str, when: str = "true") -> str:
    return f"EXISTS (SELECT FROM {table} o WHERE o.task_id = n.id AND {when})"


STAYS = (
    Stays("moved_on", _("đã được xử lý tiếp"), _of_task("tasks_taskstep", "o.version > 1")),
    Stays("money", _("có số liệu kinh phí"), _of_task("tasks_budgetline")),
    Stays("listed", _("nằm trong danh mục nhiệm vụ"), _of_task("tasks_tasklistentry")),
    Stays("parts", _("có nhiệm vụ thành phần hoặc nhiệm vụ liên quan"), _HANGS_TOGETHER),
)


def values_of(batch: ImportBatch) -> dict[str, Any]:
    """Routes of all lead units that the file names or gives back: few units, many rows."""
    units = set(batch.rows.order_by().values_list("clean__lead_unit", flat=True).distinct())
    kept = Overwritten.objects.filter(batch=batch, field="lead_unit_id").order_by()
    units |= set(kept.values_list("old", flat=True).distinct())
    routes = {unit: dict(zip(("route", "unit"), route_of(unit), strict=True)) for unit in units if unit}
    return {
        "routes": json.dumps(routes),
        "states": json.dumps({state.value: str(state.label) for state in State}),
        "today": timezone.localdate(),
        "by_file": str(_("Theo tệp nhập Excel")),
    }


_SAID_KEY = issuer_key_sql("issuer")
_UNKNOWN_ACTS = f"""
    SELECT DISTINCT ON (lower(number), {_SAID_KEY}, day) row, number, kind, issuer, day
    FROM (
        SELECT r.number AS row, r.clean->>(a.act || '_number') AS number, r.clean->>(a.act || '_kind') AS kind,
               r.clean->>(a.act || '_issuer') AS issuer, nullif(r.clean->>(a.act || '_on'), '')::date AS day
        FROM exchange_stagedrow r, (VALUES ('decision'), ('acceptance')) a(act)
        WHERE r.batch_id = %s AND r.state = 'new' AND r.clean->>(a.act || '_number') <> ''
    ) said
    WHERE NOT EXISTS (
        SELECT FROM documents_legaldocument d
        WHERE lower(d.number) = lower(said.number)
          AND {issuer_key_sql("d.issuer")} = {issuer_key_sql("said.issuer")}
          AND (d.issued_on = said.day OR d.issued_on IS NULL)
    )
    ORDER BY lower(number), {_SAID_KEY}, day, row
"""


def enter_acts(batch: ImportBatch) -> None:
    """The decisions of new rows that the portal does not know yet: who hands the list in also enters its acts."""
    hold_numbers(facts.number for _row, facts in _unknown_acts(batch))
    found = _unknown_acts(batch)
    if not found or not batch.confirmed_by:
        return
    entered = add_documents([facts for _row, facts in found], by=batch.confirmed_by)
    Overwritten.objects.bulk_create(
        Overwritten(batch=batch, number=row, kind=ACTS, row_id=str(act.pk), field="number", old=None, new=act.number,
                    at=timezone.now())
        for (row, _facts), act in zip(found, entered, strict=True)
    )  # fmt: skip


def take_back_acts(batch: ImportBatch, by: User) -> None:
    """Decisions that the file entered go with it, but for those on which anything else stands by now."""
    kept = Overwritten.objects.filter(batch=batch, kind=ACTS, outcome="")
    gone = take_back_documents([int(one.row_id) for one in kept], by=by)
    kept.filter(row_id__in=map(str, gone)).update(outcome=Overwritten.Outcome.GIVEN_BACK)
    kept.update(outcome=Overwritten.Outcome.STAYS)


def _unknown_acts(batch: ImportBatch) -> list[tuple[int, DocumentFacts]]:
    """Each with the row that names it first."""
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN_ACTS, [batch.pk])
        return [(row, DocumentFacts(number, kind, issuer, issued_on=day)) for row, number, kind, issuer, day in cursor]


def rules(headers: dict[str, str]) -> FileRules:
    return FileRules(
        values=values_of,
        headers=headers,
        words=WORDS,
        told=TOLD,
        changing=("progress",),
        wanted=WANTED,
        born=BORN,
        written_while=OPEN,
        written_over="version = n.version + 1",
        before_writing=enter_acts,
        after_writing=(*FOLLOWING, _STEPS, _MILESTONES, _PARTICIPATIONS, _TOLD_OF_NEW, _TOLD_OF_KNOWN, _TOUCHED),
        after_undoing=(*FOLLOWING, _TOUCHED, _UNTOLD, _STEPS_GO),
        last_undone=take_back_acts,
        by_hand=("task.created", "task.changed"),
        touched=("task.%", "comment.%"),
        stays=STAYS,
    )
