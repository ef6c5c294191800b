"""The portal's own Excel file of a report, as somebody fills it in."""

import io
from typing import Any

from openpyxl import load_workbook

from apps.reports.workbook import EXPLANATION, HEAD_ROW, NOW


class Book:
    """Our file as somebody edits it: cells by the code of their row."""

    def __init__(self, raw: bytes) -> None:
        self.book = load_workbook(io.BytesIO(raw))
        self.rows = {
            str(row[0].value): (sheet, row[0].row)
            for sheet in self.book
            if sheet.sheet_state == "visible"
            for row in sheet.iter_rows(min_row=HEAD_ROW + 1)
            if row[0].value
        }

    def at(self, code: str, column: str = NOW) -> Any:
        sheet, row = self.rows[code]
        return sheet[f"{column}{row}"]

    def put(self, code: str, value: Any, explanation: str | None = None) -> "Book":
        self.at(code).value = value
        if explanation is not None:
            self.at(code, EXPLANATION).value = explanation
        return self

    def saved(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()
