"""Attached files: kept under the hash of what they hold, so each is copied once, whatever backups come."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from program996.backup import BackupError
from program996.backup.sealing import seal, unseal
from program996.backup.store import Store

KEPT = re.compile(r"[0-9a-f]{64}")


@dataclass
class Copied:
    files: int = 0
    new: int = 0
    bytes: int = 0
    rotten: list[str] = field(default_factory=list)  # what no longer has the hash that it is kept under


class Copying:
    """Remembers which folders it has seen, so that looking again costs little."""

    def __init__(self, root: Path, store: Store, recipients: Sequence[Any]):
        self.root, self.store, self.recipients = root, store, recipients
        self._seen: dict[Path, int] = {}

    def whole(self) -> Copied:
        self._seen.clear()
        return self.what_is_new()

    def what_is_new(self) -> Copied:
        copied = Copied()
        for folder in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            changed = folder.stat().st_mtime_ns  # before looking: what comes meanwhile is found the next time
            if self._seen.get(folder) != changed:
                for path in sorted(folder.iterdir()):
                    if KEPT.fullmatch(path.name):
                        self._copy(path, copied)
                self._seen[folder] = changed
        return copied

    def _copy(self, path: Path, copied: Copied) -> None:
        place = self.store.place_of_file(path.name)
        copied.files += 1
        copied.bytes += path.stat().st_size
        if place.exists():
            return
        place.parent.mkdir(mode=0o700, exist_ok=True)
        with path.open("rb") as file:
            sealed = seal(file, place, self.recipients)
        copied.new += 1
        if sealed.taken_sha256 != path.name:
            place.unlink()
            copied.rotten.append(path.name)


def bring_back(store: Store, hashes: Sequence[str], root: Path, identities: Sequence[Any]) -> list[str]:
    """The files of these hashes as the portal keeps them; which are missing or broken."""
    wrong = []
    for sha256 in hashes:
        place = root / sha256[:2] / sha256
        place.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        if not _brought_back(store.place_of_file(sha256), place, identities) or _hash_of(place) != sha256:
            place.unlink()
            wrong.append(sha256)
        else:
            place.chmod(0o640)
    return wrong


def _brought_back(sealed: Path, place: Path, identities: Sequence[Any]) -> bool:
    with place.open("wb") as file:
        try:
            unseal(sealed, identities, file.write)
        except BackupError:
            return False
    return True


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
