"""A formal paper as .pdf: tagged, PDF/A-2a and PDF/UA-1, the same bytes for the same paper."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst
from django.conf import settings

from apps.papers import form
from apps.papers.content import content_of
from apps.papers.fonts import drawable, width
from apps.papers.paper import Paper

FOLDER = Path(settings.BASE_DIR) / "templates/papers"
MAY_BREAK = "\N{ZERO WIDTH SPACE}"
NARROWEST = 55  # mm that a text has anywhere but in a table


def write_pdf(paper: Paper) -> bytes:
    told = content_of(paper)
    tables = [told["blocks"], *(annex["blocks"] for annex in told["annexes"])]
    for block in (block for blocks in tables for block in blocks if block["is"] == "table"):
        _fit_cells(block)
    told = _typeset(told) | {"form": _form()}
    compiler = typst.Compiler(
        FOLDER / "report.typ", root=FOLDER, font_paths=typefaces(), sys_inputs={"paper": json.dumps(told)}
    )
    return cast(bytes, compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"]))


@cache
def typefaces() -> typst.Fonts:
    """Ours alone: a machine's own typefaces would make another paper of the same data."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[settings.PAPER_FONTS])


def _form() -> dict[str, Any]:
    return {
        "top": form.TOP, "bottom": form.BOTTOM, "left": form.LEFT, "right": form.RIGHT,
        "head_columns": form.HEAD_COLUMNS, "cell_padding": form.CELL_PADDING, "table_size": form.TABLE_SIZE,
        "issuer_size": form.ISSUER_SIZE, "nation_size": form.NATION_SIZE, "motto_size": form.MOTTO_SIZE,
    }  # fmt: skip


def _typeset(told: Any) -> Any:
    """Every text below, with a box for what the typeface lacks and places to break a word wider than its room."""
    if isinstance(told, str):
        return fitted(drawable(told), NARROWEST, 14)
    if isinstance(told, Mapping):
        return {name: _typeset(value) for name, value in told.items()}
    return [_typeset(value) for value in told] if isinstance(told, list) else told


def _fit_cells(table: dict[str, Any]) -> None:
    rooms = [width - 2 * form.CELL_PADDING for width in table["widths"]]
    for cells in (table["titles"], *(row["cells"] for row in table["rows"])):
        for at, room in enumerate(rooms):
            cells[at] = [fitted(line, room, form.TABLE_SIZE) for line in cells[at]]


def fitted(text: str, room: float, size: float) -> str:
    """Words wider than `room` millimetres may break at any sign; by themselves they would run off the paper."""
    points = room * form.POINTS
    shortest = max(1, int(points / size))  # signs that fit, however wide they are: no need to measure

    def opened(word: re.Match[str]) -> str:
        return _opened(word[0], max(1, shortest // 3)) if width(word[0], size, style="bold") > points else word[0]

    return re.sub(rf"\S{{{shortest},}}", opened, text)


def _opened(word: str, step: int) -> str:
    """A place to break after every so many signs, but none between a letter and its mark."""
    letters = [letter[0] for letter in re.finditer(r"(?s).[\u0300-\u036f]*", word)]
    return MAY_BREAK.join("".join(letters[at : at + step]) for at in range(0, len(letters), step))
