"""Rows that PostgreSQL copies into a file of ours, to be sent from there: however slowly somebody takes it, no
statement and no transaction waits.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import connection, transaction

from apps.core.cells import DATESTYLE, MARK, Told, Writing
from apps.core.spelling import writable

Chunk = tuple[int, bytes]  # how many rows, and lines
BYTES = 1 << 20
PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n\r"
ENDED = "\x01"  # a last cell of each row: within a cell marks of quotation are doubled, so that none looks like it


def query_of(rows: Any, reads: Iterable[Any]) -> str:
    """What reads them, its values filled in."""
    query, values = rows.values_list(*reads).query.sql_with_params()
    with connection.cursor() as cursor:
        return str(cursor.mogrify(query, values).decode())


def copy(statement: str, how: str, file: Any) -> int:
    """How many rows."""
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({statement}) TO STDOUT WITH ({how})", file)
        return int(cursor.rowcount)


def lines_of(told: Told, *, delimiter: str, comma: str) -> Iterator[Chunk]:
    """The rows of a list as lines of its .csv, every cell in quotation marks."""
    writing, reads = Writing(comma), told.reads
    names = {read: f"c{at}" for at, read in enumerate(reads)}
    cells = [cell.written(writing, *(f"t.{names[read]}" for read in cell.reads)) for _head, cell in told.columns]
    cells = [f"coalesce({cell}, '')" for cell in cells]
    finishing = _Finishing(writing, delimiter)
    rows = f"({query_of(told.rows, reads)}) t ({', '.join(names.values())})"
    statement = f"SELECT {', '.join(cells)}, {writing.literal(ENDED)} FROM {rows}"
    with _days_written_as(DATESTYLE):
        copy(statement, f"FORMAT csv, DELIMITER '{delimiter}', FORCE_QUOTE *", finishing)
    return finishing.chunks()


@contextmanager
def _days_written_as(style: str) -> Iterator[None]:
    """In a transaction, or a part of one: where the statement fails, its end takes this back too."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('datestyle'), set_config('datestyle', %s, true)", [style])
        before, _style = cursor.fetchone()
        yield
        cursor.execute("SELECT set_config('datestyle', %s, true)", [before])


class _Finishing:
    """A file to which PostgreSQL copies: finishes the lines, many at a time, while it goes on with the next."""

    def __init__(self, writing: Writing, delimiter: str) -> None:
        self.writing, self.end = writing, f'{delimiter}"{ENDED}"\n'.encode()
        self.marked = re.compile(f'(?<![^{delimiter}\n])"{MARK}(\\d+){MARK}((?:[^"]|"")*)"')
        self.file = tempfile.TemporaryFile(buffering=BYTES)  # noqa: SIM115  # gone with the answer that is made of it
        self.waiting: list[bytes] = []
        self.size = 0
        self.sizes: list[tuple[int, int]] = []  # of what is in the file: rows, and bytes

    def write(self, some: bytes) -> None:
        self.waiting.append(some)
        self.size += len(some)
        if self.size >= BYTES:
            self.finish()

    def finish(self) -> None:
        """Whole rows; what is begun waits."""
        *rows, begun = b"".join(self.waiting).split(self.end)
        if rows:
            self.sizes.append((len(rows), self.file.write(self._finished(b"\r\n".join([*rows, b""])))))
        self.waiting, self.size = [begun], len(begun)

    def _finished(self, lines: bytes) -> bytes:
        """Of hardly any lines more than the signs beyond ASCII is looked at."""
        if MARK.encode() not in lines and lines.translate(None, PLAIN).decode().isprintable():
            return lines
        return writable(self.marked.sub(self._cell, lines.decode())).encode()

    def _cell(self, found: re.Match[str]) -> str:
        said = self.writing.finishes[int(found[1])](found[2].replace('""', '"'))
        return '"' + said.replace('"', '""') + '"'

    def chunks(self) -> Iterator[Chunk]:
        self.finish()
        self.file.seek(0)
        for rows, size in self.sizes:
            yield rows, self.file.read(size)


def read(file: Any) -> Iterator[bytes]:
    file.seek(0)
    return iter(partial(file.read, BYTES), b"")
