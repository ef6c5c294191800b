"""Segments of the log for a server that recovers: unsealed one by one as it asks for them.

The server may run as another account, which opens neither the store nor the key. So it asks by a file in a folder of
its own, and waits; whoever restores lays the segment beside, or says that there is none.
"""

from __future__ import annotations

import os
import pwd
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from program996.backup import BackupError
from program996.backup.sealing import unseal
from program996.backup.store import HISTORY, SEGMENT, Store

LOOK_EVERY = 0.02  # seconds
# Beyond 128 recovery ends with an error instead of going on without the segment.
_ASK = """#!/bin/sh
cd "$(dirname "$0")" || exit 255
: > "want-$1" || exit 255
while [ -e open ]; do
    if [ -e "got-$1" ]; then mv "got-$1" "$OLDPWD/$2" && exit 0; exit 255; fi
    if [ -e "none-$1" ]; then rm "none-$1"; exit 1; fi
    sleep 0.02
done
exit 255
"""


class Feeder:
    def __init__(self, store: Store, identities: Sequence[Any], folder: Path, account: pwd.struct_passwd | None):
        self.store, self.identities, self.folder, self.account = store, identities, folder, account
        self.trouble: Exception | None = None
        self.given = ""  # the last segment
        self._thread = threading.Thread(target=self._feed, daemon=True)
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        (self.folder / "ask").write_text(_ASK)
        (self.folder / "open").touch()
        for path in (self.folder, *self.folder.iterdir()):
            self._hand_over(path)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def command(self) -> str:
        return f'/bin/sh {self.folder}/ask %f "%p"'

    def _feed(self) -> None:
        while not self._ended.wait(LOOK_EVERY):
            for asked in self.folder.glob("want-*"):
                name = asked.name.removeprefix("want-")
                try:
                    self._give(name)
                    asked.unlink()
                except Exception as error:
                    self.trouble = error
                    (self.folder / "open").unlink(missing_ok=True)  # the server gives up
                    return

    def _give(self, name: str) -> None:
        place = self.store.place_of_segment(name)
        if not (SEGMENT.fullmatch(name) or HISTORY.fullmatch(name)) or not place.exists():
            (self.folder / f"none-{name}").touch()
            self._hand_over(self.folder / f"none-{name}")
            return
        draft = self.folder / f"draft-{name}"
        with draft.open("wb") as file:
            unseal(place, self.identities, file.write)
        self._hand_over(draft)
        draft.rename(self.folder / f"got-{name}")
        if SEGMENT.fullmatch(name):
            self.given = name

    def _hand_over(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def complain(self) -> None:
        if self.trouble is not None:
            raise BackupError(f"Không đọc được nhật ký giao dịch đã lưu: {self.trouble}") from self.trouble
