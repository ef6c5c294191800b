"""Numbered fields of a form (`unit_1`, `unit_2` …) as rows: as many as were sent, one more, one fewer.

The page sends the whole form for a row more or fewer, so this works with and without scripts.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Row:
    """`number` is the one it was sent under; 0 is a new one."""

    number: int = 0
    values: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not any(value.strip() for value in self.values.values())


def rows_in(data: Mapping[str, str], columns: Sequence[str]) -> list[Row]:
    """The rows that were sent, empty ones too."""
    numbered = re.compile(rf"(?:{'|'.join(columns)})_([1-9]\d{{0,3}})")
    numbers = sorted({int(found[1]) for name in data if (found := numbered.fullmatch(name))})
    return [Row(number, {column: data.get(f"{column}_{number}", "") for column in columns}) for number in numbers]


def as_data(rows: Iterable[Row]) -> dict[str, str]:
    """The same fields, numbered through from 1."""
    return {
        f"{column}_{number}": value
        for number, row in enumerate(rows, start=1)
        for column, value in row.values.items()
    }  # fmt: skip


def place_of(number: str, rows: Iterable[Row]) -> str:
    """Where the row that was sent under this number stands now; the first where it is gone."""
    return next((str(place) for place, row in enumerate(rows, start=1) if str(row.number) == number), "1")
