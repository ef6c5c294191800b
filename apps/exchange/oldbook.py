"""An .xls of Excel 97 to 2003: what must be so before calamine reads it. Standard library only, as gate.py."""

import re
from typing import BinaryIO

from apps.documents.packages import MAX_FILE, OLE_MAGIC, ZIP_MAGIC
from apps.exchange import gate

# Streams and storages by their names in the directory of the file.
_REFUSED = (
    ("EncryptedPackage", "encrypted"),
    ("_VBA_PROJECT", "macros"),
    ("Ole10Native", "embedded"),
    ("ObjectPool", "embedded"),
    ("MBD0", "embedded"),
)
_DIRECTORY_ENTRY = 128
# The record FILEPASS, which comes right after the one that begins a workbook, or after that of its write protection.
_LOCKED = re.compile(rb"\x09\x08(?:\x08\x00.{8}|\x10\x00.{16})(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)


def checked(file: BinaryIO) -> bytes:
    """The content of a file that may be read."""
    size = file.seek(0, 2)
    if size == 0:
        raise gate.refused("empty")
    if size > MAX_FILE:
        raise gate.refused("too_big")
    file.seek(0)
    content = file.read(MAX_FILE)
    if content.startswith(ZIP_MAGIC):
        raise gate.refused("wrong_ending")
    if not content.startswith(OLE_MAGIC):
        raise gate.refused("not_xls")
    names = _names(content)
    for name, code in _REFUSED:
        if any(name in one for one in names):
            raise gate.refused(code)
    if not any(one in ("Workbook", "Book") for one in names):
        raise gate.refused("not_xls")
    if _LOCKED.search(content):
        raise gate.refused("encrypted")
    return content


def _names(content: bytes) -> set[str]:
    """Every entry of every directory that may be in it: names stand at multiples of 128, each with its length."""
    found = set()
    for at in range(512, len(content) - _DIRECTORY_ENTRY + 1, _DIRECTORY_ENTRY):
        length = int.from_bytes(content[at + 64 : at + 66], "little")
        if 4 <= length <= 64 and length % 2 == 0 and content[at + 66] in (1, 2):
            name = content[at : at + length - 2].decode("utf-16-le", "replace")
            if name.isprintable() or name[:1] == "\1":
                found.add(name)
    return found
