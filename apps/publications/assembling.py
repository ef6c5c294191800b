"""A manuscript put together as plain data: sections with their resolved texts and tables, in the order of the outline.

A pure function: the paper, the workbook, the pages and the API all tell what it gives.
"""

import re
from dataclasses import dataclass
from typing import Any

from apps.core.kept_words import in_vietnamese
from apps.papers.content import roman
from apps.publications.facts.told import Bound, Facts, Grid
from apps.publications.manuscript import Manuscript, Part
from apps.publications.tokens import Piece, pieces_of

HEADING = re.compile(r"#{1,2}\s+(.+)")


@dataclass(frozen=True)
class Line:
    """A paragraph of a section, or a heading within it (`level` 2 or 3)."""

    pieces: tuple[Piece, ...]
    level: int = 0

    @property
    def text(self) -> str:
        return "".join(one.text for one in self.pieces)


@dataclass(frozen=True)
class Chapter:
    part: Part
    number: str  # «II», of annexes too
    lines: tuple[Line, ...]
    grids: tuple[Grid, ...]

    @property
    def is_empty(self) -> bool:
        return not self.lines and not any(grid.lines or grid.empty for grid in self.grids)


@dataclass(frozen=True)
class Assembled:
    manuscript: Manuscript
    chapters: tuple[Chapter, ...]

    @property
    def facts(self) -> Facts:
        return self.manuscript.facts

    @property
    def used(self) -> dict[str, Bound]:
        """Figures that texts name."""
        found = (piece for one in self.chapters for line in one.lines for piece in line.pieces)
        return {piece.key: piece.figure for piece in found if piece.figure}

    def chapter(self, code: str) -> Chapter | None:
        return next((one for one in self.chapters if one.part.code == code), None)


@in_vietnamese()
def assemble(manuscript: Manuscript) -> Assembled:
    counted = {True: 0, False: 0}  # annexes are counted by themselves
    chapters = []
    for part in manuscript.parts:
        counted[part.is_annex] += 1
        grids = tuple(manuscript.facts.grids[name] for name in part.tables if name in manuscript.facts.grids)
        chapters.append(Chapter(part, roman(counted[part.is_annex]), lines_of(part.text, manuscript.facts), grids))
    return Assembled(manuscript, tuple(chapters))


def lines_of(text: str, facts: Facts) -> tuple[Line, ...]:
    found = []
    for row in text.splitlines():
        if not row.strip():
            continue
        heading = HEADING.fullmatch(row.strip())
        level = 0 if heading is None else 2 if row.strip().startswith("# ") else 3
        words = heading[1] if heading else row.strip()
        found.append(Line(tuple(pieces_of(words, facts.figures)), level))
    return tuple(found)


def figures_told(found: Assembled) -> list[dict[str, Any]]:
    """Every figure of the book for programs, in the order of keys."""
    return [
        {"key": one.key, "label": one.label, "value": one.value, "text": one.text, "unit": one.unit,
         "as_of": one.as_of, "source": one.source, "is_used": one.key in found.used}
        for one in sorted(found.facts.figures.values(), key=lambda figure: figure.key)
    ]  # fmt: skip
