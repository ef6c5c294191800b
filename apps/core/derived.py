"""Tables that follow from others, each with the check that holds it to them and the way to make it anew.

An app names its own in its `derived.py`, found at start; `manage.py check_figures` asks all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Derived:
    """`disagreements` changes nothing and says each difference in a line; `repair` runs in a transaction."""

    name: str
    disagreements: Callable[[], list[str]]
    repair: Callable[[], object]


_known: dict[str, Derived] = {}


def watch(derived: Derived) -> None:
    _known[derived.name] = derived


def derived_tables() -> list[Derived]:
    return list(_known.values())
