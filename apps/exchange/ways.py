"""Files that are no rows of a register, and yet come in by the same command: whose app reads them says so by name."""

from collections.abc import Callable
from typing import Any

# file, unit, person, round=…, confirm=… → {rows, valid, written, errors, notes}; ValidationError: refused as a whole.
Way = Callable[..., dict[str, Any]]
_ways: dict[str, Way] = {}


def register_way(name: str, way: Way) -> None:
    _ways[name] = way


def ways() -> dict[str, Way]:
    return _ways
