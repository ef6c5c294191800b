"""The parent's side of reading a workbook: starts child.py, watches it, and hands its rows on one by one.

    with read_rows(path) as table:
        table.meta.sheet
        for number, cells in table:          # Excel's row number; cells are None or Cell(kind, value)
            ...

`Refused` can come at the start or after some rows: what was done with earlier rows must be undone then.
"""

import json
import logging
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from apps.exchange.gate import CHUNK, MAX_COLUMNS, MAX_LINE, MAX_ROWS, MESSAGES, Refused, refused

CHILD = Path(__file__).with_name("child.py")
KINDS = frozenset("sndbef")
TAIL = 2048  # of standard error, for the log
GRACE = 5.0  # seconds to end after the last line

logger = logging.getLogger(__name__)


class Cell(NamedTuple):
    kind: str  # s text, n number, d date, b truth, e error, f formula: see child.py
    value: str | bool


class Meta(NamedTuple):
    sheet: str  # the one that is read
    sheets: list[str]  # all visible ones
    hidden: int  # how many are hidden, and so not read
    rows: int  # number of the last row that holds something
    columns: int


Row = tuple[int, list[Cell | None]]


def _unreadable(reason: str) -> Refused:
    """The child ended, or spoke, as it should not: one answer for the person, the reason for the log."""
    logger.warning("workbook reader: %s", reason)
    return refused("unreadable")


class Table:
    """What was read: `meta` at once, the rows once, in order, blank ones left out."""

    def __init__(self, meta: Meta, rows: Iterator[Row]) -> None:
        self.meta = meta
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        return self._rows


@contextmanager
def read_rows(path: str | os.PathLike[str], *, timeout: float = 120.0) -> Iterator[Table]:
    """Raises `Refused` for a file that is not taken.

    `timeout` is the time spent waiting for the child, whatever it does; the caller's own work between rows is not
    counted, so that a busy database does not make a good file look broken.
    """
    process = _start(path)
    complaint = bytearray()
    try:
        values = _values(process, complaint, timeout)
        yield Table(_meta(next(values, None)), _rows(values))
    finally:
        _stop(process)
        if complaint:
            logger.warning("workbook reader ended with %s: %s", process.returncode, complaint.decode(errors="replace"))


def _start(path: str | os.PathLike[str]) -> "subprocess.Popen[bytes]":
    # No secret of ours in its environment; a session of its own, so that Ctrl-C at the terminal is the parent's matter.
    environment = {key: os.environ[key] for key in ("LD_LIBRARY_PATH",) if key in os.environ}
    with open(path, "rb") as source:
        return subprocess.Popen(
            [sys.executable, "-I", str(CHILD)],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd="/",
            start_new_session=True,
        )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.kill()
    for pipe in (process.stdout, process.stderr):
        if pipe:
            pipe.close()
    process.wait()


def _values(process: "subprocess.Popen[bytes]", complaint: bytearray, timeout: float) -> Iterator[Any]:
    for line in _lines(process, complaint, timeout):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _unreadable("not JSON") from error
        if isinstance(value, dict) and "refused" in value:
            code = str(value["refused"])
            if code not in MESSAGES:
                raise _unreadable("unknown refusal")
            raise Refused(code, str(value.get("message") or MESSAGES[code])[:1000])
        yield value
    try:
        status = process.wait(GRACE)
    except subprocess.TimeoutExpired as error:
        raise _unreadable("does not end") from error
    if status != 0:
        raise _unreadable(f"exit {status}")


def _lines(process: "subprocess.Popen[bytes]", complaint: bytearray, timeout: float) -> Iterator[bytes]:
    """Lines of standard output. Both pipes are drained together, else a full one would stop the child."""
    rest, left = b"", timeout
    with selectors.DefaultSelector() as selector:
        for pipe in (process.stdout, process.stderr):
            selector.register(pipe, selectors.EVENT_READ)  # type: ignore[arg-type]
        while selector.get_map():
            asked = time.monotonic()
            ready = selector.select(left)
            left -= time.monotonic() - asked
            if not ready or left <= 0:
                raise _unreadable("timeout")
            for key, _events in ready:
                chunk = os.read(key.fd, CHUNK)
                if not chunk:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stderr:
                    complaint += chunk
                    del complaint[:-TAIL]
                else:
                    *lines, rest = (rest + chunk).split(b"\n")
                    yield from lines
                    if len(rest) > MAX_LINE:
                        raise _unreadable("line too long")
    if rest:
        raise _unreadable("cut off")


def _meta(value: Any) -> Meta:
    try:
        return Meta(**value)
    except TypeError as error:
        raise _unreadable("no meta line") from error


def _rows(values: Iterator[Any]) -> Iterator[Row]:
    """The child has met a stranger's file, so its word is checked too."""
    last = 0
    for value in values:
        try:
            number, cells = value
            row = [None if cell is None else Cell(*cell) for cell in cells]
            sound = last < number <= MAX_ROWS and len(row) <= MAX_COLUMNS and all(map(_is_sound, row))
        except (TypeError, ValueError) as error:
            raise _unreadable("odd row") from error
        if not sound:
            raise _unreadable("odd row")
        last = number
        yield number, row


def _is_sound(cell: Cell | None) -> bool:
    return cell is None or (cell.kind in KINDS and isinstance(cell.value, bool if cell.kind == "b" else str))
