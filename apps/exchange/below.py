"""What offices leave below the rows of a sheet: the total, place and day, who drew it up. It is told, not read."""

from collections.abc import Iterator

from apps.exchange.parse import Cell
from apps.exchange.resource import ScopedResource

MOST_CELLS = 2  # filled, of the declared columns: more is a row that somebody means
Taken = dict[str, Cell | None]
Line = tuple[int, Taken]


class Below:
    """Lines that may stand below the rows. Each waits for what follows: a row after it makes it a row of its own."""

    def __init__(self, resource: ScopedResource) -> None:
        self._codes = [field.key for field in resource.fields if field.is_code]
        self.lines: list[Line] = []

    def rows_of(self, rows: Iterator[Line]) -> Iterator[Line]:
        """The rows of the sheet; afterwards `lines` holds what stood below the last one."""
        some = False
        for number, taken in rows:
            if some and self._may_stand_below(taken):
                self.lines.append((number, taken))
                continue
            yield from self.lines
            self.lines, some = [], True
            yield number, taken

    def _may_stand_below(self, taken: Taken) -> bool:
        return len(texts_of(taken)) <= MOST_CELLS and not any(_is_code(taken.get(key)) for key in self._codes)


def texts_of(taken: Taken) -> list[str]:
    return [text for cell in taken.values() if cell is not None and (text := str(cell.value).strip())]


def _is_code(cell: Cell | None) -> bool:
    """«0100109106», «01O0109106» and C10 are codes; «Tổng cộng» and «Bắc Ninh, ngày 20/11/2026» are none."""
    text = str(cell.value).strip() if cell is not None else ""
    return any(sign.isdecimal() for sign in text) and not any(sign.isspace() for sign in text)
