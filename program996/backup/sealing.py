"""Files made unreadable but for the holder of one key: compressed, then sealed for a public key in the format of age.

The portal holds the public key alone. What it has sealed is opened by `restore`, or without the portal:
`age --decrypt --identity KEY FILE.gz.age | gunzip`.
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO, Any

import pyrage

from program996.backup import BackupError

SUFFIX, SQUEEZED = ".age", ".gz.age"
CHUNK = 1 << 20
LEVEL = 3  # of gzip: a tenth longer files, half of the time
GZIP = 31  # zlib's word for it


@dataclass(frozen=True)
class Sealed:
    size: int
    sha256: str  # of the sealed file
    taken: int
    taken_sha256: str  # of what was sealed


def recipients_of(text: str) -> list[Any]:
    """Public keys between commas: each of their holders opens what is sealed."""
    keys = [part.strip() for part in text.split(",") if part.strip()]
    try:
        return [pyrage.x25519.Recipient.from_str(key) for key in keys]
    except pyrage.RecipientError:
        raise BackupError(
            "BACKUP_RECIPIENT không phải là khóa công khai dạng age1…; tạo cặp khóa bằng manage.py backup_key."
        ) from None


def identities_of(path: Path) -> list[Any]:
    """The private keys of a file as age writes it: one in a line, remarks behind #."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"Không đọc được tệp khóa {path}: {error}") from None
    except pyrage.IdentityError:
        keys = []
    if not keys:
        raise BackupError(f"Tệp {path} không có khóa riêng dạng AGE-SECRET-KEY-1….")
    return keys


def seal(source: IO[bytes], path: Path, recipients: Sequence[Any]) -> Sealed:
    """Write the file whole or not at all: its name appears once its bytes are on the disk."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")  # another process may be at the same file
    taken = _Taken(source, squeezed=path.name.endswith(SQUEEZED))
    with draft.open("wb") as file:
        written = _Written(file)
        try:
            pyrage.encrypt_io(taken, written, recipients)
        except pyrage.EncryptError as error:
            raise BackupError(f"Không niêm phong được {path.name}: {error}") from error
        file.flush()
        os.fsync(file.fileno())
    put_in_place(draft, path)
    return Sealed(written.size, written.sha256.hexdigest(), taken.size, taken.sha256.hexdigest())


def put_in_place(draft: Path, path: Path) -> None:
    """Rename, and see that the name is on the disk too."""
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def unseal(path: Path, identities: Sequence[Any], write: Callable[[bytes], Any]) -> None:
    """Give the bytes that were sealed. A changed or cut file ends in an error, after what came before the break."""
    opened = _Opened(write, squeezed=path.name.endswith(SQUEEZED))
    try:
        with path.open("rb") as file:
            pyrage.decrypt_io(file, opened, identities)
        opened.end()
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise BackupError(f"Khóa không mở được {path.name}: tệp được niêm phong cho khóa khác.") from None
        raise _broken(path) from error
    except FileNotFoundError:
        raise BackupError(f"Thiếu tệp {path}.") from None
    except zlib.error as error:
        raise _broken(path) from error
    except OSError as error:
        if error.errno is None:  # age's own: the bytes are not what was sealed
            raise _broken(path) from error
        raise


def unsealed(path: Path, identities: Sequence[Any]) -> bytes:
    """Of a small file all of it."""
    parts: list[bytes] = []
    unseal(path, identities, parts.append)
    return b"".join(parts)


@contextmanager
def unsealing(path: Path, identities: Sequence[Any]) -> Iterator[IO[bytes]]:
    """A stream to read the file from, while it is unsealed beside."""
    reading, writing = os.pipe()
    trouble: list[BaseException] = []

    def work() -> None:
        try:
            with os.fdopen(writing, "wb", buffering=0) as out:
                unseal(path, identities, lambda data: _write_all(out, data))
        except BrokenPipeError:
            pass  # whoever reads has seen enough
        except BaseException as error:
            trouble.append(error)

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        with os.fdopen(reading, "rb", buffering=CHUNK) as stream:
            yield stream
    except Exception:
        thread.join()
        if trouble:
            raise trouble[0] from None  # what the reader met follows from it
        raise
    thread.join()
    if trouble:
        raise trouble[0]


def _write_all(out: Any, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[out.write(view) :]


def _broken(path: Path) -> BackupError:
    return BackupError(f"Tệp {path.name} bị hỏng hoặc bị sửa, không mở được. Hãy dùng bản sao khác.")


class _Taken:
    """The source as age reads it."""

    def __init__(self, source: IO[bytes], squeezed: bool):
        self.source, self.size, self.sha256 = source, 0, hashlib.sha256()
        self.zip = zlib.compressobj(LEVEL, wbits=GZIP) if squeezed else None
        self.block, self.over = io.BytesIO(), False

    def read(self, size: int = -1) -> bytes:
        while not (data := self.block.read(size)) and not self.over:
            self.block = io.BytesIO(self._next())
        return data

    def _next(self) -> bytes:
        chunk = self.source.read(CHUNK)
        self.size += len(chunk)
        self.sha256.update(chunk)
        self.over = not chunk
        if self.zip is None:
            return chunk
        return self.zip.compress(chunk) if chunk else self.zip.flush()


class _Written:
    def __init__(self, file: IO[bytes]):
        self.file, self.size, self.sha256 = file, 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.sha256.update(data)
        return self.file.write(data)

    def flush(self) -> None:
        self.file.flush()


class _Opened:
    def __init__(self, write: Callable[[bytes], Any], squeezed: bool):
        self.give = write
        self.zip = zlib.decompressobj(wbits=GZIP) if squeezed else None

    def write(self, data: bytes) -> int:
        if plain := self.zip.decompress(data) if self.zip else bytes(data):
            self.give(plain)
        return len(data)

    def flush(self) -> None:
        pass

    def end(self) -> None:
        if self.zip and not self.zip.eof:
            raise zlib.error("cut short")
