"""Where backups of the stack on one machine go and for whose key, as its processes are told. Standard library only."""

from __future__ import annotations

import os
import re
from pathlib import Path

from program996.management.processes import StackError

ASKED = ("BACKUP_DIR", "BACKUP_RECIPIENT", "BACKUP_IDENTITY", "BACKUP_SPOOL")
# A segment of the log ends each minute in which anything was written, so that no more than that is ever unarchived;
# who does not come to take the log may keep the server's disk from being full with it only up to a measure.
SERVER_OPTIONS = ("archive_timeout=60", "max_slot_wal_keep_size=8GB")
PUBLIC = re.compile(r"^# public key: (age1\w+)$", re.M)


def backup_environment(folder: Path | None, data: Path) -> dict[str, str]:
    """Empty where nobody asks for backups. Without a public key from outside the folder gets a pair of its own: for
    trying it out, and for the drill; of a portal that matters the private key lies elsewhere.
    """
    told = {name: os.environ[name] for name in ASKED if os.environ.get(name)}
    if folder:
        told["BACKUP_DIR"] = str(folder.resolve())
    if "BACKUP_DIR" not in told:
        return {}
    Path(told["BACKUP_DIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)
    if "BACKUP_RECIPIENT" not in told:
        own = data / "backup-key"
        told |= {"BACKUP_RECIPIENT": own_recipient(own), "BACKUP_IDENTITY": str(own)}
    return {"BACKUP_SPOOL": str(data / "spool")} | told


def own_recipient(key: Path) -> str:
    if not key.exists():
        from program996.backup.keys import write_key  # the one library beside the standard one, where it is asked for

        write_key(key)
    if found := PUBLIC.search(key.read_text()):
        return found[1]
    raise StackError(f"Tệp khóa {key} không có dòng “# public key: age1…”.")
