"""Files that are no rows of a register, and yet come in by the same command: whose app reads them says so by name."""

from collections.abc import Callable
from typing import Any

# file, unit, person, round=…, confirm=… → {rows, valid, written, errors, notes}; ValidationError: refused as a whole.
Reader = Callable[..., dict[str, Any]]
_readers: dict[str, Reader] = {}


def register_reader(name: str, reader: Reader) -> None:
    _readers[name] = reader


def readers() -> dict[str, Reader]:
    return _readers
