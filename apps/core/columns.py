"""Which columns of a list are shown: those of the query, or all but those that its table hides or calls `optional`.

The first column names the row and stays; files have every column, whatever is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Choice:
    name: str
    label: str
    is_shown: bool


def chosen_columns(table: Any, asked: Iterable[str]) -> list[Choice]:
    """Hide the others, and say what can be chosen. Names that the table does not have ask for nothing."""
    _first, *names = [column.name for column in table.columns.iterall()]
    wanted, usual = set(asked) & set(names), {column.name for column in table.columns.itervisible()}
    shown = wanted or usual - set(getattr(table, "optional", ()))
    for name in names:
        (table.columns.show if name in shown else table.columns.hide)(name)
    return [Choice(name, str(table.columns[name].header), name in shown) for name in names]
