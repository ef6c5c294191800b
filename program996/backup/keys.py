"""A pair of keys, in a file as `age-keygen` writes it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pyrage

from program996.backup import BackupError


def write_key(path: Path) -> str:
    """The public key; both stand in the file, which only its owner reads."""
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BackupError(f"Tệp {path} đã có: không ghi đè khóa. Hãy chọn tên khác.") from None
    with os.fdopen(file, "w") as out:
        out.write(f"# created: {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n# public key: {public}\n{identity}\n")
        out.flush()
        os.fsync(out.fileno())
    return public
