"""A portal out of a backup: into an empty folder, as it stood at a moment, with what it needs to be started there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json import loads
from pathlib import Path
from typing import Any

from program996.backup import BackupError
from program996.backup.attachments import bring_back
from program996.backup.checking import Finding, check_after, compare_at_the_point, refuse_newer
from program996.backup.feeding import Feeder
from program996.backup.recovering import Server
from program996.backup.sealing import unsealed
from program996.backup.store import Manifest, Store
from program996.backup.taking import BASE, KEYS
from program996.management.processes import StackError, make_folder, write_whole

_FILES = "SELECT sha256 FROM documents_storedfile ORDER BY sha256"
_LAST = "SELECT pg_last_xact_replay_timestamp()"


@dataclass
class Restored:
    backup: Manifest
    data: Path
    until: datetime | None = None  # of the last transaction that came back out of the log
    is_short: bool = False  # the log ended before the moment that was asked for
    files: int = 0
    findings: list[Finding] = field(default_factory=list)


def restore(
    store: Store, identities: Sequence[Any], data: Path, to: datetime | None, say: Callable[[str], None]
) -> Restored:
    """All of it or nothing: where something fails on the way the folder is empty again."""
    data = data.resolve()
    refuse_full(data)
    backup = store.existing().newest(until=to)
    refuse_newer(backup)
    say(f"Bản sao {backup.name}: kiểm tra {len(backup.parts)} tệp…")
    store.verify(backup)
    keys = loads(unsealed(store.folder_of(backup) / KEYS, identities))
    with emptied_where_it_fails(data) as server_of:
        server = server_of(backup)
        say("Mở niêm phong và giải nén cơ sở dữ liệu…")
        server.unpack(store.folder_of(backup) / BASE, identities)
        restored = Restored(backup, data)
        say("So từng bảng với lúc sao lưu…")
        look_at_the_copy(server, store, identities, restored)
        say("Chạy lại nhật ký giao dịch…")
        roll_forward(server, store, identities, to, restored)
        say("Đưa tệp đính kèm trở lại…")
        settle(server, store, identities, keys, restored)
        say("Kiểm tra nhật ký hệ thống và số liệu…")
        restored.findings += check_after(server, backup, keys, restored.until)
        return restored


def refuse_full(data: Path) -> None:
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise BackupError(f"Thư mục {data} không trống: chỉ khôi phục vào thư mục mới hoặc trống.")


@contextmanager
def emptied_where_it_fails(data: Path, always: bool = False) -> Iterator[Callable[[Manifest], Server]]:
    """Of a drill always: nothing stays of it."""
    os.umask(0o077)
    make_folder(data, 0o711)
    servers: list[Server] = []

    def server_of(backup: Manifest) -> Server:
        servers.append(Server(data, backup))
        return servers[0]

    is_well = False
    try:
        yield server_of
        is_well = not always
    except StackError as error:
        raise BackupError(str(error)) from None
    finally:
        for server in servers:
            server.close()
            if not is_well:
                server.throw_away()
        for path in () if is_well else list(data.iterdir()):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def look_at_the_copy(
    server: Server, store: Store, identities: Sequence[Any], restored: Restored, *options: str
) -> None:
    """Recovery stands still at the end of the copy itself, where rows and digests were taken."""
    with Feeder(store, identities, server.sockets / "feed", server.account) as feeder:
        settings = [f"restore_command={feeder.command}", "hot_standby=on", *options]
        settings += ["recovery_target=immediate", "recovery_target_action=pause"]
        server.recover(settings, feeder.complain)
        restored.findings += compare_at_the_point(server, restored.backup)
        server.stop()


def roll_forward(
    server: Server, store: Store, identities: Sequence[Any], to: datetime | None, restored: Restored
) -> None:
    """To the moment; where the log ends before it, to its end, which is said."""
    with Feeder(store, identities, server.sockets / "feed", server.account) as feeder:
        settings = [f"restore_command={feeder.command}", "hot_standby=off", "recovery_target_action=promote"]
        target = [f"recovery_target_time={to.astimezone(UTC):%Y-%m-%d %H:%M:%S+00}"] if to else []
        try:
            server.recover([*settings, *target], feeder.complain)
        except BackupError:
            if not server.ended_too_early:
                raise
            restored.is_short = True
            server.recover(settings, feeder.complain)
    restored.until = server.ask(_LAST)[0][0] or restored.backup.finished_at


def settle(server: Server, store: Store, identities: Sequence[Any], keys: dict[str, Any], restored: Restored) -> None:
    """What `manage.py stack` finds in a folder that it has run on before."""
    data = server.data
    hashes = [sha256 for (sha256,) in server.ask(_FILES)]
    wrong = bring_back(store, hashes, data / "files", identities)
    restored.files = len(hashes) - len(wrong)
    if wrong:
        words = f"{len(wrong)} tệp đính kèm không có hoặc hỏng trong kho: {', '.join(wrong[:5])}"
        restored.findings.append(Finding("files", words))
    write_whole(data / "secret-key", keys["SECRET_KEY"])
    if days := keys["CLOCK_DAYS_AHEAD"]:
        write_whole(data / "env", f"CLOCK_DAYS_AHEAD={days}\n")
    make_folder(data / "done", 0o700)
    write_whole(data / "done/first-start", "restored")  # no demonstration is loaded into it
