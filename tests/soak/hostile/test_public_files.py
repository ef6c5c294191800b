"""Other people's test files through the gate: read, or refused; and what is read is what openpyxl sees.

PUBLIC_FILES names a folder of them (unpacked sources of openpyxl, xlrd, tablib, exceljs and the like); none is kept
here.
"""

import datetime
import math
import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from apps.exchange.gate import Refused
from apps.exchange.parse import Cell, ending_of, read_rows

FOLDER = os.environ.get("PUBLIC_FILES", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="PUBLIC_FILES names no folder")
SHEETS = 5  # of each file


def files() -> list[Path]:
    found = [one for one in Path(FOLDER).rglob("*") if one.is_file() and ending_of(one.name) and one.stat().st_size]
    return sorted(found)


def read(path: Path, ending: str) -> Iterator[dict[tuple[int, int], Cell]]:
    """The visible sheets, one after the other."""
    place, places = 0, 1
    while place < min(places, SHEETS):
        with read_rows(path, place, ending=ending) as table:
            places = len(table.meta.sheets)
            yield {(row, at): cell for row, cells in table for at, cell in enumerate(cells, 1) if cell}
        place += 1


def same(cell: Cell | None, value: Any) -> bool:
    """As far as openpyxl tells what is seen: formats that show something else are left out."""
    if cell is None:
        return value in (None, "")
    text = str(cell.value)
    if isinstance(value, str):
        return cell.kind in "sfte" and text.strip() == value.strip().replace("\r\n", "\n")
    if isinstance(value, bool):
        return text in (str(value), str(value).upper())
    if isinstance(value, int | float):
        return cell.kind in "st" or (cell.kind in "nf" and math.isclose(float(text), value, rel_tol=1e-9))
    return isinstance(value, datetime.date | datetime.time | datetime.timedelta)


def test_public_files(say: Callable[[str], None]) -> None:
    counted, cells, wrong = Counter[str](), 0, []
    for path in files():
        ending = ending_of(path.name)
        try:
            sheets = list(read(path, ending))
        except Refused as refusal:
            counted[f"{ending}: {refusal.code}"] += 1
            wrong += [] if refusal.message else [f"{path}: no words"]
            continue
        counted[f"{ending}: taken"] += 1
        if ending == "xlsx":
            found, differing = beside_openpyxl(path, sheets)
            cells += found
            wrong += [f"{path.relative_to(FOLDER)}: {one}" for one in differing[:3]]
    say(f"{counted.total()} public files: {dict(sorted(counted.items()))}; {cells} cells as openpyxl has them")
    assert not wrong, "\n" + "\n".join(wrong)


def beside_openpyxl(path: Path, sheets: list[dict[tuple[int, int], Cell]]) -> tuple[int, list[str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(path, data_only=True)
        except Exception:  # it takes less than we do
            return 0, []
    visible = [one for one in book.worksheets if one.sheet_state == "visible"]
    found, differing = 0, []
    for sheet, ours in zip(visible, sheets, strict=False):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None or cell.hyperlink:  # of a blank cell it tells where the link leads
                    continue
                found += 1
                if not same(ours.get((cell.row, cell.column)), cell.value):
                    ours_is = ours.get((cell.row, cell.column))
                    differing.append(f"{sheet.title}!{cell.coordinate} is {cell.value!r}, read as {ours_is!r}")
    return found, differing
