"""What the last button on the page of an import did: in whose words it is told, and where its row stood."""

from dataclasses import dataclass, replace
from typing import Self

MOST = 200  # rows that stay in sight, greyed, after they were left out


@dataclass(frozen=True)
class Clicked:
    row: int = 0  # its number in the file
    said: str = ""  # what was done, told at the foot of the page
    field: str = ""  # the id of the field that was refused
    refusal: str = ""  # and why
    # Rows left out since the page was loaded: each stays in its place, so that no other one moves under the pointer.
    dropped: tuple[int, ...] = ()

    @classmethod
    def read(cls, row: int, dropped: str) -> Self:
        numbers = [int(one) for one in dropped.split(".") if one.isascii() and one.isdecimal() and len(one) < 8]
        return cls(row=row, dropped=tuple(numbers[-MOST:]))

    @property
    def query(self) -> str:
        return "&dropped=" + ".".join(map(str, self.dropped)) if self.dropped else ""

    def and_said(self, words: str) -> Self:
        return replace(self, said=words)

    def and_refused(self, field: str, words: str) -> Self:
        return replace(self, field=field, refusal=words)

    def and_dropped(self, number: int) -> Self:
        kept = tuple(one for one in self.dropped if one != number)
        return replace(self, dropped=(*kept, number)[-MOST:])


UNCLICKED = Clicked()
