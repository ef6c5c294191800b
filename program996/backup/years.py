"""A year of the audit in a sealed file, as backups are sealed: its rows stream from the database into the file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import IO, Any

from apps.audit import archives
from apps.audit.archives import Header
from apps.audit.partitions import Year
from program996.backup import BackupError
from program996.backup.sealing import SQUEEZED, seal, unsealing


def path_of(year: Year, folder: Path) -> Path:
    return folder / f"audit-{'until-' if year.is_first else ''}{year.last}{SQUEEZED}"


def write_year(year: Year, header: Header, path: Path, recipients: Sequence[Any]) -> None:
    """Whole or not at all. The database is read here, the file is written beside."""
    reading, writing = os.pipe()
    trouble: list[BaseException] = []

    def work() -> None:
        try:
            with os.fdopen(reading, "rb") as source:
                seal(source, path, recipients)
        except BaseException as error:
            trouble.append(error)

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        with os.fdopen(writing, "wb") as out:
            archives.write(year, header, out)
    except BaseException:
        thread.join()
        path.unlink(missing_ok=True)  # what was sealed of it looks whole, and is not
        if trouble:
            raise trouble[0] from None
        raise
    thread.join()
    if trouble:
        raise trouble[0]


@contextmanager
def opened_year(path: Path, identities: Sequence[Any]) -> Iterator[tuple[Header, IO[bytes]]]:
    """What the file says it is, and its rows, to be read once."""
    with unsealing(path, identities) as stream:
        yield Header.read(stream), stream


def sha256_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BackupError(f"Không đọc được tệp {path}: {error}") from None
