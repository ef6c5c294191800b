"""Staged rows against the register and into it, by SQL sets. No row is looked at in Python.

What is told of a row before it is written stands in `comparing`, how all of it is taken back in `undoing`.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.scope import UnitScope
from apps.enterprises.comparing import CHANGING, COMPARED, MERGED, TELL, TOLD
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.enterprises.selectors import read_provinces
from apps.enterprises.source import SOURCE
from apps.exchange.models import ImportBatch, StagedRow
from apps.exchange.resource import Written
from apps.registers.importing import LINES, joined_by_hash, overtaken, states
from apps.targets.services import request_recompute

# `%s` is filled in by the database, row by row.
MESSAGES = {
    "duplicate": gettext_lazy(
        "Trùng với dòng %s: cùng mã số thuế, hình thức, giai đoạn và ngày. Bỏ một trong hai dòng"
    ),
    "other_name": gettext_lazy(
        "Sổ đang ghi tên “%s”, tệp ghi “%s”. Nếu nhầm mã thì sửa mã số thuế; nếu doanh nghiệp đổi tên thì xác nhận "
        "kèm lý do"
    ),
    "by_hand": gettext_lazy(
        "Sổ đang ghi “%s”, tệp ghi “%s”. Giá trị trong sổ được nhập tay ngày %s: xác nhận kèm lý do nếu phải ghi "
        "theo tệp"
    ),
    "changes": gettext_lazy("Sổ đang ghi “%s”, sẽ đổi thành “%s”"),
    "same_name": gettext_lazy("Cùng tên, chỉ khác cách viết: sổ giữ “%s”"),
    "older": gettext_lazy("Sổ có thông tin mới hơn (ngày %s): giữ “%s”, không ghi “%s”"),
    "older_name": gettext_lazy(
        "Sổ đang ghi tên “%s”, tệp ghi “%s” cho một giai đoạn sổ chưa có. Nếu nhầm mã thì sửa mã số thuế; nếu là tên "
        "trước đây thì xác nhận kèm lý do, sổ giữ tên hiện nay"
    ),
    "file_newer": gettext_lazy("Hồ sơ ghi theo dòng %s, dòng có ngày muộn nhất của mã số thuế này: “%s”"),
    "event_kept": gettext_lazy(
        "Giai đoạn này đã có trong sổ với “%s”: giữ nguyên, không ghi “%s”. Nếu phải đổi thì sửa giai đoạn trong sổ"
    ),
    "other_record": gettext_lazy(
        "Hồ sơ của mã số thuế này do đơn vị khác giữ: chỉ giai đoạn của dòng được ghi; tên, địa chỉ, loại hình, ngành "
        "của hồ sơ giữ nguyên. Kiểm tra lại mã số thuế"
    ),
    "capitals": gettext_lazy(
        "Viết toàn chữ hoa, được ghi đúng như vậy. Nên viết hoa chữ đầu như trên giấy đăng ký cho dễ đọc. Chỉ nêu ở "
        "dòng đầu tiên viết như vậy"
    ),
    "withdrawn": gettext_lazy(
        "Giai đoạn này đã được thu hồi ngày %s, lý do: “%s”. Xác nhận kèm lý do nếu phải ghi lại"
    ),
    "corrected": gettext_lazy(
        "Giai đoạn này đã được sửa ngày %s thành: %s, %s, %s. Xác nhận kèm lý do nếu phải ghi thêm như trong tệp"
    ),
    "tax_code_corrected": gettext_lazy(
        "Mã số thuế này đã được sửa trong sổ thành %s. Sửa mã trong tệp; xác nhận kèm lý do nếu là doanh nghiệp khác"
    ),
    "tax_code_merged": gettext_lazy(
        "Hồ sơ của mã số thuế này đã được gộp vào hồ sơ %s. Sửa mã trong tệp; xác nhận kèm lý do nếu là doanh nghiệp "
        "khác"
    ),
    "other_place": gettext_lazy(
        "Sổ đã có giai đoạn này vào cùng ngày ở %s. Xác nhận kèm lý do nếu là hai giai đoạn khác nhau"
    ),
}
# Whoever let an odd tax code into the register is not asked again, as far as one sees that record.
_ANSWERED = """
    UPDATE exchange_rowproblem p SET accepted_reason = n.tax_code_reason
    FROM enterprises_enterprise n
    WHERE p.batch_id = %(batch)s AND p.code = 'tax_code_check_digit' AND p.accepted_reason = ''
      AND n.tax_code = p.value AND n.tax_code_reason <> '' AND n.withdrawn_at IS NULL
      AND (%(everything)s OR n.unit_id = ANY(%(scope)s))
"""
_SUGGESTED = f"""
    UPDATE exchange_rowproblem p SET suggestion = k.tax_code FROM ({MERGED}) k
    WHERE p.batch_id = %(batch)s AND p.code = 'tax_code_merged' AND p.suggestion = '' AND k.former = p.value
"""
_AS_IT_IS = """
    JOIN enterprises_enterprise n ON n.tax_code = r.clean->>'tax_code' AND n.withdrawn_at IS NULL
    JOIN enterprises_assuranceprogramme p ON p.enterprise_id = n.id AND p.form = r.clean->>'form'
    JOIN enterprises_programmeevent e ON e.programme_id = p.id AND e.withdrawn_at IS NULL
     AND e.stage = r.clean->>'stage' AND e.unit_id = r.clean->>'unit'
     AND e.occurred_on = (r.clean->>'occurred_on')::date
"""
_STATES = states(f"""
    SELECT r.id FROM exchange_stagedrow r {_AS_IT_IS} WHERE r.batch_id = %(batch)s AND r.state <> 'skipped'
""")
_THERE = f"SELECT r.number FROM {LINES} {_AS_IT_IS}"
# In the order in which whoever changes the register takes them, so that two of them wait and never block each other.
_NAMED = """
    FROM enterprises_enterprise n
    WHERE n.withdrawn_at IS NULL AND n.tax_code IN (
        SELECT clean->>'tax_code' FROM exchange_stagedrow WHERE batch_id = %(batch)s AND state <> 'skipped'
    )
"""
_LOCK = f"SELECT n.id {_NAMED} ORDER BY n.id FOR NO KEY UPDATE"
_STANDING = f"SELECT count(*) {_NAMED}"  # what this transaction opened nobody else sees: it needs no lock
# The seat goes with its day, the trade with its code.
_KEEP = f"""
    WITH {COMPARED}, written AS (
        SELECT c.* FROM changes c JOIN exchange_stagedrow r ON r.id = c.id AND r.state IN ('new', 'update')
    ), values AS (
        SELECT number, enterprise_id, field, old, new FROM written
      UNION ALL
        SELECT w.number, w.enterprise_id, 'located_on', n.located_on::text, w.occurred_on::text
        FROM written w JOIN enterprises_enterprise n ON n.id = w.enterprise_id
        WHERE w.field = 'unit_id' AND n.located_on <> w.occurred_on
      UNION ALL
        SELECT number, enterprise_id, 'industry_code', old_word, new_word FROM written WHERE field = 'industry_id'
    )
    INSERT INTO exchange_overwritten (batch_id, number, kind, row_id, field, old, new, at, outcome)
    SELECT %(batch)s, number, 'enterprises.enterprise', enterprise_id::text, field, old, new, clock_timestamp(), ''
    FROM values ORDER BY number, field
"""
_CHANGED = """
    UPDATE enterprises_enterprise n
    SET name = coalesce(v.new->>'name', n.name), ownership = coalesce(v.new->>'ownership', n.ownership),
        unit_id = coalesce(v.new->>'unit_id', n.unit_id), address = coalesce(v.new->>'address', n.address),
        located_on = coalesce((v.new->>'located_on')::date, n.located_on),
        industry_id = coalesce((v.new->>'industry_id')::bigint, n.industry_id),
        industry_code = coalesce(v.new->>'industry_code', n.industry_code), updated_at = now()
    FROM (
        SELECT row_id::bigint AS id, jsonb_object_agg(field, new) AS new FROM exchange_overwritten
        WHERE batch_id = %(batch)s AND kind = 'enterprises.enterprise' GROUP BY row_id
    ) v
    WHERE n.id = v.id
"""
_WRITABLE = """
writable AS (
    SELECT r.number, r.clean->>'tax_code' AS tax_code, r.clean->>'form' AS form, r.clean->>'unit' AS unit_id,
           (r.clean->>'occurred_on')::date AS occurred_on, r.clean
    FROM exchange_stagedrow r WHERE r.batch_id = %(batch)s AND r.state IN ('new', 'update')
)
"""
_OPENED = """
    SELECT count(DISTINCT r.clean->>'tax_code') FROM exchange_stagedrow r
    WHERE r.batch_id = %(batch)s AND r.state = 'new' AND NOT EXISTS (
        SELECT FROM enterprises_enterprise n WHERE n.tax_code = r.clean->>'tax_code' AND n.withdrawn_at IS NULL
          AND n.batch_id IS DISTINCT FROM %(batch)s
    )
"""
# The row of the latest day speaks; where it leaves address or trade blank, the latest row that does not.
_NEW_ENTERPRISES = f"""
    WITH {_WRITABLE}, told AS (
        SELECT tax_code,
               (array_agg(clean->>'address' ORDER BY occurred_on DESC, number DESC)
                   FILTER (WHERE clean->>'address' <> ''))[1] AS address,
               (array_agg(clean ORDER BY occurred_on DESC, number DESC)
                   FILTER (WHERE clean->>'industry_code' <> ''))[1] AS traded
        FROM writable GROUP BY tax_code
    )
    INSERT INTO enterprises_enterprise (tax_code, tax_code_reason, name, ownership, industry_id, industry_code,
                                        unit_id, address, located_on, note, batch_id, created_at, updated_at)
    SELECT DISTINCT ON (s.tax_code) s.tax_code, coalesce(w.accepted_reason, ''), s.clean->>'name',
           s.clean->>'ownership', (t.traded->>'industry')::bigint, coalesce(t.traded->>'industry_code', ''), s.unit_id,
           coalesce(t.address, ''), s.occurred_on, '', %(batch)s, now(), now()
    FROM writable s JOIN told t ON t.tax_code = s.tax_code
    LEFT JOIN LATERAL (
        SELECT accepted_reason FROM exchange_rowproblem p
        WHERE p.batch_id = %(batch)s AND p.number = s.number AND p.code = 'tax_code_check_digit' LIMIT 1
    ) w ON true
    ORDER BY s.tax_code, s.occurred_on DESC, s.number DESC
    ON CONFLICT (tax_code) WHERE withdrawn_at IS NULL DO NOTHING
"""
_PROGRAMMES = f"""
    WITH {_WRITABLE}
    INSERT INTO enterprises_assuranceprogramme (enterprise_id, form, created_at, updated_at)
    SELECT DISTINCT n.id, s.form, now(), now()
    FROM writable s JOIN enterprises_enterprise n ON n.tax_code = s.tax_code AND n.withdrawn_at IS NULL
    ORDER BY 1, 2
    ON CONFLICT (enterprise_id, form) DO NOTHING
"""
# Whoever sees the record already goes on seeing it; nobody comes to see it by writing of it.
_EVENTS = f"""
    WITH {_WRITABLE}
    INSERT INTO enterprises_programmeevent (programme_id, stage, occurred_on, unit_id, activity, note, reported_by_id,
                                            entered_by_id, batch_id, opens_record, withdrawn_reason, created_at,
                                            updated_at)
    SELECT p.id, s.clean->>'stage', s.occurred_on, s.unit_id, coalesce(s.clean->>'activity', ''), s.clean->>'note',
           %(unit)s, %(by)s, %(batch)s,
           %(everything)s OR EXISTS (
               SELECT FROM enterprises_enterpriseplace seen
               WHERE seen.enterprise_id = n.id AND seen.unit_id = ANY(%(scope)s)
           ), '', now(), now()
    FROM writable s
    JOIN enterprises_enterprise n ON n.tax_code = s.tax_code AND n.withdrawn_at IS NULL
    JOIN enterprises_assuranceprogramme p ON p.enterprise_id = n.id AND p.form = s.form
    ORDER BY p.id, s.clean->>'stage', s.occurred_on
    ON CONFLICT (programme_id, stage, occurred_on, unit_id) WHERE withdrawn_at IS NULL DO NOTHING
"""


def _values(batch: ImportBatch, scope: UnitScope, headers: Mapping[str, str]) -> dict[str, Any]:
    provinces = read_provinces()
    return {
        "batch": batch.pk,
        "unit": batch.unit_id,
        "by": batch.confirmed_by_id,
        "everything": scope.everything,
        "scope": sorted(scope.ids),
        "told": list(TOLD),
        "changing": list(CHANGING),
        "zone": settings.TIME_ZONE,
        "headers": json.dumps(headers),
        "kinds": json.dumps({value: str(label) for value, label in Enterprise.Ownership.choices}),
        "activities": json.dumps({value: str(label) for value, label in ProgrammeEvent.Activity.choices}),
        "stages": json.dumps({value: str(label) for value, label in ProgrammeEvent.Stage.choices}),
        "places": json.dumps({unit: place.dated_name for unit, place in provinces.items()}),
        "heirs": json.dumps({unit: place.today[0] for unit, place in provinces.items()}),
        **{name: str(message) for name, message in MESSAGES.items()},
    }


def _settle(values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for statement in (TELL, _SUGGESTED, _ANSWERED, _STATES):
            cursor.execute(statement, values)


def new_enterprises(batch: ImportBatch) -> int:
    """How many enterprises its rows open, or opened: each may have several rows."""
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, {"batch": batch.pk})
        return int(cursor.fetchone()[0])


def already_there(lines: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_THERE, {"lines": lines})
        return {number for (number,) in cursor}


def settle(batch: ImportBatch, scope: UnitScope, headers: Mapping[str, str]) -> None:
    """Leave every row new, update, unchanged or error, from its problems, the file and the register as they are now."""
    with joined_by_hash(batch.rows.count()):
        _settle(_values(batch, scope, headers))


def write(batch: ImportBatch, scope: UnitScope, headers: Mapping[str, str]) -> Written:
    """Settle the rows anew and write them; ask for the figures that count them."""
    values = _values(batch, scope, headers)
    with joined_by_hash(batch.rows.count()):
        return _write(batch, scope, values)


def _write(batch: ImportBatch, scope: UnitScope, values: dict[str, Any]) -> Written:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, values)
        held = cursor.rowcount
    _settle(values)
    valid = StagedRow.objects.filter(batch=batch, state__in=[StagedRow.State.NEW, StagedRow.State.UPDATE])
    if not scope.everything and valid.exclude(clean__unit__in=list(scope.ids)).exists():
        raise ValidationError(
            _("Bạn không còn quyền nhập một số địa bàn trong tệp. Chưa dòng nào được ghi."), code="no_right"
        )
    count = valid.count()
    with connection.cursor() as cursor:
        for statement in (*((_KEEP, _CHANGED) if held else ()), _NEW_ENTERPRISES):
            cursor.execute(statement, values)
        opened = cursor.rowcount
        cursor.execute(_STANDING, values)
        if cursor.fetchone() != (held + opened,):  # some others opened meanwhile, of which nothing was asked
            raise overtaken()
        for statement in (_PROGRAMMES, _EVENTS):
            cursor.execute(statement, values)
    return Written(count, request_recompute(SOURCE, by=batch.confirmed_by) if count else None)
