"""Good files of every door as other programs write them: each cell is read as it is in the portal's own file.

LibreOffice and openpyxl always; more where WRITERS names a folder with `venv` (xlsxwriter, pandas, odfpy, pyexcelerate,
xlwt, pyexcel-ods3) and `js/node_modules` (xlsx, exceljs, xlsx-populate).
"""

import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.allocations.conftest import draft, figures, five, given  # noqa: F401 - fixtures
from tests.reports.conftest import editor, report, round_2026  # noqa: F401 - fixtures
from tests.soak.hostile.doors import DOORS, REGISTERS, Door, door_of
from tests.soak.hostile.material import Claim, Damaged
from tests.soak.hostile.other_doors import other_door
from tests.soak.hostile.test_files import sent
from tests.soak.office import saved_as
from tests.tasks.conftest import cuc, people, so  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]
HERE = Path(__file__).parent
OTHERS = Path(os.environ["WRITERS"]) if os.environ.get("WRITERS") else None
Write = Callable[[Door, Path], bytes]


def by_office(ending: str, how: str = "") -> Write:
    def write(door: Door, folder: Path) -> bytes:
        (folder / "door.xlsx").write_bytes(door.material.good)
        return saved_as(ending, folder / "door.xlsx", folder, how)

    return write


def again_by_openpyxl(door: Door, folder: Path) -> bytes:
    kept = io.BytesIO()
    door.material.book().save(kept)
    return kept.getvalue()


def by_library(name: str, ending: str) -> Write:
    def write(door: Door, folder: Path) -> bytes:
        assert OTHERS
        table, file = folder / "table.json", folder / f"made.{ending}"
        if "again" in name:
            (table := folder / "door.xlsx").write_bytes(door.material.good)
        else:
            table.write_text(json.dumps(lines_of(door), ensure_ascii=False))
        is_js = name.startswith(("SheetJS", "exceljs", "xlsx-populate"))
        run = ["node", "writers.cjs"] if is_js else [str(OTHERS / "venv/bin/python"), "writers.py"]
        told = os.environ | {"WRITERS_MODULES": str(OTHERS / "js")}
        subprocess.run([*run, name, str(table), str(file)], cwd=HERE, env=told, check=True, capture_output=True)
        return file.read_bytes()

    return write


AGAIN: dict[str, tuple[Write, str]] = {
    "LibreOffice": (by_office("xlsx"), "xlsx"),
    "openpyxl again": (again_by_openpyxl, "xlsx"),
}
MADE: dict[str, tuple[Write, str]] = {
    "LibreOffice .ods": (by_office("ods"), "ods"),
    "LibreOffice .xls": (by_office("xls"), "xls"),
    "LibreOffice .csv": (by_office("csv", ":Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false"), "csv"),
}
if OTHERS:
    AGAIN |= {f"{name} again": (by_library(f"{name} again", "xlsx"), "xlsx") for name in ("SheetJS", "exceljs")}
    MADE |= {
        name: (by_library(name, ending), ending)
        for name, ending in {
            "xlsxwriter": "xlsx", "xlsxwriter in constant memory": "xlsx", "xlsxwriter in 64 bits": "xlsx",
            "pandas by openpyxl": "xlsx", "pandas by xlsxwriter": "xlsx", "pandas by odfpy": "ods",
            "pyexcelerate": "xlsx", "xlwt": "xls", "pyexcel-ods3": "ods", "SheetJS": "xlsx", "SheetJS shared": "xlsx",
            "SheetJS .ods": "ods", "SheetJS .xls": "xls", "exceljs": "xlsx", "xlsx-populate": "xlsx",
        }.items()
    }  # fmt: skip


def lines_of(door: Door) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(door.material.good)).worksheets[0]
    lines = [[_plain(cell.value) for cell in row] for row in sheet.iter_rows(max_row=8)]
    return [line for line in lines if any(value is not None for value in line)]


def _plain(value: Any) -> Any:
    return {"day": value.isoformat()[:10]} if hasattr(value, "isoformat") else value


def dealt() -> Iterator[tuple[str, list[str]]]:
    """Two programs to each register in turn, all that keep a whole workbook to the report and the allocation."""
    turn = cycle([*MADE, *AGAIN])
    for door in DOORS:
        yield door, [next(turn), next(turn)] if door in REGISTERS else list(AGAIN)


@pytest.mark.parametrize(("name", "programs"), [pytest.param(*one, id=one[0]) for one in dealt()])
def test_read_as_our_own(
    name: str, programs: list[str], request: pytest.FixtureRequest, tmp_path: Path, say: Callable[[str], None]
) -> None:
    door = (door_of if name in REGISTERS else other_door)(name, request.getfixturevalue)
    base = door.send(door.material.good, "xlsx")
    wrong: list[str] = []
    asked: list[str] = []  # what the program did not write as it was: a day without its format
    for program in programs:
        shutil.rmtree(tmp_path, ignore_errors=True)
        tmp_path.mkdir()
        write, ending = (AGAIN | MADE)[program]
        found = sent(door, Damaged(write(door, tmp_path), Claim(), ending))
        if not found.taken:
            wrong.append(f"{program}: {found.words}")
        for place in sorted(base.values.keys() | found.values.keys()):
            if found.values.get(place) != base.values.get(place):
                one = f"{program}: {place} is {found.values.get(place)!r}, not {base.values.get(place)!r}"
                (asked if place in found.told else wrong).append(one)
    told = f"{len(base.values)} cells each, {len(wrong)} wrong, {len(asked)} asked about"
    say(f"{name}: as written by {', '.join(programs)}: {told}")
    assert not wrong, "\n" + "\n".join(wrong)
