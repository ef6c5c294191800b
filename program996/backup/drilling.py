"""A drill: the newest backup is brought back into a place of its own, held against what it was, and thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json import loads
from pathlib import Path
from time import monotonic
from typing import Any

from program996.backup.checking import Finding, audit_head, check_after, refuse_newer, unchanged
from program996.backup.recovering import Server
from program996.backup.restoring import Restored, emptied_where_it_fails, look_at_the_copy, roll_forward, settle
from program996.backup.sealing import unsealed
from program996.backup.store import Manifest, Store
from program996.backup.taking import BASE, KEYS


@dataclass
class Drilled:
    backup: Manifest
    facts: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def drill(store: Store, identities: Sequence[Any], scratch: Path, say: Callable[[str], None]) -> Drilled:
    """Twice: to the end of the copy itself, where rows and digests are compared, and through all of the log since."""
    began = monotonic()
    backup = store.existing().newest()
    refuse_newer(backup)
    say(f"Khôi phục thử bản sao {backup.name}…")
    store.verify(backup)
    keys = loads(unsealed(store.folder_of(backup) / KEYS, identities))
    drilled = Drilled(backup)
    with (
        tempfile.TemporaryDirectory(prefix="p996-drill-", dir=scratch) as folder,
        emptied_where_it_fails(Path(folder), always=True) as server_of,
    ):
        Path(folder).chmod(0o711)  # the database's account passes through
        server = server_of(backup)
        server.unpack(store.folder_of(backup) / BASE, identities)
        restored = Restored(backup, server.data)
        look_at_the_copy(server, store, identities, restored, "fsync=off")
        roll_forward(server, store, identities, None, restored)
        settle(server, store, identities, keys, restored)
        drilled.findings += restored.findings + check_after(server, backup, keys, restored.until)
        drilled.facts |= {"tables": len(backup.tables), "tables_to_the_letter": unchanged(backup)}
        drilled.facts |= _facts(server, restored, began)
    return drilled


def _facts(server: Server, restored: Restored, began: float) -> dict[str, Any]:
    until = restored.until or restored.backup.finished_at
    return {
        "seconds": round(monotonic() - began),
        "until": until.isoformat(),
        "behind_seconds": round((datetime.now(UTC) - until).total_seconds()),
        "files": restored.files,
        "audit_head": audit_head(server),
    }
