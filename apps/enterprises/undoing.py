"""An import taken back: its facts withdrawn, what it wrote over given back, what it brought and nobody else knows gone.

What was changed since stays as it is, and is named before and after.
"""

from dataclasses import replace
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.audit.registry import field_label
from apps.core.templatetags.ui import number
from apps.core.wall import wall_open
from apps.enterprises.importing import SOURCE
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.enterprises.naming import is_same_name, is_same_text
from apps.enterprises.selectors import UNSEEN
from apps.exchange.models import ImportBatch, Overwritten
from apps.exchange.resource import Stays, Undoing
from apps.jobs.models import Job
from apps.registers.importing import joined_by_hash
from apps.registers.undoing import HAND_ON, WRITTEN_LATER
from apps.targets.services import request_recompute

NAMED = 20  # of the values that stay, as many as a person reads

# Values of the batch that a file written later says too: it found them in the register and wrote none. As in writing,
# the row of the latest day speaks, another spelling says the same, and of another province's record a row says nothing.
# The seat and its day go together, and the trade and its code.
_VALUES_SAID = f"""
    SELECT o.id, s.batch_id, s.number, s.written_at
    FROM exchange_overwritten o
    JOIN exchange_overwritten head ON head.batch_id = o.batch_id AND head.kind = o.kind AND head.row_id = o.row_id
     AND head.field = CASE o.field WHEN 'located_on' THEN 'unit_id' WHEN 'industry_code' THEN 'industry_id'
                                   ELSE o.field END
    JOIN enterprises_enterprise n ON n.id = o.row_id::bigint
    JOIN (
        SELECT DISTINCT ON (b.id, r.clean->>'tax_code') b.id AS batch_id, b.written_at, r.number, r.clean,
               r.clean->>'tax_code' AS tax_code, b.unit_id, own.unit_id AS own_unit_id
        {WRITTEN_LATER}
        WHERE own.id = %(batch)s
        ORDER BY b.id, r.clean->>'tax_code', (r.clean->>'occurred_on')::date DESC, r.number DESC
    ) s ON s.tax_code = n.tax_code
    WHERE o.batch_id = %(batch)s AND o.kind = 'enterprises.enterprise'
      AND CASE head.field
          WHEN 'name' THEN {is_same_name("s.clean->>'name'", "head.new")}
          WHEN 'address' THEN s.clean->>'address' <> '' AND {is_same_text("s.clean->>'address'", "head.new")}
          WHEN 'ownership' THEN s.clean->>'ownership' = head.new
          WHEN 'unit_id' THEN s.clean->>'unit' = head.new
          WHEN 'industry_id' THEN s.clean->>'industry' = head.new
      END
      AND (s.unit_id IN (s.own_unit_id, n.unit_id) OR s.unit_id NOT IN (
          SELECT id FROM organisations_organisationunit WHERE kind = 'province'
      ))
"""
# What the batch wrote over, with what stands there now. Of a pair, where one of the two was changed since, both stay.
_KEPT = f"""
    SELECT id, field, old, new,
           bool_and(now IS NOT DISTINCT FROM new AND NOT is_said) OVER (
               PARTITION BY row_id, CASE field WHEN 'located_on' THEN 'unit_id' WHEN 'industry_code' THEN 'industry_id'
                                               ELSE field END
           ) AS goes_back, enterprise_id
    FROM (
        SELECT o.id, o.field, o.old, o.new, o.row_id, n.id AS enterprise_id,
               CASE o.field WHEN 'name' THEN n.name WHEN 'ownership' THEN n.ownership WHEN 'unit_id' THEN n.unit_id
                            WHEN 'address' THEN n.address WHEN 'located_on' THEN n.located_on::text
                            WHEN 'industry_id' THEN n.industry_id::text ELSE n.industry_code END AS now,
               said.id IS NOT NULL AS is_said
        FROM exchange_overwritten o JOIN enterprises_enterprise n ON n.id = o.row_id::bigint
        LEFT JOIN (SELECT DISTINCT id FROM ({_VALUES_SAID}) every) said ON said.id = o.id
        WHERE o.batch_id = %(batch)s AND o.kind = 'enterprises.enterprise' AND o.outcome = ''
    ) compared
"""
# Facts that a file written later states as well: it found them in the register and wrote none. They go on as its own.
# Sight goes with whose word it was: another unit's opens nothing for them.
_SAID_AGAIN = f"""
    SELECT DISTINCT ON (e.id) e.id, b.id AS batch_id, b.confirmed_by_id AS entered_by_id, b.unit_id AS reported_by_id,
           e.opens_record AND b.unit_id = own.unit_id AS opens_record
    {WRITTEN_LATER}
    JOIN enterprises_enterprise n ON n.tax_code = r.clean->>'tax_code' AND n.withdrawn_at IS NULL
    JOIN enterprises_assuranceprogramme g ON g.enterprise_id = n.id AND g.form = r.clean->>'form'
    JOIN enterprises_programmeevent e ON e.programme_id = g.id AND e.batch_id = own.id AND e.withdrawn_at IS NULL
     AND e.stage = r.clean->>'stage' AND e.unit_id = r.clean->>'unit'
     AND e.occurred_on = (r.clean->>'occurred_on')::date
    WHERE own.id = %(batch)s
    ORDER BY e.id, b.written_at, b.id
"""
_GO_ON = f"""
    UPDATE enterprises_programmeevent e
    SET batch_id = s.batch_id, entered_by_id = s.entered_by_id, reported_by_id = s.reported_by_id,
        opens_record = s.opens_record, updated_at = now()
    FROM ({_SAID_AGAIN}) s WHERE s.id = e.id
"""
_WENT_ON = """
    SELECT count(DISTINCT e.id) FROM enterprises_programmeeventevent h
    JOIN enterprises_programmeevent e ON e.id = h.pgh_obj_id AND e.batch_id <> h.batch_id
    WHERE h.batch_id = %(batch)s
"""
# Brought by this import, or by an earlier one that was undone when others still spoke of them.
_BROUGHT = """
    SELECT n.id FROM enterprises_enterprise n
    WHERE n.withdrawn_at IS NULL AND (n.batch_id = %(batch)s OR (
        n.batch_id IN (SELECT id FROM exchange_importbatch WHERE state = 'undone') AND (
            EXISTS (
                SELECT FROM enterprises_assuranceprogramme g JOIN enterprises_programmeevent e ON e.programme_id = g.id
                WHERE g.enterprise_id = n.id AND e.batch_id = %(batch)s
            ) OR EXISTS (
                SELECT FROM exchange_overwritten o WHERE o.batch_id = %(batch)s
                  AND o.kind = 'enterprises.enterprise' AND o.row_id = n.id::text
            )
        )
    ))
"""
# Nobody else speaks of it: no live fact but this import's, no change by hand, no file attached, no value of another
# import.
_UNSPOKEN = f"""
    SELECT b.id FROM ({_BROUGHT}) b
    WHERE b.id NOT IN (
        SELECT g.enterprise_id FROM enterprises_assuranceprogramme g
        JOIN enterprises_programmeevent e ON e.programme_id = g.id
        WHERE e.withdrawn_at IS NULL
          AND (e.batch_id IS DISTINCT FROM %(batch)s OR e.id IN (SELECT id FROM ({_SAID_AGAIN}) again))
    ) AND b.id::text NOT IN (
        SELECT target_id FROM audit_auditevent
        WHERE target_type = 'enterprises.enterprise'
          AND action IN ('enterprise.updated', 'register.merged', 'register.parted')
    ) AND b.id::text NOT IN (
        SELECT owner_id FROM documents_attachment WHERE owner_kind = 'enterprises.enterprise' AND withdrawn_at IS NULL
    ) AND b.id::text NOT IN (
        SELECT row_id FROM exchange_overwritten
        WHERE kind = 'enterprises.enterprise' AND batch_id <> %(batch)s AND outcome <> 'given_back'
    )
"""
_LOCK = """
    SELECT id FROM enterprises_enterprise WHERE id IN (
        SELECT g.enterprise_id FROM enterprises_assuranceprogramme g
        JOIN enterprises_programmeevent e ON e.programme_id = g.id WHERE e.batch_id = %(batch)s
        UNION SELECT id FROM enterprises_enterprise WHERE batch_id = %(batch)s
        UNION SELECT row_id::bigint FROM exchange_overwritten
        WHERE batch_id = %(batch)s AND kind = 'enterprises.enterprise'
    ) ORDER BY id FOR NO KEY UPDATE
"""
_MARK = f"""
    UPDATE exchange_overwritten o SET outcome = CASE WHEN k.goes_back THEN 'given_back' ELSE 'stays' END
    FROM ({_KEPT}) k WHERE k.id = o.id
"""
# A value that stays because the next file says it too is that file's from now on: it gives back what was before.
_VALUES_GO_ON = f"""
    INSERT INTO exchange_overwritten (batch_id, number, kind, row_id, field, old, new, at, outcome)
    SELECT DISTINCT ON (o.id) s.batch_id, s.number, o.kind, o.row_id, o.field, o.old, o.new, s.written_at, ''
    FROM exchange_overwritten o JOIN ({_VALUES_SAID}) s ON s.id = o.id
    JOIN exchange_importbatch own ON own.id = o.batch_id
    WHERE o.outcome = 'stays' AND NOT EXISTS (
        SELECT FROM exchange_overwritten l JOIN exchange_importbatch w ON w.id = l.batch_id
        WHERE l.kind = o.kind AND l.row_id = o.row_id AND l.field = o.field AND l.outcome = ''
          AND w.written_at > own.written_at AND w.written_at <= s.written_at
    )
    ORDER BY o.id, s.written_at, s.batch_id
"""
_GIVE_BACK = """
    UPDATE enterprises_enterprise n
    SET name = CASE WHEN v.old ? 'name' THEN v.old->>'name' ELSE n.name END,
        ownership = CASE WHEN v.old ? 'ownership' THEN v.old->>'ownership' ELSE n.ownership END,
        unit_id = CASE WHEN v.old ? 'unit_id' THEN v.old->>'unit_id' ELSE n.unit_id END,
        address = CASE WHEN v.old ? 'address' THEN v.old->>'address' ELSE n.address END,
        located_on = CASE WHEN v.old ? 'located_on' THEN (v.old->>'located_on')::date ELSE n.located_on END,
        industry_id = CASE WHEN v.old ? 'industry_id' THEN (v.old->>'industry_id')::bigint ELSE n.industry_id END,
        industry_code = CASE WHEN v.old ? 'industry_code' THEN v.old->>'industry_code' ELSE n.industry_code END,
        updated_at = now()
    FROM (
        SELECT row_id::bigint AS id, jsonb_object_agg(field, old) AS old FROM exchange_overwritten
        WHERE batch_id = %(batch)s AND kind = 'enterprises.enterprise' AND outcome = 'given_back' GROUP BY row_id
    ) v
    WHERE n.id = v.id
"""
_WITHDRAW = """
    UPDATE enterprises_programmeevent
    SET withdrawn_at = clock_timestamp(), withdrawn_by_id = %(by)s, withdrawn_reason = %(reason)s, updated_at = now()
    WHERE batch_id = %(batch)s AND withdrawn_at IS NULL
"""
_REMOVE = f"UPDATE enterprises_enterprise SET withdrawn_at = now(), updated_at = now() WHERE id IN ({_UNSPOKEN})"
_COUNTS = f"""
    SELECT (SELECT count(*) FROM enterprises_programmeevent WHERE batch_id = %(batch)s AND withdrawn_at IS NULL),
           (SELECT count(*) FROM ({_SAID_AGAIN}) again),
           (SELECT count(DISTINCT enterprise_id) FROM ({_KEPT}) k WHERE goes_back),
           (SELECT count(*) FROM ({_UNSPOKEN}) gone),
           (SELECT array_agg(id) FROM ({_KEPT}) k WHERE NOT goes_back AND field NOT IN ('located_on', 'industry_code')),
           (SELECT array_agg(id) FROM ({_BROUGHT}) b WHERE id NOT IN ({_UNSPOKEN}))
"""


def undo(batch: ImportBatch, reason: str, *, by: User) -> Job | None:
    """Take back what the batch wrote; ask for the figures that count it."""
    values: dict[str, Any] = {"batch": batch.pk, "by": by.pk, "reason": reason, "kind": Enterprise._meta.label_lower}
    with joined_by_hash(batch.written_rows or 0), connection.cursor() as cursor:
        for statement in (_LOCK, _GO_ON, _MARK, _VALUES_GO_ON, HAND_ON, _GIVE_BACK):
            cursor.execute(statement, values)
        given_back = cursor.rowcount
        cursor.execute(_REMOVE, values)
        cursor.execute(_WITHDRAW, values)
        withdrawn = cursor.rowcount
    return request_recompute(SOURCE, by=by) if given_back or withdrawn else None


@wall_open("what an import did, also to records that are out of sight by now")
def undoing(batch: ImportBatch, scope: UnitScope) -> Undoing:
    """What taking the batch back would do, or has done, and what of it stays; records out of sight without names."""
    if batch.state == ImportBatch.State.UNDONE:
        kept = Overwritten.objects.of(Enterprise).filter(batch=batch)
        stays = kept.filter(outcome=Overwritten.Outcome.STAYS).exclude(field__in=["located_on", "industry_code"])
        back = kept.filter(outcome=Overwritten.Outcome.GIVEN_BACK).values("row_id").distinct().count()
        brought = Enterprise.objects.filter(batch=batch)
        gone, left = brought.filter(withdrawn_at__isnull=False).count(), brought.live().values_list("pk", flat=True)
        with connection.cursor() as cursor:
            cursor.execute(_WENT_ON, {"batch": batch.pk})
            [again] = cursor.fetchone()
        went = _went(batch)
        events = went.count()
        told = _told(events, again, back, gone, stays.values_list("pk", flat=True), left, scope)
        return replace(told, rows=events, names=lambda most: _names(went[:most]))
    with transaction.atomic(), joined_by_hash(batch.written_rows or 0), connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"batch": batch.pk})
        events, again, back, gone, stays, left = cursor.fetchone()
    return _told(events - again, again, back, gone, stays or [], left or [], scope)


def _went(batch: ImportBatch) -> QuerySet[ProgrammeEvent]:
    """What was withdrawn with the file, not before it by somebody's hand."""
    taken = {"withdrawn_by": batch.undone_by, "withdrawn_reason": batch.undo_reason}
    rows = ProgrammeEvent.objects.filter(batch=batch, withdrawn_at__gte=batch.undone_at, **taken)
    return rows.select_related("programme__enterprise").order_by("pk")


@wall_open("what an import did, also to records that are out of sight by now")
def _names(events: QuerySet[ProgrammeEvent]) -> list[str]:
    return [f"{event.programme.enterprise}: {event}" for event in events]


def _told(events: int, again: int, back: int, gone: int, stays: Any, left: Any, scope: UnitScope) -> Undoing:
    done = []
    if events:
        done.append(_("%(n)s dòng (mỗi dòng một giai đoạn thực hiện) bị rút khỏi sổ") % {"n": number(events)})
    if back:
        done.append(_("%(n)s hồ sơ trở lại như trước khi nhập") % {"n": number(back)})
    if gone:
        done.append(_("%(n)s doanh nghiệp do tệp này đưa vào được rút khỏi sổ") % {"n": number(gone)})
    said = (
        [_("%(n)s giai đoạn được giữ: tệp nhập sau cũng ghi các giai đoạn này") % {"n": number(again)}] if again else []
    )
    kept = [*said, *_values_that_stay(stays, scope), *_records_that_stay(left, scope)]
    return Undoing(done, kept[:NAMED], max(0, len(kept) - NAMED))


def _values_that_stay(ids: Any, scope: UnitScope) -> list[str]:
    rows = list(Overwritten.objects.filter(pk__in=ids).order_by("number", "id"))
    names = names_of([int(row.row_id) for row in rows], scope)
    told = _("%(name)s: %(field)s đã được sửa sau khi nhập, giữ nguyên")
    return [_of_record(told, row.row_id, names, field=field_label(row.kind, row.field)) for row in rows]


def _records_that_stay(ids: Any, scope: UnitScope) -> list[str]:
    names = names_of(ids, scope)
    told = _("%(name)s: do tệp này đưa vào, được giữ vì đã có giai đoạn, sửa đổi hoặc tệp minh chứng khác")
    return [_of_record(told, str(pk), names) for pk in ids]


def _of_record(told: str, pk: str, names: dict[str, str], **more: str) -> Stays:
    name = names.get(pk)
    if name is None:
        return Stays(told % {"name": str(UNSEEN), **more})
    return Stays(told % {"name": name, **more}, name, reverse("enterprises:enterprise_detail", args=[pk]))


def names_of(ids: Any, scope: UnitScope) -> dict[str, str]:
    seen = Enterprise.objects.in_scope(scope).filter(pk__in=list(ids)).values_list("pk", "name")
    return {str(pk): name for pk, name in seen}
