"""Rows that PostgreSQL copies into a file of ours, to be sent from there: however slowly somebody takes it, no
statement and no transaction waits.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import transaction

from apps.core.cells import DATESTYLE, MARK, Told, Writing
from apps.core.file_values import writable
from apps.core.reading import connection

Chunk = tuple[int, bytes]  # how many rows, and lines
BYTES = 1 << 20
MEMORY = "64MB"  # in which a statement brings a hundred thousand rows into their order, without a file
PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n\r"
ENDED = "\x01"  # a last cell of each row: within a cell marks of quotation are doubled, so that none looks like it


def copy(statement: str, how: str, file: Any) -> int:
    """How many rows."""
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({statement}) TO STDOUT WITH ({how})", file)
        return int(cursor.rowcount)


def lines_of(told: Told, *, delimiter: str, comma: str) -> Iterator[Chunk]:
    """The rows of a list as lines of its .csv, every cell in quotation marks."""
    writing, (found, reads) = Writing(comma), told.statement()
    names = {read: f"c{at}" for at, read in enumerate(reads)}
    cells = [cell.written(writing, *(f"t.{names[read]}" for read in cell.reads)) for _head, cell in told.columns]
    said = ", ".join([f"coalesce({cell}, '')" for cell in cells] + [writing.literal(ENDED)])
    finishing = _Finishing(writing, delimiter)
    with _set({"datestyle": DATESTYLE, "work_mem": MEMORY}):
        statement = f"SELECT {said} FROM ({found}) t ({', '.join(names.values())})"
        copy(statement, f"FORMAT csv, DELIMITER '{delimiter}', FORCE_QUOTE *", finishing)
    return finishing.chunks()


@contextmanager
def _set(settings: dict[str, str]) -> Iterator[None]:
    """In a transaction, or a part of one: where the statement fails, its end takes this back too."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        names = list(settings)
        cursor.execute("SELECT current_setting(name) FROM unnest(%s) WITH ORDINALITY n (name, at) ORDER BY at", [names])
        before = dict(zip(names, (value for (value,) in cursor), strict=True))
        _set_locally(cursor, settings)
        yield
        _set_locally(cursor, before)


def _set_locally(cursor: Any, settings: dict[str, str]) -> None:
    cursor.execute(
        "SELECT set_config(name, value, true) FROM unnest(%s, %s) s (name, value)",
        [list(settings), list(settings.values())],
    )


class _Finishing:
    """A file to which PostgreSQL copies: finishes the lines, many at a time, while it goes on with the next."""

    def __init__(self, writing: Writing, delimiter: str) -> None:
        self.writing, self.end = writing, f'{delimiter}"{ENDED}"\n'.encode()
        # Begins with what is looked for at once: to try at every sign whether a cell begins there takes long.
        self.marked = re.compile(f'"{MARK}(?<=[{delimiter}\n]"{MARK})(\\d+){MARK}((?:[^"]|"")*)"')
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
        if MARK.encode() in lines:
            lines = self.marked.sub(self._cell, f"\n{lines.decode()}")[1:].encode()
        if lines.translate(None, PLAIN).decode().isprintable():
            return lines
        return writable(lines.decode()).encode()

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
