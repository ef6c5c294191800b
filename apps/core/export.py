"""Lists as .xlsx and .csv at their filter. No cell of data is ever a formula; every file leaves a line in the log."""

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from apps.core import limits, origin

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_FILTERS = {"export", "page", "per_page", "sort"}
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
log = structlog.get_logger(__name__)


class LargeExport(Exception):  # noqa: N818  # an answer rather than an error
    """More rows than are written while a browser waits; see apps/jobs/exports.py for what comes instead."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows


class _Trace:
    """Who took which list at which filters, in what form, and how many rows. Of the filters only the names: what was
    looked for may be a person. The first row is the table's head. Counts against the limit of exports as it begins, and
    is the only one of its person until `write_down()`.
    """

    def __init__(self, name: str, form: str, count: int | None) -> None:
        self.rows = -1
        self.told: dict[str, Any] = {"file": name, "format": form}
        self.end_turn: Callable[[], None] | None = None
        if request := origin.request():
            if not getattr(request, "in_background", False):
                self.begin(request, count)
            route = request.resolver_match
            self.told |= {
                "request_id": request.incident,
                "user": request.user.pk,
                "list": route.view_name if route else "",
                "filters": sorted(name for name in request.GET if request.GET[name] and name not in NOT_FILTERS)[:20],
            }

    def begin(self, request: HttpRequest, count: int | None) -> None:
        limits.check("export", request)
        if count is not None and count > settings.EXPORT_ROWS_AT_ONCE:
            raise LargeExport(count)
        self.end_turn = limits.take_turn(request)

    def end(self) -> None:
        if self.end_turn is not None:
            self.end_turn()
            self.end_turn = None

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


def attachment(response: Any, name: str) -> Any:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def book_response(book: Workbook, name: str) -> HttpResponse:
    """A workbook as it is, such as an empty form; rows of ours go out by the two below."""
    response = HttpResponse(content_type=XLSX_TYPE)
    book.save(response)
    return attachment(response, f"{name}.xlsx")


def workbook_response(rows: Iterable[Iterable[Any]], name: str, count: int | None = None) -> HttpResponse:
    """`count`: how many rows it will be, where that is known; many are written in the background."""
    trace = _Trace(name, "xlsx", count)
    try:
        response = book_response(xlsx_rows(trace.counted(rows)), name)
    finally:
        trace.end()
    trace.write_down()
    return response


def xlsx_response(table: Any, name: str) -> HttpResponse:
    return workbook_response(table.as_values(), name, len(table.data))


class _Echo:
    def write(self, value: str) -> str:
        return value


def csv_response(table: Any, name: str) -> StreamingHttpResponse:
    return csv_response_of(table.as_values(), name, len(table.data))


def csv_response_of(rows: Iterable[Iterable[Any]], name: str, count: int | None = None) -> StreamingHttpResponse:
    trace, writer = _Trace(name, "csv", count), csv.writer(_Echo(), quoting=csv.QUOTE_ALL)

    def lines() -> Iterator[str]:
        """Sent as it is read; who breaks off has taken the rows until then."""
        yield "\ufeff"
        try:
            for row in trace.counted(rows):
                yield writer.writerow([neutral(value) for value in row])
        finally:
            trace.write_down()

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response._resource_closers.append(trace.end)  # also where nobody reads a line of it
    return attachment(response, f"{name}.csv")
