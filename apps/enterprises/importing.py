"""Staged rows against the register and into it, by SQL sets. No row is looked at in Python.

Every statement sees the batch through `staged`, whose columns are the cleaned values of its rows.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.exchange.models import ImportBatch, StagedRow
from apps.exchange.resource import Written
from apps.jobs.models import Job
from apps.targets.services import request_recompute

SOURCE = "enterprises.programme_event"
DUPLICATE = "Trùng với dòng %s: cùng mã số thuế, hình thức, giai đoạn và ngày. Xóa một trong hai dòng"

# `lead` marks, per tax code, the row of the latest day: it alone speaks for name, address and province.
_STAGED = """
staged AS MATERIALIZED (
    SELECT r.id, r.number, r.state,
           r.clean->>'tax_code' AS tax_code, r.clean->>'name' AS name, r.clean->>'ownership' AS ownership,
           r.clean->>'unit' AS unit_id, r.clean->>'address' AS address,
           (r.clean->>'industry')::bigint AS industry_id, r.clean->>'industry_code' AS industry_code,
           r.clean->>'form' AS form, r.clean->>'stage' AS stage,
           (r.clean->>'occurred_on')::date AS occurred_on, r.clean->>'note' AS note,
           row_number() OVER (
               PARTITION BY r.clean->>'tax_code' ORDER BY r.clean->>'occurred_on' DESC, r.number DESC
           ) = 1 AS lead
    FROM exchange_stagedrow r
    WHERE r.batch_id = %(batch)s AND r.state <> 'error'
)
"""
# What the leading row would change in the register; blank columns of a file change nothing.
_DIFFERS = """
    s.lead AND s.occurred_on >= n.located_on AND (%(everything)s OR n.unit_id = ANY(%(scope)s)) AND (
        n.name <> s.name OR n.ownership <> s.ownership OR n.unit_id <> s.unit_id
        OR (s.address <> '' AND n.address <> s.address)
        OR (s.industry_id IS NOT NULL AND n.industry_id IS DISTINCT FROM s.industry_id)
    )
"""
# Whoever let an odd tax code into the register is not asked again.
_ANSWERED = """
    UPDATE exchange_rowproblem p SET accepted_reason = n.tax_code_reason
    FROM enterprises_enterprise n
    WHERE p.batch_id = %(batch)s AND p.code = 'tax_code_check_digit' AND p.accepted_reason = ''
      AND n.tax_code = p.value AND n.tax_code_reason <> ''
"""
_RESET = """
    UPDATE exchange_stagedrow r SET state = s.state
    FROM (
        SELECT id, CASE WHEN EXISTS (
            SELECT 1 FROM exchange_rowproblem p
            WHERE p.batch_id = %(batch)s AND p.number = q.number
              AND (p.severity = 'error' OR (p.severity = 'warning' AND p.accepted_reason = ''))
        ) THEN 'error' ELSE 'new' END AS state
        FROM exchange_stagedrow q WHERE batch_id = %(batch)s
    ) s
    WHERE r.id = s.id AND r.state <> s.state
"""
_DUPLICATES = """
    WITH ranked AS (
        SELECT id, number, clean->>'tax_code' AS tax_code, row_number() OVER same AS place,
               first_value(number) OVER same AS first
        FROM exchange_stagedrow WHERE batch_id = %(batch)s AND state <> 'error'
        WINDOW same AS (
            PARTITION BY clean->>'tax_code', clean->>'form', clean->>'stage', clean->>'occurred_on' ORDER BY number
        )
    ), marked AS (
        UPDATE exchange_stagedrow r SET state = 'error' FROM ranked
        WHERE ranked.id = r.id AND ranked.place > 1
        RETURNING r.number, ranked.tax_code, ranked.first
    )
    INSERT INTO exchange_rowproblem
        (batch_id, number, "column", value, code, message, suggestion, severity, accepted_reason)
    SELECT %(batch)s, number, 'Mã số thuế', tax_code, 'duplicate', format(%(duplicate)s, first), '', 'error', ''
    FROM marked
"""
_KNOWN = f"""
    WITH {_STAGED}
    UPDATE exchange_stagedrow r SET state = CASE WHEN {_DIFFERS} THEN 'update' ELSE 'unchanged' END
    FROM staged s
    JOIN enterprises_enterprise n ON n.tax_code = s.tax_code
    JOIN enterprises_assuranceprogramme p ON p.enterprise_id = n.id AND p.form = s.form
    JOIN enterprises_programmeevent e ON e.programme_id = p.id AND e.stage = s.stage
     AND e.occurred_on = s.occurred_on AND e.withdrawn_at IS NULL
    WHERE r.id = s.id
"""
_NEW_ENTERPRISES = f"""
    WITH {_STAGED}
    INSERT INTO enterprises_enterprise (tax_code, tax_code_reason, name, ownership, industry_id, industry_code,
                                        unit_id, address, located_on, note, created_at, updated_at)
    SELECT s.tax_code, coalesce(w.accepted_reason, ''), s.name, s.ownership, s.industry_id, s.industry_code,
           s.unit_id, s.address, s.occurred_on, '', now(), now()
    FROM staged s
    LEFT JOIN LATERAL (
        SELECT accepted_reason FROM exchange_rowproblem p
        WHERE p.batch_id = %(batch)s AND p.number = s.number AND p.code = 'tax_code_check_digit' LIMIT 1
    ) w ON true
    WHERE s.lead AND s.state IN ('new', 'update')
    ORDER BY s.tax_code
    ON CONFLICT (tax_code) DO NOTHING
"""
_CHANGED_ENTERPRISES = f"""
    WITH {_STAGED}
    UPDATE enterprises_enterprise n
    SET name = s.name, ownership = s.ownership, unit_id = s.unit_id, located_on = s.occurred_on,
        address = CASE WHEN s.address = '' THEN n.address ELSE s.address END,
        industry_id = coalesce(s.industry_id, n.industry_id),
        industry_code = CASE WHEN s.industry_id IS NULL THEN n.industry_code ELSE s.industry_code END,
        updated_at = now()
    FROM staged s
    WHERE n.tax_code = s.tax_code AND s.state IN ('new', 'update') AND {_DIFFERS}
"""
_PROGRAMMES = f"""
    WITH {_STAGED}
    INSERT INTO enterprises_assuranceprogramme (enterprise_id, form, created_at, updated_at)
    SELECT DISTINCT n.id, s.form, now(), now()
    FROM staged s JOIN enterprises_enterprise n ON n.tax_code = s.tax_code
    WHERE s.state = 'new' ORDER BY 1, 2
    ON CONFLICT (enterprise_id, form) DO NOTHING
"""
_EVENTS = f"""
    WITH {_STAGED}
    INSERT INTO enterprises_programmeevent (programme_id, stage, occurred_on, unit_id, note, reported_by_id,
                                            entered_by_id, batch_id, withdrawn_reason, created_at, updated_at)
    SELECT p.id, s.stage, s.occurred_on, s.unit_id, s.note, %(unit)s, %(by)s, %(batch)s, '', now(), now()
    FROM staged s
    JOIN enterprises_enterprise n ON n.tax_code = s.tax_code
    JOIN enterprises_assuranceprogramme p ON p.enterprise_id = n.id AND p.form = s.form
    WHERE s.state = 'new' ORDER BY p.id, s.stage, s.occurred_on
    ON CONFLICT (programme_id, stage, occurred_on) WHERE withdrawn_at IS NULL DO NOTHING
"""

# The places of the rows as they are when they are taken: who corrected one meanwhile may have moved it.
_WITHDRAWN = """
    WITH withdrawn AS (
        UPDATE enterprises_programmeevent
        SET withdrawn_at = now(), withdrawn_by_id = %(by)s, withdrawn_reason = %(reason)s, updated_at = now()
        WHERE batch_id = %(batch)s AND withdrawn_at IS NULL
        RETURNING unit_id, occurred_on
    )
    SELECT DISTINCT unit_id, occurred_on FROM withdrawn
"""


def _values(batch: ImportBatch, scope: UnitScope) -> dict[str, Any]:
    return {
        "batch": batch.pk,
        "unit": batch.unit_id,
        "by": batch.confirmed_by_id,
        "everything": scope.everything,
        "scope": sorted(scope.ids),
        "duplicate": DUPLICATE,
    }


def settle(batch: ImportBatch, scope: UnitScope) -> None:
    """Leave every row new, update, unchanged or error, from its problems, the file and the register as they are now."""
    batch.problems.filter(code="duplicate").delete()
    values = _values(batch, scope)
    with connection.cursor() as cursor:
        for statement in (_ANSWERED, _RESET, _DUPLICATES, _KNOWN):
            cursor.execute(statement, values)


def write(batch: ImportBatch, scope: UnitScope) -> Written:
    """Write the settled rows; ask for the figures of every place they touch."""
    valid = StagedRow.objects.filter(batch=batch, state__in=[StagedRow.State.NEW, StagedRow.State.UPDATE])
    if not scope.everything and valid.exclude(clean__unit__in=list(scope.ids)).exists():
        raise ValidationError(
            _("Bạn không còn quyền nhập một số địa bàn trong tệp. Chưa dòng nào được ghi."), code="no_right"
        )
    count = valid.count()
    values = _values(batch, scope)
    with connection.cursor() as cursor:
        for statement in (_NEW_ENTERPRISES, _CHANGED_ENTERPRISES, _PROGRAMMES, _EVENTS):
            cursor.execute(statement, values)
        cursor.execute(
            "SELECT DISTINCT clean->>'unit', (clean->>'occurred_on')::date FROM exchange_stagedrow"
            " WHERE batch_id = %s AND state IN ('new', 'update')",
            [batch.pk],
        )
        places = cursor.fetchall()
    return Written(count, request_recompute(SOURCE, places, by=batch.confirmed_by))


def undo(batch: ImportBatch, reason: str, *, by: User) -> Job | None:
    """Withdraw the batch's live events. Enterprises stay: others may have come to speak of them."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAWN, {"batch": batch.pk, "by": by.pk, "reason": reason})
        places = cursor.fetchall()
    return request_recompute(SOURCE, places, by=by)
