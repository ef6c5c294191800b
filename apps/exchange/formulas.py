"""Cells that hold a formula: they count by what it gave when the file was saved."""

import re

from apps.exchange.parse import Cell

FORMULAS = ("f", "t")  # kinds of cells
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?)?")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def value_of_formula(cell: Cell) -> Cell:
    """What the formula last gave, as “paste as values” would leave it."""
    text = str(cell.value)
    if cell.kind == "f" and _ISO.fullmatch(text):
        return Cell("d", text)
    return Cell("n" if cell.kind == "f" and _NUMBER.fullmatch(text) else "s", text)
