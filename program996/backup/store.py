"""The folder of backups: what lies where, and what of it counts.

    backups/20261203T201500Z/   one backup: its sealed parts and manifest.json, written last
    wal/0000000100000000/       segments of the write-ahead log, sealed, by their first sixteen letters
    files/ab/ab12….gz.age       attached files, once for all backups, by the hash of what they hold

A folder without a manifest is no backup: it is what a run that was killed left behind, and the next run takes it away.
Everything is written beside and renamed, so the folder may be copied elsewhere at any moment.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from program996.backup import BackupError
from program996.backup.sealing import SQUEEZED, Sealed, put_in_place
from program996.backup.thinning import kept

NAME = "%Y%m%dT%H%M%SZ"
MANIFEST = "manifest.json"
SEGMENT = re.compile(r"[0-9A-F]{24}")
HISTORY = re.compile(r"[0-9A-F]{8}\.history")
FORM = 1  # of the manifest
LEFT_BEHIND = 86_400  # seconds: nobody writes one file for so long


@dataclass(frozen=True)
class Manifest:
    name: str
    finished_at: datetime
    version: str  # of the portal
    server: str  # the version of PostgreSQL
    database: str
    owner: str
    system: str  # the server's own number: whose log continues it
    first_segment: str  # of the log, from which on it is needed
    migrations: dict[str, list[str]]
    tables: dict[str, dict[str, list[str]]]  # rows and digest, before and after
    attachments: dict[str, Any]
    parts: dict[str, Sealed] = field(default_factory=dict)
    form: int = FORM

    @property
    def began_at(self) -> datetime:
        return datetime.strptime(self.name, NAME).replace(tzinfo=UTC)

    @property
    def size(self) -> int:
        return sum(part.size for part in self.parts.values())

    @classmethod
    def read(cls, path: Path) -> Self:
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["form"] != FORM:
                raise BackupError(f"Bản sao {path.parent.name} do một phiên bản khác của cổng lập, không đọc được.")
            told["finished_at"] = datetime.fromisoformat(told["finished_at"])
            told["parts"] = {name: Sealed(**part) for name, part in told["parts"].items()}
            return cls(**told)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupError(f"Tệp kê khai {path} bị hỏng: {error}") from None

    def write(self, path: Path) -> None:
        told = asdict(self) | {"finished_at": self.finished_at.isoformat()}
        draft = path.with_name(f".{path.name}.part")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(draft, path)


class Store:
    def __init__(self, root: Path):
        self.root = root.resolve()
        self.backups, self.wal, self.files = (self.root / name for name in ("backups", "wal", "files"))

    def open(self) -> Self:
        """For writing: the folder itself must be there, or a disk that is not mounted would be written beside."""
        if not self.root.is_dir():
            raise BackupError(f"Không có thư mục sao lưu {self.root}: hãy tạo thư mục hoặc gắn ổ đĩa trước.")
        os.umask(0o077)
        for folder in (self.backups, self.wal, self.files):
            folder.mkdir(mode=0o700, exist_ok=True)
        return self

    def existing(self) -> Self:
        if not self.backups.is_dir():
            raise BackupError(f"{self.root} không phải là thư mục sao lưu của cổng.")
        return self

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One backup at a time."""
        with (self.root / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupError("Một lần sao lưu khác đang chạy.") from None
            yield

    def all(self) -> list[Manifest]:
        """Oldest first."""
        return [Manifest.read(path) for path in sorted(self.backups.glob(f"[0-9]*Z/{MANIFEST}"))]

    def newest(self, until: datetime | None = None) -> Manifest:
        found = self.all()
        if not found:
            raise BackupError(f"Thư mục {self.root} chưa có bản sao lưu nào.")
        fitting = [one for one in found if until is None or one.finished_at <= until]
        if not fitting:
            first = found[0].finished_at.astimezone()
            raise BackupError(f"Bản sao lưu đầu tiên hoàn thành lúc {first:%d/%m/%Y %H:%M}: không khôi phục sớm hơn.")
        return fitting[-1]

    def folder_of(self, backup: Manifest) -> Path:
        return self.backups / backup.name

    def begin(self, at: datetime) -> Path:
        """The folder of a new backup. It is none until `finish`."""
        folder = self.backups / at.astimezone(UTC).strftime(NAME)
        folder.mkdir(mode=0o700)
        return folder

    def finish(self, backup: Manifest) -> None:
        backup.write(self.folder_of(backup) / MANIFEST)

    def sweep(self) -> None:
        """Take away what killed runs have left. Only within `alone`."""
        for folder in self.backups.iterdir():
            if not (folder / MANIFEST).exists():
                shutil.rmtree(folder)
        for draft in [*self.files.glob("*/.*.part"), *self.wal.glob("*/.*.part")]:
            if time.time() - draft.stat().st_mtime > LEFT_BEHIND:
                draft.unlink()

    def thin(self) -> list[str]:
        """Let go of what the rule does not keep (thinning.py); of each first its manifest, so that no half counts."""
        found = self.all()
        stay = kept([one.began_at.astimezone() for one in found])
        gone = [one for one in found if one.began_at.astimezone() not in stay.whole]
        for one in gone:
            (self.folder_of(one) / MANIFEST).unlink()
            shutil.rmtree(self.folder_of(one))
        if daily := [one for one in found if one.began_at.astimezone() in stay.daily]:
            self._thin_wal(min(one.first_segment for one in daily))
        return [one.name for one in gone]

    def _thin_wal(self, first: str) -> None:
        """Older backups are restored to their own end, with the log that lies in them."""
        for path in self.segments():
            segment = path.name.removesuffix(SQUEEZED)
            if SEGMENT.fullmatch(segment) and segment[8:] < first[8:] and segment[:8] <= first[:8]:
                path.unlink(missing_ok=True)
        for folder in self.wal.iterdir():
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def segments(self) -> list[Path]:
        return sorted(self.wal.glob(f"*/[0-9A-F]*{SQUEEZED}"))

    def place_of_segment(self, name: str) -> Path:
        return self.wal / name[:16] / f"{name}{SQUEEZED}"

    def place_of_file(self, sha256: str) -> Path:
        return self.files / sha256[:2] / f"{sha256}{SQUEEZED}"

    def verify(self, backup: Manifest) -> None:
        """Every part as it was written."""
        for name, part in backup.parts.items():
            path = self.folder_of(backup) / name
            if not path.exists():
                raise BackupError(f"Bản sao {backup.name} thiếu tệp {name}. Hãy dùng bản sao khác.")
            if path.stat().st_size != part.size or _sha256(path) != part.sha256:
                raise BackupError(f"Tệp {name} của bản sao {backup.name} bị hỏng hoặc bị sửa. Hãy dùng bản sao khác.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
