"""The doors of a unit's own report and of an allocation's table."""

import io
import uuid
from collections.abc import Callable
from typing import Any

import openpyxl
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from openpyxl.utils import column_index_from_string, coordinate_to_tuple

from apps.allocations.forms import read_number
from apps.reports.models import FormCell, ReportFile
from apps.reports.numbers import read_cell
from apps.reports.selectors.filled import cells_of
from apps.reports.services import importing, moves
from apps.reports.workbook import HEAD_ROW, NOW, workbook_of
from tests.reports.book import Book
from tests.soak.hostile.doors import UNLIMITED, Door, Outcome, words_of
from tests.soak.hostile.material import Material, Place

GIVEN = {FormCell.Kind.WHOLE: 465, FormCell.Kind.MONEY: 1234.5, FormCell.Kind.NUMBER: 2, FormCell.Kind.YES_NO: "Có",
         FormCell.Kind.TEXT: "Đã báo cáo"}  # fmt: skip
AT = column_index_from_string(NOW)


class ReportDoor:
    def __init__(self, fixture: Callable[[str], Any]) -> None:
        self.report, editor = fixture("report"), fixture("editor")
        moves.start(self.report, by=editor)
        self.report.refresh_from_db()
        self.client = fixture("signed_in")(editor)
        self.cells = {cell.code: cell for cell in cells_of(self.report.form_id)}
        book = Book(workbook_of(self.report))
        for code in book.rows:
            if code in self.cells and not self.cells[code].is_sum and not book.at(code).protection.locked:
                book.put(code, GIVEN[self.cells[code].kind])
        self.good, self.rows = book.saved(), book.rows
        self.sheets = {sheet.title: at for at, sheet in enumerate(book.book.worksheets)}
        # The sheet with most kinds of cells is the one that is damaged.
        self.sheet = max(self.sheets.values(), key=lambda at: len({self.cells[code].kind for code in self._of(at)}))

    def _of(self, sheet: int) -> list[str]:
        return [
            code for code, (one, _row) in self.rows.items() if self.sheets[one.title] == sheet and code in self.cells
        ]

    def door(self) -> Door:
        places = tuple((self.rows[code][1], AT) for code in self._of(self.sheet) if not self.cells[code].is_sum)
        return Door("reports", Material(self.good, HEAD_ROW, places, self.sheet), self.send, self.as_typed)

    def send(self, content: bytes, ending: str = "xlsx") -> Outcome:
        address = f"/reports/2026/{self.report.unit.slug}/import/"
        with override_settings(LIMITS=UNLIMITED):
            answer = self.client.post(
                address, {"key": uuid.uuid4().hex, "file": SimpleUploadedFile(f"báo cáo.{ending}", content)}
            )
            if answer.status_code != 302:
                assert answer.status_code in (200, 409, 413, 422), answer.status_code
                return Outcome(False, words_of(answer))
            assert self.client.get(answer.url).status_code == 200
        sent = ReportFile.objects.latest("pk")
        plan, found = importing.looked_at(sent), Outcome(True)
        for change in (*plan.changes, *plan.conflicts):
            found.values[self._place(change.line.sheet, change.line.row)] = change.given
        for told in plan.errors:
            column = coordinate_to_tuple(told.at)[1] if told.at else 0
            place = self._place(told.sheet, told.row)
            found.told.setdefault((place[0], column), []).append(told.message)
        return found

    def _place(self, sheet: str, row: int) -> Place:
        at = self.sheets.get(sheet, 99)
        return (row if at == self.sheet else 1000 * (at + 1) + row, AT)

    def as_typed(self, place: Place, text: str) -> Any:
        code = next(code for code in self._of(self.sheet) if self.rows[code][1] == place[0])
        try:
            found = read_cell(self.cells[code], text)
        except ValidationError:
            return None
        return None if found.is_blank else found


class AllocationDoor:
    def __init__(self, fixture: Callable[[str], Any]) -> None:
        self.allocation = fixture("given")
        self.client = fixture("signed_in")(fixture("officer"))
        raw = b"".join(self.client.get("/targets/allocation/mt5/1/", {"export": "xlsx"}))
        book = openpyxl.load_workbook(io.BytesIO(raw))
        sheet = book.active
        heads = {str(cell.value): cell.column for cell in sheet[1]}
        self.years = {int(name[-4:]): at for name, at in heads.items() if name.startswith("Giao tăng thêm 20")}
        self.units = {str(sheet.cell(row, heads["Mã đơn vị"]).value): row for row in range(2, sheet.max_row + 1)}
        for row in list(self.units.values())[:5]:
            for at in self.years.values():
                sheet.cell(row, at).value = 100 + row
        kept = io.BytesIO()
        book.save(kept)
        self.good = kept.getvalue()

    def door(self) -> Door:
        places = tuple((row, at) for row in list(self.units.values())[:5] for at in self.years.values())
        return Door("allocation", Material(self.good, 1, places), self.send, self.as_typed)

    def send(self, content: bytes, ending: str = "xlsx") -> Outcome:
        with override_settings(LIMITS=UNLIMITED):
            answer = self.client.post(
                f"/targets/allocation/acts/{self.allocation.pk}/upload/",
                {"file": SimpleUploadedFile(f"giao.{ending}", content)},
            )
        if answer.status_code != 200 or "filled" not in answer.context:
            assert answer.status_code in (200, 409, 413, 422), answer.status_code
            return Outcome(False, words_of(answer))
        filled, found = answer.context["filled"], Outcome(True)
        for change in filled.changes:
            found.values[self.units[change.unit.id], self.years[change.year]] = change.after
        for row, _unit, words in filled.problems:
            found.told.setdefault((row, 0), []).append(words)
        return found

    def as_typed(self, place: Place, text: str) -> Any:
        try:
            return read_number(text, self.allocation.indicator.decimals)
        except ValidationError:
            return None


def other_door(name: str, fixture: Callable[[str], Any]) -> Door:
    return ReportDoor(fixture).door() if name == "reports" else AllocationDoor(fixture).door()
