"""The file of the demonstration accounts: never half written, and never older than the accounts it opens."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from program996.demo.accounts import Key


@contextmanager
def written_with(path: Path) -> Iterator[Callable[[list[Key]], None]]:
    """Hand out `keep`, which stores the keys beside `path` inside the caller's transaction; in place only after it.

    Killed before the commit: nothing is loaded, nothing is in place. Killed after it: `path` is missing, which tells
    the next run to set new passwords. So an older file must go before the commit.
    """
    fresh = path.with_name(path.name + ".new")
    kept = False

    def keep(keys: list[Key]) -> None:
        nonlocal kept
        kept = True
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            json.dump([asdict(key) for key in keys], file, ensure_ascii=False, indent=2)
            file.flush()
            os.fsync(file.fileno())
        path.unlink(missing_ok=True)

    try:
        yield keep
    except BaseException:
        if kept:
            fresh.unlink(missing_ok=True)
        raise
    if kept:
        fresh.replace(path)
