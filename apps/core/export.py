"""Lists as .xlsx and .csv at their filter. No cell of data is ever a formula."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(value: Any) -> str:
    """Text that no spreadsheet takes for a formula. Numbers we write ourselves pass (a minus sign is theirs)."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(RISKY) else text


def xlsx_rows(rows: Iterable[Iterable[Any]], title: str = "Sheet1") -> Workbook:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    return book


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        cell = WriteOnlyCell(sheet, value=value)
    except IllegalCharacterError:
        cell = WriteOnlyCell(sheet, value="".join(c for c in value if c.isprintable()))
    cell.data_type = "s"  # text stays text, even «=1+1»
    if value.startswith(RISKY):
        cell.quotePrefix = True
    return cell


def _attachment(response: Any, name: str) -> Any:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def book_response(book: Workbook, name: str) -> HttpResponse:
    response = HttpResponse(content_type=XLSX_TYPE)
    book.save(response)
    return _attachment(response, f"{name}.xlsx")


def workbook_response(rows: Iterable[Iterable[Any]], name: str) -> HttpResponse:
    return book_response(xlsx_rows(rows), name)


def xlsx_response(table: Any, name: str) -> HttpResponse:
    return workbook_response(table.as_values(), name)


class _Echo:
    def write(self, value: str) -> str:
        return value


def csv_response(table: Any, name: str) -> StreamingHttpResponse:
    return csv_response_of(table.as_values(), name)


def csv_response_of(rows: Iterable[Iterable[Any]], name: str) -> StreamingHttpResponse:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)

    def lines() -> Iterator[str]:
        yield "\ufeff"
        for row in rows:
            yield writer.writerow([neutral(value) for value in row])

    return _attachment(StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8"), f"{name}.csv")
