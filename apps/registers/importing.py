"""Staged rows into a declared register, by SQL sets. No row is looked at in Python.

What is told of a row before it is written stands in `comparing`, how all of it is taken back in `undoing`.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from apps.accounts.scope import UnitScope
from apps.exchange.models import ImportBatch, StagedRow
from apps.exchange.resource import Written
from apps.exchange.staging import follow_growth
from apps.jobs.models import Job
from apps.organisations.fields import unit_names
from apps.registers.columns import Column, Kind
from apps.registers.comparing import (
    CHANGING,
    MESSAGES,
    TOLD,
    column_type,
    compared,
    keyed,
    lock_above,
    matches,
    staged_value,
    table,
    tell,
)
from apps.registers.declaration import Register, sources_of
from apps.targets.services import request_recompute

MANY = 1000
PLACE = "32MB"  # for each sort; with 100,000 rows of ten columns the server takes 90 MB in all
# Rows that are not staged yet, as `ScopedResource.already_there` is given them.
LINES = """(
    SELECT (line->>0)::int AS number, line->1 AS clean FROM jsonb_array_elements(%(lines)s::jsonb) line
) r"""


def states(known: str, tables: str = "") -> str:
    """Of every register: what a row is by its problems, and by `known`, a SELECT of the ids of rows that are there as
    the file has them. Each row is written once, and only where it becomes another: they are long, and most stay.
    """
    return f"""
        WITH {tables}{", " if tables else ""}said AS (
            SELECT number, bool_or(code = ANY(%(changing)s)) AS changes,
                   bool_or(severity = 'error' OR (severity = 'warning' AND accepted_reason = '')) AS stops
            FROM exchange_rowproblem WHERE batch_id = %(batch)s GROUP BY number
        )
        UPDATE exchange_stagedrow r SET state = found.state
        FROM (
            SELECT q.id, q.state AS now, CASE WHEN p.stops THEN 'error' WHEN p.changes THEN 'update'
                                              WHEN k.id IS NOT NULL THEN 'unchanged' ELSE 'new' END AS state
            FROM exchange_stagedrow q LEFT JOIN said p ON p.number = q.number LEFT JOIN ({known}) k ON k.id = q.id
            WHERE q.batch_id = %(batch)s AND q.state <> 'skipped'
        ) found
        WHERE r.id = found.id AND r.batch_id = %(batch)s AND found.now <> found.state
    """


@contextmanager
def joined_by_hash(rows: int) -> Iterator[None]:
    """Inside a transaction. Of a table that has just been filled the planner knows nothing, and would join thousands of
    its rows one by one: 5,000 of them for half a minute. Hashing takes them all in one go; of fewer any plan is quick.
    It takes place too: in the server's 4 MB each of a dozen sorts and hashes would go through a file.
    """
    if rows < MANY:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '{PLACE}'")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on; SET LOCAL work_mem TO DEFAULT")


@cache
def _states(register: Register) -> str:
    return states("SELECT id FROM known WHERE NOT twin", compared(register))


@cache
def _there(register: Register) -> str:
    required = ", ".join(f"'{name}'" for name in register.key)
    return f"""
        SELECT s.number FROM (SELECT r.number, {keyed(register)} FROM {LINES} WHERE r.clean ?& ARRAY[{required}]) s
        JOIN {table(register)} n ON n.withdrawn_at IS NULL AND {matches(register)}
    """


@cache
def _lock(register: Register) -> str:
    """In the order in which whoever changes the register takes them, so that two wait and never block each other."""
    return f"""
        WITH {compared(register)}
        SELECT id FROM {table(register)} WHERE id IN (SELECT row_id FROM known) ORDER BY id FOR NO KEY UPDATE
    """


@cache
def _standing(register: Register) -> str:
    """How many the register has of the file's rows; what this transaction added nobody else sees: it needs no lock."""
    return f"WITH {compared(register)} SELECT count(DISTINCT row_id) FROM known"


@cache
def _keep(register: Register) -> str:
    return f"""
        WITH {compared(register)}
        INSERT INTO exchange_overwritten (batch_id, number, kind, row_id, field, old, new, at, outcome)
        SELECT %(batch)s, d.number, %(kind)s, d.row_id::text, d.field, d.old, d.new, clock_timestamp(), ''
        FROM differences d JOIN exchange_stagedrow r ON r.id = d.id AND r.state IN ('new', 'update')
        ORDER BY d.number, d.field
    """


@cache
def set_columns(register: Register, values: str) -> str:
    """`a = the kept value, where one was kept`, for each column that an import can write over."""
    return ", ".join(
        f"{c.stored} = CASE WHEN {values} ? '{c.stored}' THEN {kept_column(c, values)} ELSE n.{c.stored} END"
        for c in register.columns
        if c.name not in register.key
    )


def also_set(register: Register) -> str:
    return f", {register.files.written_over}" if register.files.written_over else ""


def kept_column(column: Column, values: str) -> str:
    """A kept value, out of an object of texts, in the type of its column."""
    kept = f"{values}->>'{column.stored}'"
    return f"({kept})::{column_type(column)}" if column.field.null else f"coalesce({kept}, '')::{column_type(column)}"


@cache
def _changed(register: Register) -> str:
    return f"""
        UPDATE {table(register)} n SET {set_columns(register, "v.new")}{also_set(register)}, updated_at = now()
        FROM (
            SELECT row_id::bigint AS id, jsonb_object_agg(field, new) AS new FROM exchange_overwritten
            WHERE batch_id = %(batch)s AND kind = %(kind)s GROUP BY row_id
        ) v WHERE n.id = v.id
    """


@cache
def _new(register: Register) -> str:
    columns = ", ".join(column.stored for column in register.columns)
    values = ", ".join(staged_value(column, "s") for column in register.columns)
    names = "".join(f", {name}" for name in register.files.born)
    born = "".join(f", {expression}" for expression in register.files.born.values())
    return f"""
        WITH {compared(register)}
        INSERT INTO {table(register)}
            ({columns}{names}, entered_by_id, batch_id, withdrawn_reason, created_at, updated_at)
        SELECT {values}{born}, %(by)s, %(batch)s, '', now(), now()
        FROM staged s JOIN exchange_stagedrow r ON r.id = s.id AND r.state = 'new'
        WHERE NOT s.twin AND s.id NOT IN (SELECT id FROM known)
        ORDER BY s.number
        ON CONFLICT DO NOTHING
    """


def _values(register: Register, batch: ImportBatch, scope: UnitScope) -> dict[str, Any]:
    labels = {
        column.name: {value: str(label) for value, label in column.choices} for column in register.of_kind(Kind.CHOICE)
    }
    labels |= {column.name: column.called() for column in register.of_kind(Kind.ITEM) if column.called}
    rules = register.files
    return {
        "batch": batch.pk,
        "by": batch.confirmed_by_id,
        "kind": register.kind,
        "everything": scope.everything,
        "scope": sorted(scope.ids),
        "told": [*TOLD, *rules.told],
        "changing": [*CHANGING, *rules.changing],
        "entered_as": rules.by_hand[0],
        "changed_as": rules.by_hand[1],
        "zone": settings.TIME_ZONE,
        "named_by": register.named_by,
        "headers": json.dumps({column.name: column.label for column in register.columns} | dict(rules.headers)),
        "labels": json.dumps(labels),
        "units": json.dumps(unit_names()),
        **{name: str(message) for name, message in (MESSAGES | dict(rules.words)).items()},
        **rules.values(batch),
    }


def _settle(register: Register, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for statement in (tell(register), _states(register)):
            cursor.execute(statement, values)


def overtaken() -> ValidationError:
    told = _("Sổ vừa được người khác ghi thêm. Chưa dòng nào được ghi; xem lại rồi chọn “Ghi” lần nữa.")
    return ValidationError(told, code="overtaken")


def already_there(register: Register, lines: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_there(register), {"lines": lines})
        return {number for (number,) in cursor}


def settle(register: Register, batch: ImportBatch, scope: UnitScope) -> None:
    """Leave every row new, update, unchanged or error, from its problems, the file and the register as they are now."""
    with joined_by_hash(batch.rows.count()):
        _settle(register, _values(register, batch, scope))


def write(register: Register, batch: ImportBatch, scope: UnitScope) -> Written:
    """Settle the rows anew and write them; ask for the figures that count them.

    What others write meanwhile under a key of the file was never asked about: then nothing is written.
    """
    values = _values(register, batch, scope)
    with joined_by_hash(batch.rows.count()):
        with connection.cursor() as cursor:
            for statement in (*lock_above(register), _lock(register)):
                cursor.execute(statement, values)
            held = cursor.rowcount
        _settle(register, values)
        valid = StagedRow.objects.filter(batch=batch, state__in=[StagedRow.State.NEW, StagedRow.State.UPDATE])
        if not scope.everything and valid.exclude(**{f"clean__{register.place}__in": list(scope.ids)}).exists():
            raise ValidationError(
                _("Bạn không còn quyền nhập cho một số đơn vị trong tệp. Chưa dòng nào được ghi."), code="no_right"
            )
        count = valid.count()
        register.files.before_writing(batch)
        with connection.cursor() as cursor:
            for statement in (*((_keep(register), _changed(register)) if held else ()), _new(register)):
                cursor.execute(statement, values)
            added = cursor.rowcount
        # By statistics of before the rows would be looked up one by one: 20,000 of them for 40 s.
        follow_growth((table(register),), added)
        new = valid.filter(state=StagedRow.State.NEW).count()
        with connection.cursor() as cursor:
            cursor.execute(_standing(register), values)
            if (added, *cursor.fetchone()) != (new, held + new):
                raise overtaken()
            for statement in register.files.after_writing:
                cursor.execute(statement, values)
    return Written(count, recount(register, batch) if count else None)


def recount(register: Register, batch: ImportBatch) -> Job | None:
    """Figures of its own rows, and of those that hang on them."""
    job = None
    for source in sources_of(register):
        job = request_recompute(source, by=batch.confirmed_by)
    return job
