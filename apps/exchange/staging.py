"""Rows into the stage tables by COPY: tens of thousands of rows, one statement a chunk."""

import csv
import io
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection

from apps.exchange.models import ImportBatch, StagedRow
from apps.exchange.resource import Problem, ScopedResource

CHUNK = 1000  # more of them at once would only be looked through for garbage, again and again
SAMPLED = 50  # one row of so many says whether the register has those around it
MANY = 1000  # of fewer rows any plan is quick
GROWTH = 10  # a table that grows by less than a tenth is planned as before
StagedItem = tuple[int, dict[str, Any], dict[str, Any], list[Problem]]  # number, raw, clean, problems
Line = tuple[int, str, str]  # number, raw, clean

_ROWS = "COPY exchange_stagedrow (batch_id, number, raw, clean, state) FROM STDIN"
_PROBLEMS = (
    'COPY exchange_rowproblem (batch_id, number, "column", value, code, message, suggestion, severity, accepted_reason)'
    ' FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ("column", value, suggestion, accepted_reason))'
)
# Only what joins and filters ask; the values of a row are told nothing of.
STAGED = ("exchange_stagedrow (batch_id, number, state)", "exchange_rowproblem (batch_id, number, severity, code)")


def stage(batch: ImportBatch, items: Iterable[StagedItem], resource: ScopedResource) -> int:
    """Write rows and problems of one batch; return how many items. One without raw is only said, not staged."""
    count, stream = 0, iter(items)
    while chunk := list(islice(stream, CHUNK)):
        count += len(chunk)
        lines = [(number, _json(raw), _json(clean)) for number, raw, clean, _problems in chunk if raw]
        _copy(_ROWS, io.StringIO("".join(_row_lines(batch, lines, _there(resource, lines)))))
        if any(problems for _number, _raw, _clean, problems in chunk):
            table = io.StringIO()
            csv.writer(table).writerows(_problem_lines(batch, chunk))
            table.seek(0)
            _copy(_PROBLEMS, table)
    take_statistics(STAGED, count)
    return count


def take_statistics(tables: Sequence[str], rows: int) -> None:
    """Tell the planner of the rows just written, where they are thousands: nobody else sees them before the commit,
    and the server itself looks a minute later.

    By statistics of before, a table with next to no rows, they are joined one by one: 5,000 staged ones for half a
    minute, 18,000 facts for longer than a page may take. Who is measuring already is not waited for. Where the portal's
    role may not (PostgreSQL before 17 has no such right to give), the server passes over it with a warning.
    """
    if tables and rows >= MANY:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(tables)}")


def follow_growth(tables: Sequence[str], rows: int) -> None:
    """Statistics of those tables that the rows just written are a tenth of and more, as the server itself decides."""
    with connection.cursor() as cursor:
        cursor.execute(_GROWN, [list(tables), rows * GROWTH])
        grown = [name for (name,) in cursor]
    take_statistics(grown, rows)


_GROWN = """
    SELECT relname::text FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relname = ANY(%s) AND reltuples <= %s
    ORDER BY relname
"""


def _there(resource: ScopedResource, lines: list[Line]) -> Collection[int]:
    """The rows that the register seems to have already. They are begun as such, so that settling need not write them
    once more; it alone says what they are. Some of a thousand speak for all: where these differ, each is asked.
    """
    sample = lines[::SAMPLED]
    found = resource.already_there(_listed(sample))
    if len(found) == len(sample):
        return {number for number, _raw, _clean in lines}
    return resource.already_there(_listed(lines)) if found else ()


def _listed(lines: Iterable[Line]) -> str:
    """[[number, clean], …]"""
    return f"[{','.join(f'[{number},{clean}]' for number, _raw, clean in lines)}]"


def _row_lines(batch: ImportBatch, lines: Iterable[Line], there: Collection[int]) -> Iterator[str]:
    """In the text form of COPY, where only a backslash of JSON has to be doubled: it has no bare tab and no bare line
    break.
    """
    for number, raw, clean in lines:
        values = f"{raw}\t{clean}".replace("\\", "\\\\")
        state = StagedRow.State.UNCHANGED if number in there else StagedRow.State.NEW
        yield f"{batch.pk}\t{number}\t{values}\t{state}\n"


def _problem_lines(batch: ImportBatch, chunk: list[StagedItem]) -> Iterator[list[Any]]:
    for number, _raw, _clean, problems in chunk:
        for p in problems:
            yield [
                batch.pk,
                number,
                p.column,
                p.value[:300],
                p.code,
                p.message[:500],
                p.suggestion[:300],
                p.severity,
                "",
            ]


# One encoder for all rows: json.dumps with options would make one for each.
_json = json.JSONEncoder(ensure_ascii=False, default=str, separators=(",", ":"), check_circular=False).encode


def _copy(statement: str, table: io.StringIO) -> None:
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, table)
