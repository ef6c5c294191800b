"""The parent's side of reading a workbook: starts child.py, watches it, and hands its rows on one by one.

    with read_rows(path) as table:
        table.meta.sheet
        for number, cells in table:          # Excel's row number; cells are None or Cell(kind, value)
            ...

`Refused` can come at the start or after some rows: what was done with earlier rows must be undone then.
"""

import fcntl
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from apps.exchange.gate import CHUNK, MAX_COLUMNS, MAX_LINE, MAX_ROWS, MESSAGES, Refused, refused

CHILD = Path(__file__).with_name("child.py")
KINDS = frozenset("sndbeft")
ENDINGS = ("xlsx", "xls", "ods", "csv")
TAIL, SAID = 2048, 300  # kept of standard error; of its last line, for the log
AHEAD = 1024 * 1024  # bytes that the child may be ahead: some thousand rows, while those before are written
GRACE = 5.0  # seconds to end after the last line
QUIET = 30.0  # seconds without a word and without work after which a child is given up
MOST_CELLS = 20_000  # kept, of which a row may find its own
NO_MEMORY = b"memory allocation"  # how Rust begins its last line before it aborts

logger = logging.getLogger(__name__)
_decode = json.JSONDecoder().decode


class Cell(NamedTuple):
    kind: str  # s text, n number, d date, b truth, e error, f and t formulas: see child.py
    value: str | bool


class Meta(NamedTuple):
    sheet: str  # the one that is read
    place: int  # among the visible ones, from 0
    sheets: list[str]  # all visible ones
    filled: list[str]  # those of them that hold anything
    hidden: int  # how many are hidden, and so not read
    rows: int  # number of the last row that holds something
    columns: int
    hidden_rows: int  # read like the others
    hidden_columns: list[int]  # places from 0
    merges: list[tuple[int, int, int]]  # first row, column, last row, from 0: the value counts for each row


Row = tuple[int, list[Cell | None]]


def _unreadable(reason: str) -> Refused:
    """The child ended, or spoke, as it should not: one answer for the person, the reason for the log."""
    logger.warning("workbook reader: %s", reason)
    return refused("unreadable")


def ending_of(name: str) -> str:
    """By which a file says how it is to be read; nothing where it is of a kind that is not taken."""
    ending = name.lower().rpartition(".")[2]
    return ending if ending in ENDINGS else ""


class Table:
    """What was read: `meta` at once, the rows once, in order, blank ones left out."""

    def __init__(self, meta: Meta, rows: Iterator[Row]) -> None:
        self.meta = meta
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        return self._rows


@contextmanager
def read_rows(
    path: str | os.PathLike[str], place: int = 0, *, ending: str = "xlsx", quiet: float = QUIET
) -> Iterator[Table]:
    """The visible sheet at that place; `ending` is the file's, one of ENDINGS. Raises `Refused` for a file not taken.

    How long a file takes is counted in the child's own work, by the kernel: a busy machine or database does not make
    a good file look broken. A child that neither works nor speaks for `quiet` seconds is given up.
    """
    process = _start(path, place, ending)
    complaint = bytearray()
    try:
        values = _values(process, complaint, quiet)
        yield Table(_meta(next(values, None)), _rows(values))
    finally:
        _stop(process)
        if complaint:
            logger.warning("workbook reader ended with %s: %s", process.returncode, _last_words(complaint))


def _last_words(complaint: bytearray) -> str:
    """One line, whatever it was: a traceback tells nobody more than its end, and holds paths and perhaps data."""
    lines = [line for line in complaint.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip()[:SAID] if lines else ""


def _start(path: str | os.PathLike[str], place: int, ending: str) -> "subprocess.Popen[bytes]":
    # No secret of ours in its environment; a session of its own, so that Ctrl-C at the terminal is the parent's matter.
    environment = {key: os.environ[key] for key in ("LD_LIBRARY_PATH",) if key in os.environ}
    with open(path, "rb") as source:
        process = subprocess.Popen(
            [sys.executable, "-I", str(CHILD), str(place), ending],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd="/",
            start_new_session=True,
        )
    if process.stdout:
        _let_run_ahead(process.stdout)
    return process


def _let_run_ahead(pipe: IO[bytes]) -> None:
    """Where the kernel grants no larger pipe, or knows of none, the child waits more often, and nothing else."""
    if size := getattr(fcntl, "F_SETPIPE_SZ", None):
        with suppress(OSError):
            fcntl.fcntl(pipe, size, AHEAD)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.kill()
    for pipe in (process.stdout, process.stderr):
        if pipe:
            pipe.close()
    process.wait()


def _values(process: "subprocess.Popen[bytes]", complaint: bytearray, quiet: float) -> Iterator[Any]:
    for line in _lines(process, complaint, quiet):
        try:
            value = _decode(line.decode())
        except (ValueError, RecursionError) as error:
            raise _unreadable("not JSON") from error
        if isinstance(value, dict) and "refused" in value:
            code = str(value["refused"])
            if code not in MESSAGES:
                raise _unreadable("unknown refusal")
            raise Refused(code, str(value.get("message") or MESSAGES[code])[:1000])
        yield value
    _check_end(process, complaint)


def _check_end(process: "subprocess.Popen[bytes]", complaint: bytearray) -> None:
    try:
        status = process.wait(GRACE)
    except subprocess.TimeoutExpired as error:
        raise _unreadable("does not end") from error
    if status == -signal.SIGXCPU:
        raise refused("too_slow")
    if status == -signal.SIGABRT and NO_MEMORY in complaint:
        raise refused("too_heavy")
    if status != 0:
        raise _unreadable(f"exit {status}")


def _lines(process: "subprocess.Popen[bytes]", complaint: bytearray, quiet: float) -> Iterator[bytes]:
    """Lines of standard output. Both pipes are drained together, else a full one would stop the child."""
    rest, worked = b"", -1.0
    with selectors.DefaultSelector() as selector:
        for pipe in filter(None, (process.stdout, process.stderr)):
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(quiet)
            if not ready:
                before, worked = worked, _work_of(process.pid)
                if worked <= before:
                    raise _unreadable("neither works nor speaks")
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
        _check_end(process, complaint)
        raise _unreadable("cut off")


def _work_of(pid: int) -> float:
    """The processor's time that a process has had, as far as the system tells."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return float(fields[11]) + float(fields[12])


def _meta(value: Any) -> Meta:
    try:
        meta = Meta(**value)
        sound = isinstance(meta.sheet, str) and all(isinstance(name, str) for name in (*meta.sheets, *meta.filled))
        sound &= all(isinstance(number, int) for number in (meta.rows, meta.hidden_rows, *meta.hidden_columns))
        sound &= all(isinstance(number, int) for merge in meta.merges for number in merge)
    except TypeError as error:
        raise _unreadable("no meta line") from error
    if not sound:
        raise _unreadable("odd meta line")
    return meta


class _Cells(dict[str | None, Cell | None]):
    """The cells by what the child says of them: most of a file's say the same as others, and are made once."""

    def __missing__(self, text: str) -> Cell:
        kind, value = text[0], text[1:]
        if kind not in KINDS:
            raise ValueError(kind)
        if len(self) > MOST_CELLS:
            self.clear()
            self[None] = None
        found = self[text] = Cell(kind, value == "1" if kind == "b" else value)
        return found


def _rows(values: Iterator[Any]) -> Iterator[Row]:
    """The child has met a stranger's file, so its word is checked too."""
    last = 0
    made = _Cells({None: None}).__getitem__
    for value in values:
        try:
            number, cells = value
            row = list(map(made, cells))
            sound = last < number <= MAX_ROWS and len(row) <= MAX_COLUMNS
        except (TypeError, ValueError, IndexError, KeyError) as error:
            raise _unreadable("odd row") from error
        if not sound:
            raise _unreadable("odd row")
        last = number
        yield number, row
