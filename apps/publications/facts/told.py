"""What a book is built from, as plain data: named figures and tables, read once at a moment and then frozen.

Who adds to it declares a provider: `@provide` in a module beside this one, which `apps.py` names. Figures are bound by
their keys in texts (`{{mt5.2025}}`), tables by their names in the outline of sections.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from apps.core.numbers import plain_decimal
from apps.core.templatetags.ui import number, percent
from apps.papers.paper import Alignment


@dataclass(frozen=True)
class Asked:
    """Of which years a book tells, of whom (no unit: the nation), as known at which moment."""

    kind: str
    span: str
    years: tuple[int, ...]
    unit: str | None
    as_of: datetime
    day: date  # of which units and tasks are told: the last of the window, or that of `as_of` before it is over

    @property
    def year(self) -> int:
        return self.years[-1]

    @property
    def is_national(self) -> bool:
        return self.unit is None


@dataclass(frozen=True)
class Bound:
    """A figure as texts may name it. `value` is the number as programs read it, `text` as people do."""

    key: str
    label: str
    value: str
    text: str
    unit: str = ""
    source: str = ""  # where it opens to what is behind it
    as_of: str = ""
    note: str = ""


@dataclass(frozen=True)
class Cell:
    text: str
    value: str = ""  # of a number


@dataclass(frozen=True)
class Head:
    title: str
    alignment: Alignment = "left"
    weight: float = 1


@dataclass(frozen=True)
class Line:
    cells: tuple[Cell, ...]
    is_total: bool = False


@dataclass(frozen=True)
class Grid:
    """A table. Without lines it is not printed, but what `empty` says is."""

    name: str
    title: str
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    unit_note: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""
    as_of: str = ""
    empty: str = ""

    @property
    def rows(self) -> list[tuple[Line, list[tuple[Cell, Head]]]]:
        """Each cell with the head of its column."""
        return [(line, list(zip(line.cells, self.heads, strict=True))) for line in self.lines]


@dataclass
class Facts:
    """All of it. `plain()` is what a book keeps, `read()` the same again."""

    about: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Bound] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)

    def add(self, *figures: Bound) -> None:
        for one in figures:
            if one.key in self.figures:
                raise ValueError(f"two figures are called {one.key}")
            self.figures[one.key] = one

    def lay(self, grid: Grid) -> None:
        self.grids[grid.name] = grid

    def plain(self) -> dict[str, Any]:
        return {
            "about": self.about,
            "figures": [asdict(one) for one in self.figures.values()],
            "grids": [asdict(one) for one in self.grids.values()],
        }

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Facts":
        found = cls(about=dict(kept.get("about", {})))
        found.add(*(Bound(**one) for one in kept.get("figures", ())))
        for one in kept.get("grids", ()):
            found.lay(_grid(one))
        return found


def _grid(kept: Mapping[str, Any]) -> Grid:
    heads = tuple(Head(**one) for one in kept["heads"])
    lines = tuple(Line(tuple(Cell(**cell) for cell in one["cells"]), one["is_total"]) for one in kept["lines"])
    return Grid(**{**kept, "heads": heads, "lines": lines, "notes": tuple(kept["notes"])})


# --- cells and figures of numbers -------------------------------------------------------------------------------------

NOTHING = Cell("–")


def words(text: Any) -> Cell:
    return Cell(str(text or "–"))


def amount(value: Decimal | int | None, decimals: int | None = 0) -> Cell:
    return NOTHING if value is None else Cell(number(value, decimals), plain_decimal(value))


def rate(part: Decimal | int | None, whole: Decimal | int | None, decimals: int = 1) -> Cell:
    """In per cent of the whole; none of nothing."""
    return amount_percent(share_of(part, whole), decimals)


def amount_percent(value: Decimal | None, decimals: int = 1) -> Cell:
    return NOTHING if value is None else Cell(percent(value, decimals), plain_decimal(round(value, 6)))


def share_of(part: Decimal | int | None, whole: Decimal | int | None) -> Decimal | None:
    return None if part is None or not whole else Decimal(part) * 100 / Decimal(whole)


def bound(key: str, label: str, cell: Cell, **told: Any) -> list[Bound]:
    """None of what is not known: a text that names it is wrong."""
    return [Bound(key, label, cell.value, cell.text, **told)] if cell.value else []


def moment_in_words(at: datetime | None) -> str:
    return at.isoformat() if at else ""


# --- providers --------------------------------------------------------------------------------------------------------

Provider = Callable[[Asked, Facts], None]
_providers: dict[str, Provider] = {}


def provide(name: str) -> Callable[[Provider], Provider]:
    """What adds its figures and tables to a book: by grouped statements, as many for one unit as for all."""

    def kept(provider: Provider) -> Provider:
        _providers[name] = provider
        return provider

    return kept


def providers() -> Iterable[Provider]:
    return [_providers[name] for name in sorted(_providers)]
