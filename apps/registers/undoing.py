"""An import taken back: what it brought is withdrawn, what it wrote over given back.

What was changed since, or is said again by a file written later, stays, and is named before and after.
"""

from dataclasses import replace
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.audit.registry import field_label
from apps.core.templatetags.ui import number
from apps.core.wall import wall_open
from apps.exchange.models import ImportBatch, Overwritten
from apps.exchange.resource import Stays, Undoing
from apps.jobs.models import Job
from apps.registers.checks import check_sql, checks_of
from apps.registers.comparing import keyed, matches, owner, table
from apps.registers.declaration import Register, below
from apps.registers.importing import also_set, joined_by_hash, kept_column, recount, set_columns

NAMED = 20  # of the values that stay, as many as a person reads

# Rows `r` of files `b` that came into the register after `own`. What counts is when they were written: a file that was
# confirmed first may have waited for its job, and found there what the other one wrote.
WRITTEN_LATER = """FROM exchange_importbatch own
    JOIN exchange_importbatch b ON b.register = own.register AND b.state IN ('written', 'undoing')
     AND b.id <> own.id AND b.written_at > own.written_at
    JOIN exchange_stagedrow r ON r.batch_id = b.id AND r.state IN ('new', 'update', 'unchanged')
"""


@cache
def _later(register: Register) -> str:
    """Rows of files written later, by the register's key."""
    return f"""
        SELECT b.id AS batch_id, b.confirmed_by_id AS by, b.written_at, r.number, r.clean, {keyed(register)}
        {WRITTEN_LATER}
        WHERE own.id = %(batch)s
    """


@cache
def _kept(register: Register) -> str:
    """What the batch wrote over, and whether it goes back.

    It stays where something else stands there by now, where a later file says the same, where the row has gone to a
    unit that is not the person's, and where the row as it would be then is one that the table refuses.
    """
    now = " ".join(f"WHEN '{column.stored}' THEN n.{column.stored}::text" for column in register.columns)
    said = " ".join(f"WHEN '{column.stored}' THEN s.clean->>'{column.name}'" for column in register.columns)
    back = ", ".join(
        f"n.{c.stored}"
        if c.name in register.key
        else f"CASE WHEN v.old ? '{c.stored}' THEN {kept_column(c, 'v.old')} ELSE n.{c.stored} END AS {c.stored}"
        for c in register.columns
    )
    checks = " AND ".join(f"({check_sql(register, one)})" for one, _column in checks_of(register)) or "true"
    return f"""
        WITH own AS MATERIALIZED (
            SELECT o.id, o.row_id, o.field, o.old,
                   n.withdrawn_at IS NULL AND CASE o.field {now} END IS NOT DISTINCT FROM o.new
                   AND {within_scope(register)} AND {register.files.written_while} AND NOT EXISTS (
                       SELECT FROM ({_later(register)}) s WHERE {matches(register)} AND CASE o.field {said} END = o.new
                   ) AS may
            FROM exchange_overwritten o JOIN {table(register)} n ON n.id = o.row_id::bigint
            WHERE o.batch_id = %(batch)s AND o.kind = %(kind)s AND o.outcome = ''
        ), refused AS (
            SELECT m.id FROM (
                SELECT n.id, {back}
                FROM (
                    SELECT row_id::bigint AS id, jsonb_object_agg(field, old) AS old FROM own WHERE may GROUP BY row_id
                ) v JOIN {table(register)} n ON n.id = v.id
            ) m WHERE NOT ({checks})
        )
        SELECT id, row_id, may AND row_id::bigint NOT IN (SELECT id FROM refused) AS goes_back FROM own
    """


@cache
def _said_again(register: Register) -> str:
    """Rows that a file written later has as well: it found them in the register. They go on as its own."""
    return f"""
        SELECT DISTINCT ON (n.id) n.id, s.batch_id, s.by
        FROM ({_later(register)}) s
        JOIN {table(register)} n ON n.batch_id = %(batch)s AND n.withdrawn_at IS NULL AND {matches(register)}
        ORDER BY n.id, s.written_at, s.batch_id
    """


@cache
def _values_go_on(register: Register) -> str:
    """Values that stay because the next file says them too: it wrote none, and gives back one day what was before."""
    said = " ".join(f"WHEN '{column.stored}' THEN s.clean->>'{column.name}'" for column in register.columns)
    return f"""
        INSERT INTO exchange_overwritten (batch_id, number, kind, row_id, field, old, new, at, outcome)
        SELECT DISTINCT ON (o.id) s.batch_id, s.number, o.kind, o.row_id, o.field, o.old, o.new, s.written_at, ''
        FROM exchange_overwritten o JOIN {table(register)} n ON n.id = o.row_id::bigint
        JOIN ({_later(register)}) s ON {matches(register)} AND CASE o.field {said} END = o.new
        WHERE o.batch_id = %(batch)s AND o.kind = %(kind)s AND o.outcome = 'stays' AND NOT EXISTS (
            SELECT FROM exchange_overwritten l JOIN exchange_importbatch w ON w.id = l.batch_id
            WHERE l.kind = o.kind AND l.row_id = o.row_id AND l.field = o.field AND l.outcome = ''
              AND l.batch_id <> o.batch_id AND l.id > o.id AND w.written_at <= s.written_at
        )
        ORDER BY o.id, s.written_at, s.batch_id
    """


def within_scope(register: Register) -> str:
    """The row is one of the units of the person who undoes: it may have moved since, or the row above it."""
    return f"(%(everything)s OR {owner(register)} = ANY(%(scope)s))"


@cache
def _spoken_of(register: Register) -> str:
    """Rows that the import brought, and why one stays: who else speaks of it, nothing where nobody does."""
    named = "".join(
        f" WHEN EXISTS (SELECT FROM {table(other)} o WHERE o.{column.stored} = n.id AND o.withdrawn_at IS NULL)"
        " THEN 'below'"
        for other, column in below(register)
    )
    stays = "".join(f" WHEN {one.when} THEN '{one.code}'" for one in register.files.stays)
    return f"""
        SELECT n.id, CASE
            WHEN NOT {within_scope(register)} THEN 'moved'
            WHEN n.id IN (SELECT id FROM ({_said_again(register)}) again) THEN 'said_again'{stays}
            WHEN n.id::text IN (
                SELECT target_id FROM audit_auditevent WHERE target_type = %(kind)s AND action LIKE ANY(%(touched)s)
            ) THEN 'changed'
            WHEN n.id::text IN (
                SELECT row_id FROM exchange_overwritten
                WHERE kind = %(kind)s AND batch_id <> %(batch)s AND outcome <> 'given_back'
            ) THEN 'written_over'
            WHEN n.id::text IN (
                SELECT owner_id FROM documents_attachment WHERE owner_kind = %(kind)s AND withdrawn_at IS NULL
            ) THEN 'evidence'{named}
            ELSE '' END AS why
        FROM {table(register)} n WHERE n.batch_id = %(batch)s AND n.withdrawn_at IS NULL
    """


WHY = {
    "moved": _lazy("đã chuyển sang đơn vị khác"),
    "said_again": _lazy("có trong tệp nhập sau"),
    "changed": _lazy("đã được sửa sau khi nhập"),
    "written_over": _lazy("đã được tệp nhập sau ghi thêm"),
    "evidence": _lazy("có tệp minh chứng"),
    "below": _lazy("có dòng của sổ khác"),
    "": _lazy("lúc hoàn tác còn nơi khác dùng đến"),
}


@cache
def _statements(register: Register) -> tuple[str, ...]:
    rows = table(register)
    return (
        f"""SELECT id FROM {rows} WHERE batch_id = %(batch)s OR id IN (
                SELECT row_id::bigint FROM exchange_overwritten WHERE batch_id = %(batch)s AND kind = %(kind)s
            ) ORDER BY id FOR UPDATE""",
        f"""UPDATE {rows} n SET batch_id = s.batch_id, entered_by_id = s.by, updated_at = now()
            FROM ({_said_again(register)}) s WHERE s.id = n.id""",
        f"""UPDATE exchange_overwritten o SET outcome = CASE WHEN k.goes_back THEN 'given_back' ELSE 'stays' END
            FROM ({_kept(register)}) k WHERE k.id = o.id""",
        _values_go_on(register),
        HAND_ON,
        f"""UPDATE {rows} n SET {set_columns(register, "v.old")}{also_set(register)}, updated_at = now()
            FROM (
                SELECT row_id::bigint AS id, jsonb_object_agg(field, old) AS old FROM exchange_overwritten
                WHERE batch_id = %(batch)s AND kind = %(kind)s AND outcome = 'given_back' GROUP BY row_id
            ) v WHERE n.id = v.id""",
        f"""UPDATE {rows} SET withdrawn_at = clock_timestamp(), withdrawn_by_id = %(by)s, withdrawn_reason = %(reason)s,
                updated_at = now()
            WHERE id IN (SELECT id FROM ({_spoken_of(register)}) spoken WHERE why = '')""",
        *register.files.after_undoing,
    )


# A later import that wrote over what now goes must not give it back one day: it gets what stood there before.
HAND_ON = """
    UPDATE exchange_overwritten later SET old = o.old
    FROM exchange_overwritten o JOIN exchange_importbatch own ON own.id = o.batch_id
    WHERE o.batch_id = %(batch)s AND o.kind = %(kind)s AND o.outcome = 'stays'
      AND later.id = (
          SELECT l.id FROM exchange_overwritten l JOIN exchange_importbatch b ON b.id = l.batch_id
          WHERE l.kind = o.kind AND l.row_id = o.row_id AND l.field = o.field AND l.outcome = ''
            AND (b.written_at, l.id) > (own.written_at, o.id)
          ORDER BY b.written_at, l.id LIMIT 1
      ) AND later.old IS NOT DISTINCT FROM o.new
"""


def undo(register: Register, batch: ImportBatch, reason: str, scope: UnitScope, *, by: User) -> Job | None:
    """Take back what the batch wrote; ask for the figures that count it."""
    values = _values(register, batch, scope) | {"by": by.pk, "reason": reason}
    with joined_by_hash(batch.written_rows or 0), connection.cursor() as cursor:
        for statement in _statements(register):
            cursor.execute(statement, values)
    register.files.last_undone(batch, by)
    return recount(register, batch)


def _values(register: Register, batch: ImportBatch, scope: UnitScope) -> dict[str, Any]:
    told = {"batch": batch.pk, "kind": register.kind, "touched": list(register.files.touched)}
    return register.files.values(batch) | told | {"everything": scope.everything, "scope": sorted(scope.ids)}


@wall_open("what an import did, also to records that are out of sight by now")
def undoing(register: Register, batch: ImportBatch, scope: UnitScope, rights: UnitScope) -> Undoing:
    """What taking the batch back would do by whoever has these rights, or has done, and what of it stays; rows out of
    the scope's sight without names.
    """
    rows: Any = register.model.objects
    kept = Overwritten.objects.filter(kind=register.kind, batch=batch)
    if batch.state == ImportBatch.State.UNDONE:
        taken = {"withdrawn_by": batch.undone_by, "withdrawn_reason": batch.undo_reason}
        gone = rows.filter(batch=batch, withdrawn_at__gte=batch.undone_at, **taken).order_by("pk")
        back = kept.filter(outcome=Overwritten.Outcome.GIVEN_BACK).values("row_id").distinct().count()
        stays = kept.filter(outcome=Overwritten.Outcome.STAYS)
        with connection.cursor() as cursor:
            cursor.execute(_spoken_of(register), _values(register, batch, rights))
            left = dict(cursor.fetchall()) | dict.fromkeys(_gone_on(register, batch), "said_again")
        told = _told(register, gone.count(), back, list(stays), left, scope)
        return replace(told, names=lambda most: [str(row) for row in gone[:most]])
    values = _values(register, batch, rights)
    with transaction.atomic(), joined_by_hash(batch.written_rows or 0), connection.cursor() as cursor:
        cursor.execute(_spoken_of(register), values)
        spoken = dict(cursor.fetchall())
        cursor.execute(f"SELECT id, row_id, goes_back FROM ({_kept(register)}) kept", values)
        found = cursor.fetchall()
    back = len({row_id for _pk, row_id, goes in found if goes})
    stays = kept.filter(pk__in=[pk for pk, _row_id, goes in found if not goes])
    left = {pk: why for pk, why in spoken.items() if why}
    return _told(register, len(spoken) - len(left), back, list(stays), left, scope)


def _gone_on(register: Register, batch: ImportBatch) -> list[int]:
    """Rows that the batch brought, and that a later file has kept as its own: their versions know."""
    model: Any = register.model
    versions = model.pgh_event_model.objects.filter(batch=batch).exclude(pgh_obj__batch=batch)
    return sorted(set(versions.values_list("pgh_obj", flat=True)))


def _told(
    register: Register, gone: int, back: int, stays: list[Overwritten], left: dict[int, str], scope: UnitScope
) -> Undoing:
    done = []
    if gone:
        done.append(_("%(n)s %(noun)s bị rút khỏi sổ") % {"n": number(gone), "noun": register.noun})
    if back:
        done.append(_("%(n)s dòng trở lại như trước khi nhập") % {"n": number(back)})
    keys = {int(one.row_id) for one in stays} | left.keys()
    seen: Any = register.model.objects.in_scope(scope).filter(pk__in=keys)
    rows = {row.pk: row for row in seen}

    def of_row(told: str, pk: int, **more: Any) -> Stays:
        if pk not in rows:
            return Stays(told % {"name": _("Dòng của đơn vị khác"), **more})
        name = str(rows[pk])
        return Stays(told % {"name": name, **more}, name, rows[pk].get_absolute_url())

    edited = _("%(name)s: %(field)s đã được sửa sau khi nhập, giữ nguyên")
    kept = [
        of_row(edited, int(one.row_id), field=field_label(one.kind, one.field))
        for one in sorted(stays, key=lambda one: (one.number, one.pk))
    ]
    brought = _("%(name)s: do tệp này đưa vào, được giữ vì %(why)s")
    whys = WHY | {one.code: one.words for one in register.files.stays}
    kept += [of_row(brought, pk, why=whys[why]) for pk, why in sorted(left.items())]
    return Undoing(done, kept[:NAMED], max(0, len(kept) - NAMED), gone)
