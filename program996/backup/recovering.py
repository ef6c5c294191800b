"""A server of its own for files that come out of a backup: brought to a moment, asked, stopped."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from program996.backup import BackupError
from program996.backup.programs import OUTSIDE
from program996.backup.sealing import unsealing
from program996.backup.store import Manifest
from program996.management.processes import Child, as_account, log_tail, make_folder
from program996.management.servers import (
    cluster_folder,
    plain_env,
    postgres_account,
    postgres_binaries,
    postgres_child,
    socket_folder,
)

LOOK_EVERY = 0.2
TOO_EARLY = "recovery ended before configured recovery target was reached"
# What the server that was backed up had: one that shows itself while it recovers must have no less.
_CARRIED = ("max_connections", "max_worker_processes", "max_wal_senders", "max_prepared_xacts", "max_locks_per_xact")
_NAMES = {"max_prepared_xacts": "max_prepared_transactions", "max_locks_per_xact": "max_locks_per_transaction"}
_SERVES = "SELECT NOT pg_is_in_recovery() OR pg_get_wal_replay_pause_state() = 'paused'"


class Server:
    """In the data folder of a portal, as `manage.py stack` has it, so that it can go on from here."""

    def __init__(self, data: Path, backup: Manifest):
        self.data, self.backup = data, backup
        make_folder(data / "run", 0o711)
        make_folder(data / "log", 0o700)
        self.account = postgres_account()
        self.binaries = postgres_binaries(self.account, OUTSIDE)
        self.cluster = cluster_folder(data, self.account, OUTSIDE)
        self.sockets = socket_folder(data)
        self.log = data / "log/postgres.log"
        self.child: Child | None = None

    @property
    def address(self) -> str:
        return f"postgresql://{self.backup.owner}@/{self.backup.database}?host={self.sockets}/pg"

    def unpack(self, sealed: Path, identities: Sequence[Any]) -> None:
        self.cluster.mkdir(mode=0o700, parents=True)
        checked = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        with unsealing(sealed, identities) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            tar.extractall(self.cluster, **checked)  # type: ignore[arg-type]  # noqa: S202 sealed by ourselves
        self.cluster.chmod(0o700)
        if self.account:
            for folder, _folders, files in os.walk(self.cluster):
                for path in (folder, *(os.path.join(folder, name) for name in files)):
                    os.chown(path, self.account.pw_uid, self.account.pw_gid, follow_symlinks=False)
        self._run("pg_verifybackup", "--exit-on-error", str(self.cluster))

    def recover(self, settings: Sequence[str], still_well: Callable[[], None]) -> None:
        """Start, and wait until it is where the settings say: open for work, or paused to be looked at."""
        (self.cluster / "recovery.signal").touch()
        if self.account:
            os.chown(self.cluster / "recovery.signal", self.account.pw_uid, self.account.pw_gid)
        options = (*self._carried(), "summarize_wal=off", *settings)
        self.child = postgres_child(self.data, self.sockets, OUTSIDE, options, log=self.log)
        self.child.start()
        while not self._serves():
            still_well()
            if not self.child.alive:
                raise BackupError(f"PostgreSQL không khôi phục được.\n{log_tail(self.log)}")
            time.sleep(LOOK_EVERY)

    @property
    def ended_too_early(self) -> bool:
        return self.child is not None and not self.child.alive and TOO_EARLY in log_tail(self.log)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.address)) as line, line.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def stop(self) -> None:
        if self.child is not None:
            self.child.patience = 600  # what was recovered is written out
            self.child.ask_to_stop()
            self.child.wait_until_stopped()
            self.child = None

    def close(self) -> None:
        self.stop()
        if self.sockets != self.data / "run":
            shutil.rmtree(self.sockets, ignore_errors=True)

    def throw_away(self) -> None:
        if (self.data / "pg18").is_symlink():
            shutil.rmtree(self.cluster.parent, ignore_errors=True)
        shutil.rmtree(self.cluster, ignore_errors=True)

    def _serves(self) -> bool:
        try:
            return bool(self.ask(_SERVES)[0][0])
        except psycopg2.Error:
            return False

    def _carried(self) -> list[str]:
        told = self._run("pg_controldata", "-D", str(self.cluster))
        found = dict(re.findall(r"^(\w+) setting:\s+(\d+)$", told, re.M))
        return [f"{_NAMES.get(name, name)}={found[name]}" for name in _CARRIED if name in found]

    def _run(self, name: str, *arguments: str) -> str:
        result = subprocess.run(
            [str(self.binaries / name), *arguments],
            env=plain_env() | {"PATH": os.defpath},
            capture_output=True,
            text=True,
            cwd="/",
            **as_account(self.account),
        )
        if result.returncode:
            raise BackupError(f"{name}: {result.stderr.strip()[-500:]}")
        return result.stdout
