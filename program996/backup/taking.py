"""One backup: the database twice (as its files, for any moment; as a dump, for any server), then the attached files.

The files come after the database's point, so that no row of it lacks its file. Whatever fails on the way leaves no
manifest behind, and so no backup.
"""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2

from program996.backup.attachments import Copied, Copying
from program996.backup.counting import Counts, count_tables
from program996.backup.programs import output_of, program
from program996.backup.sealing import Sealed, seal
from program996.backup.store import Manifest, Store
from program996.management.processes import BASE_DIR

BASE, DUMP, KEYS = "base.tar.gz.age", "database.dump.age", "keys.json.gz.age"
SLOT = "program996_base_backup"
_ABOUT = """
    SELECT current_setting('server_version'), current_database(),
           (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()),
           (SELECT system_identifier::text FROM pg_control_system())
"""
_MIGRATIONS = "SELECT app, array_agg(name::text ORDER BY name) FROM django_migrations GROUP BY app ORDER BY app"


@dataclass(frozen=True)
class Wanted:
    """What a backup is made of, and for whom it is sealed."""

    address: str  # of the database, for the role of backups
    recipients: Sequence[Any]
    files: Path  # the attached ones
    keys: dict[str, Any]  # what the portal needs beside database and files to be the same one


def take(store: Store, wanted: Wanted) -> Manifest:
    with store.open().alone():
        store.sweep()
        began = datetime.now(UTC).replace(microsecond=0)
        folder = store.begin(began)
        parts: dict[str, Sealed] = {}
        with _log_held_back(wanted.address) as (line, first_segment):
            server, database, owner, system = _one(line, _ABOUT)
            line.rollback()
            before, migrations = _dump(line, wanted, folder, parts)
            _base(wanted, folder, parts)
            line.rollback()
            after = count_tables(line)
        copied = Copying(wanted.files, store, wanted.recipients).whole()
        keys = io.BytesIO(json.dumps(wanted.keys).encode())
        parts[KEYS] = seal(keys, folder / KEYS, wanted.recipients)
        backup = Manifest(
            name=folder.name,
            finished_at=datetime.now(UTC),
            version=portal_version(),
            server=server,
            database=database,
            owner=owner,
            system=system,
            first_segment=first_segment,
            migrations=migrations,
            tables=_joined(before, after),
            attachments=_told(copied),
            parts=parts,
        )
        store.finish(backup)
        store.thin()
        return backup


@contextmanager
def _log_held_back(address: str) -> Iterator[tuple[Any, str]]:
    """The server keeps the log from here on until the copy of its files has taken it too."""
    with closing(psycopg2.connect(address)) as line:
        line.autocommit = True
        name = f"{SLOT}_{line.get_backend_pid()}"
        (lsn,) = _one(line, f"SELECT lsn::text FROM pg_create_physical_replication_slot('{name}', true, true)")
        (segment,) = _one(line, f"SELECT pg_walfile_name('{lsn}')")
        line.set_session(isolation_level="REPEATABLE READ", autocommit=False)
        yield line, segment


def _dump(line: Any, wanted: Wanted, folder: Path, parts: dict[str, Sealed]) -> tuple[Counts, dict[str, list[str]]]:
    """Counted in the very snapshot that is dumped."""
    (snapshot,) = _one(line, "SELECT pg_export_snapshot()")
    command = [program("pg_dump"), "--format=custom", "--compress=gzip:3", f"--snapshot={snapshot}", "--no-password"]
    with output_of(command, wanted.address) as dump:
        parts[DUMP] = seal(dump, folder / DUMP, wanted.recipients)
    with line.cursor() as cursor:
        cursor.execute(_MIGRATIONS)
        migrations = dict(cursor.fetchall())
    return count_tables(line), migrations


def _base(wanted: Wanted, folder: Path, parts: dict[str, Sealed]) -> None:
    """With the log that it needs to be whole, and PostgreSQL's own list of its files and their hashes."""
    command = [program("pg_basebackup"), "--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast"]
    command += ["--no-password", "--manifest-checksums=SHA256", f"--label={folder.name}"]
    with output_of(command, wanted.address) as base:
        parts[BASE] = seal(base, folder / BASE, wanted.recipients)


def _one(line: Any, query: str) -> tuple[Any, ...]:
    with line.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


def _joined(before: Counts, after: Counts) -> dict[str, dict[str, list[str]]]:
    return {name: {"before": found, "after": after.get(name, [])} for name, found in before.items()}


def _told(copied: Copied) -> dict[str, Any]:
    return {"files": copied.files, "bytes": copied.bytes, "new": copied.new, "rotten": copied.rotten}


def portal_version() -> str:
    return tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
