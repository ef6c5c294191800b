"""Lists as .xlsx and .csv at their filter. No cell of data is ever a formula; every file leaves a line in the log."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

import structlog
from django.http import HttpResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from apps.core import limits, origin

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_FILTERS = {"export", "page", "per_page", "sort"}
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
log = structlog.get_logger(__name__)


class _Trace:
    """Who took which list at which filters, in what form, and how many rows. Of the filters only the names: what was
    looked for may be a person. The first row is the table's head. Counts against the limit of exports as it begins.
    """

    def __init__(self, name: str, form: str) -> None:
        self.rows = -1
        self.told: dict[str, Any] = {"file": name, "format": form}
        if request := origin.request():
            limits.check("export", request)
            route = request.resolver_match
            self.told |= {
                "request_id": request.incident,
                "user": request.user.pk,
                "list": route.view_name if route else "",
                "filters": sorted(name for name in request.GET if request.GET[name] and name not in NOT_FILTERS)[:20],
            }

    def counted(self, rows: Iterable[Iterable[Any]]) -> Iterator[Iterable[Any]]:
        for row in rows:
            self.rows += 1
            yield row

    def write_down(self) -> None:
        log.info("exported", **self.told, rows=max(self.rows, 0))


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
    """A workbook as it is, such as an empty form; rows of ours go out by the two below."""
    response = HttpResponse(content_type=XLSX_TYPE)
    book.save(response)
    return _attachment(response, f"{name}.xlsx")


def workbook_response(rows: Iterable[Iterable[Any]], name: str) -> HttpResponse:
    trace = _Trace(name, "xlsx")
    response = book_response(xlsx_rows(trace.counted(rows)), name)
    trace.write_down()
    return response


def xlsx_response(table: Any, name: str) -> HttpResponse:
    return workbook_response(table.as_values(), name)


class _Echo:
    def write(self, value: str) -> str:
        return value


def csv_response(table: Any, name: str) -> StreamingHttpResponse:
    return csv_response_of(table.as_values(), name)


def csv_response_of(rows: Iterable[Iterable[Any]], name: str) -> StreamingHttpResponse:
    trace, writer = _Trace(name, "csv"), csv.writer(_Echo(), quoting=csv.QUOTE_ALL)

    def lines() -> Iterator[str]:
        """Sent as it is read; who breaks off has taken the rows until then."""
        yield "\ufeff"
        try:
            for row in trace.counted(rows):
                yield writer.writerow([neutral(value) for value in row])
        finally:
            trace.write_down()

    return _attachment(StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8"), f"{name}.csv")
