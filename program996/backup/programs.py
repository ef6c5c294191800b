"""PostgreSQL's own programs, and how they reach the server without a password among their arguments."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg2.extensions

from program996.backup import BackupError
from program996.management.processes import StackError, die_with_launcher
from program996.management.servers import plain_env, postgres_binaries

OUTSIDE = Path("/var/lib/program996")
_VARIABLES = {
    "host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD",
    "dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
}  # fmt: skip


def program(name: str) -> str:
    """Of the `embedded` extra, or of the machine where that is not installed."""
    try:
        return str(postgres_binaries(None, OUTSIDE) / name)
    except StackError:
        if found := shutil.which(name):
            return found
    raise BackupError(f"Không có chương trình {name} của PostgreSQL trên máy này.")


def environment(address: str) -> dict[str, str]:
    told = psycopg2.extensions.parse_dsn(address)
    return plain_env() | {_VARIABLES[key]: str(value) for key, value in told.items() if key in _VARIABLES}


@contextmanager
def output_of(command: list[str], address: str) -> Iterator[IO[bytes]]:
    """What the program writes. Where it fails, an error with its own last words, whatever was read until then."""
    process = subprocess.Popen(
        command,
        env=environment(address),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=die_with_launcher(signal.SIGKILL),
    )
    if process.stdout is None or process.stderr is None:
        raise RuntimeError("no pipes")
    try:
        yield process.stdout
        words = process.stderr.read().decode(errors="replace")
    except BaseException:
        process.kill()
        raise
    finally:
        process.stdout.close()
        process.stderr.close()
        process.wait()
    if process.returncode:
        raise BackupError(f"{Path(command[0]).name} không thành công: {words.strip()[-500:]}")
