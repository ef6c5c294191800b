"""What a file does to a register beside writing its columns: for rows that are more than their columns.

All of it is SQL that the app of the register writes. `s` is a staged row (`s.clean`, `s.number`), `n` a row of the
register; `staged`, `known`, `differing` are the tables of `comparing.compared`. Values come by name, from `values`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from apps.accounts.models import User
from apps.exchange.models import ImportBatch

if TYPE_CHECKING:
    from apps.registers.columns import Words


def _none(batch: ImportBatch) -> dict[str, Any]:
    return {}


def _nothing(batch: ImportBatch) -> None:
    return


def _nothing_more(batch: ImportBatch, by: User) -> None:
    return


@dataclass(frozen=True)
class Stays:
    """Why a row that a file brought is kept when the file is taken back."""

    code: str
    words: "Words"
    when: str  # a condition over `n`


@dataclass(frozen=True, eq=False)
class FileRules:
    """`written_while`: the condition under which a file may write over a known row; else it is told and left."""

    values: Callable[[ImportBatch], dict[str, Any]] = _none
    headers: Mapping[str, str] = field(default_factory=dict)  # of columns of the file that the table does not have
    words: Mapping[str, "Words"] = field(default_factory=dict)  # messages of its own, in place of `MESSAGES`
    told: tuple[str, ...] = ()  # codes of what `wanted` tells
    changing: tuple[str, ...] = ()  # those of them that make a known row an update
    wanted: str = ""  # SELECT number, column, value, code, severity, message …
    born: Mapping[str, str] = field(default_factory=dict)  # further columns of a new row: expressions over `s`
    written_while: str = "true"
    written_over: str = ""  # further assignments to a row that is written over, or given back
    before_writing: Callable[[ImportBatch], None] = _nothing  # once the rows are settled
    after_writing: tuple[str, ...] = ()
    after_undoing: tuple[str, ...] = ()
    last_undone: Callable[[ImportBatch, User], None] = _nothing_more  # what came along and is not SQL of its own
    by_hand: tuple[str, str] = ("register.added", "register.changed")  # audit actions: entered, changed
    # Patterns of audit actions after which a row is somebody's.
    touched: tuple[str, ...] = ("register.changed", "register.restored", "register.merged", "register.parted")
    stays: tuple[Stays, ...] = ()


NO_RULES = FileRules()
