"""The database's log, taken as it is written: received into a spool, sealed into the store, then gone from the spool.

A slot makes the server keep what was not received yet. The attached files are copied before the segment whose rows may
speak of them, so that at every moment that can be restored no row lacks its file.
"""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from program996.backup.attachments import Copying
from program996.backup.programs import environment, program
from program996.backup.sealing import seal
from program996.backup.store import HISTORY, SEGMENT, Store
from program996.management.processes import die_with_launcher

SLOT = "program996_archiver"
BEHIND = 64 * 1024 * 1024  # bytes of the log: four segments not received are no archive any more
_SLOT = "SELECT wal_status, invalidation_reason FROM pg_replication_slots WHERE slot_name = %s"
_STANDING = """
    SELECT coalesce(bool_and(active AND pg_current_wal_lsn() - restart_lsn < %s), false)
    FROM pg_replication_slots WHERE slot_name = %s
"""


def ensure_slot(address: str) -> bool:
    """True where it is new, or had to be made anew because the server let go of the log: then a chain begins here,
    and only a new backup can be carried on by it.
    """
    with closing(psycopg2.connect(address)) as line, line.cursor() as cursor:
        line.autocommit = True
        cursor.execute(_SLOT, [SLOT])
        found = cursor.fetchone()
        if found and found[0] != "lost":
            return False
        if found:
            cursor.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
        cursor.execute("SELECT pg_create_physical_replication_slot(%s, true)", [SLOT])
        return True


def is_received(address: str) -> bool:
    """Somebody takes the log just now, and is not far behind."""
    with closing(psycopg2.connect(address)) as line, line.cursor() as cursor:
        cursor.execute(_STANDING, [BEHIND, SLOT])
        return bool(cursor.fetchone()[0])


def start_receiver(address: str, spool: Path) -> subprocess.Popen[bytes]:
    spool.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [program("pg_receivewal"), f"--directory={spool}", f"--slot={SLOT}", "--no-loop", "--no-password"]
    return subprocess.Popen(
        command,
        env=environment(address),
        stdin=subprocess.DEVNULL,
        preexec_fn=die_with_launcher(signal.SIGTERM),
    )


def empty_spool(spool: Path, store: Store, files: Copying, recipients: Sequence[Any]) -> str:
    """Seal what has come in whole; the name of the last segment, or nothing."""
    names = sorted(
        path.name for path in spool.iterdir() if SEGMENT.fullmatch(path.name) or HISTORY.fullmatch(path.name)
    )
    if names:
        files.what_is_new()
    for name in names:
        place = store.place_of_segment(name)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        with (spool / name).open("rb") as segment:
            seal(segment, place, recipients)
        (spool / name).unlink()
    return next((name for name in reversed(names) if SEGMENT.fullmatch(name)), "")
