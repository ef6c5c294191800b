"""Lists as .xlsx and .csv at their filter. No cell of data is ever a formula; every file leaves a line in the log.

A moment is in local time, a day is a date cell and a number a number; a .csv is written as a Vietnamese Excel reads it
(semicolons, decimal commas), or with `csv=plain` as programmes do.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice, zip_longest
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django_tables2 import Table
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from apps.core import limits, memo, origin
from apps.core.copied import Chunk, lines_of
from apps.core.file_values import RISKY, plain, spelt

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
SIGNS = {False: (";", ","), True: (",", ".")}  # between cells and in numbers: for people, for programmes
NOT_FILTERS = {"export", "output", "csv", "page", "per_page", "sort", "col"}
Made = Callable[[Sequence[Any]], Sequence[Any]]  # of a column, for a kind of file
Counted = Callable[[Iterable[Any]], Iterator[Any]]
MadeOf = Callable[[Any, Any], Any]  # a cell: of a sheet, for a value
log = structlog.get_logger(__name__)


class LargeExport(Exception):  # noqa: N818  # an answer rather than an error
    """More rows than are written while a browser waits; see apps/jobs/exports.py for what comes instead."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows


def _told_of(name: str, form: str) -> dict[str, Any]:
    request, told = origin.request(), {"file": name, "format": form}
    if request is None:
        return told
    route = request.resolver_match
    return told | {
        "request_id": request.incident,
        "user": request.user.pk,
        **({"token": request.key_id} if hasattr(request, "key_id") else {}),
        "list": route.view_name if route else "",
        "filters": sorted(name for name in request.GET if request.GET[name] and name not in NOT_FILTERS)[:20],
    }


def note_told(name: str, form: str, rows: int) -> None:
    """The line of rows that go out as a part of something else than a file, to where they are kept like one."""
    log.info("exported", **_told_of(name, form), rows=rows)


class _Trace:
    """Who took which list at which filters, in what form, and how many rows. Of the filters only the names: what was
    looked for may be a person. The first row is the table's head. Counts against the limit of exports as it begins, and
    is the only one of its person until `write_down()`.
    """

    def __init__(self, name: str, form: str, count: int | None) -> None:
        self.rows = -1
        self.told = _told_of(name, form)
        self.end_turn: Callable[[], None] | None = None
        request = origin.request()
        if request is not None and not getattr(request, "in_background", False):
            self.begin(request, count)

    def begin(self, request: HttpRequest, count: int | None) -> None:
        limits.check("export", request)
        if count is not None and count > settings.EXPORT_ROWS_AT_ONCE:
            raise LargeExport(count)
        self.end_turn = limits.take_turn(request)

    def end(self) -> None:
        if self.end_turn is not None:
            self.end_turn()
            self.end_turn = None

    def counted(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self.rows += 1
            yield row

    def write_down(self) -> None:
        log.info("exported", **self.told, rows=max(self.rows, 0))


TOGETHER = 500  # rows whose columns are looked at as a whole
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ODD = ("_x", *(f"\n{sign}" for sign in (*RISKY, "#") if sign.isprintable()))
EARLIEST = date(1900, 3, 1)  # days before it are another day in some spreadsheets
MEASURED_ROWS, NARROWEST, WIDEST = 200, 8, 60  # widths of columns, in characters
NOTE_WIDTHS = 26, 100
DAY, MOMENT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm:ss"


def rows_of(table: Any) -> Iterator[Sequence[Any]]:
    """A table's rows for a file: days, moments and numbers as they are, the rest in the table's own words."""
    if hasattr(table, "in_file"):  # of a list that may be long the table says what its columns are in files
        with memo.kept():
            yield from table.in_file().values()
        return
    if type(table).as_values is not Table.as_values:
        yield from table.as_values()
        return
    columns = [column for column in table.columns.iterall() if not column.column.exclude_from_export]
    yield [str(column.header) for column in columns]
    for row in table.rows:
        yield [_value(table, row, column) for column in columns]


def _value(table: Any, row: Any, column: Any) -> Any:
    is_told = hasattr(table, f"value_{column.name}")
    raw = row.get_cell_value(column.name) if is_told else column.accessor.resolve(row.record, quiet=True)
    if isinstance(raw, date | int | float | Decimal) and not isinstance(raw, bool):
        return raw
    return force_str(raw if is_told else row.get_cell_value(column.name))


def xlsx_rows(rows: Iterable[Iterable[Any]], title: str = "", cell: MadeOf | None = None) -> Workbook:
    book = Workbook(write_only=True)
    add_sheet(book, rows, title, cell)
    return book


def add_notes(book: Workbook, title: str, notes: Iterable[Sequence[str]]) -> None:
    """A sheet that says what the others are: what is said of what, a line each."""
    sheet = book.create_sheet(title)
    for column, width in zip("AB", NOTE_WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    for note in notes:
        sheet.append([_note_cell(sheet, text, is_name=not at) for at, text in enumerate(note)])


def _note_cell(sheet: Any, text: str, *, is_name: bool) -> Any:
    """Long words go on below each other."""
    cell = cell_of(sheet, text)
    if isinstance(cell, str):
        cell = WriteOnlyCell(sheet, value=cell)
    cell.alignment, cell.font = Alignment(wrap_text=True, vertical="top"), Font(bold=is_name)
    return cell


def add_sheet(book: Workbook, rows: Iterable[Iterable[Any]], title: str = "", cell: MadeOf | None = None) -> None:
    sheet = book.create_sheet(title or _("Số liệu"))
    rows, made = iter(rows), cell or cell_of
    first = [list(row) for row in islice(rows, MEASURED_ROWS)]
    sheet.freeze_panes = "A2"
    for at, width in enumerate(widths_of(first), 1):
        sheet.column_dimensions[get_column_letter(at)].width = width

    def cells(values: Sequence[Any]) -> Sequence[Any]:
        return values if are_ordinary(values) else [made(sheet, value) for value in values]

    for row in chain.from_iterable(by_columns(chain(first, rows), cells)):
        sheet.append(row)


def are_ordinary(values: Sequence[Any]) -> bool:
    """Whether all of them are texts that stand in every kind of file as they are: in a large register nearly every
    column, and to ask each cell would take longer than to write it.
    """
    if set(map(type, values)) != {str}:
        return False
    lines = "\n" + "\n".join(values)
    return lines.replace("\n", "", len(values)).isprintable() and not any(odd in lines for odd in _ODD)


def by_columns(rows: Iterable[Iterable[Any]], made: Made) -> Iterator[Iterable[Sequence[Any]]]:
    """Many rows at a time, each column of theirs `made` anew."""
    waiting = iter(rows)
    while some := [tuple(row) for row in islice(waiting, TOGETHER)]:
        is_even = len(set(map(len, some))) == 1
        yield zip(*map(made, zip(*some, strict=True)), strict=True) if is_even else map(made, some)


def widths_of(rows: list[list[Any]]) -> list[int]:
    """Of each column as its first rows need: in a narrow one a spreadsheet shows a day or a number as «####»."""
    widest = [max((len(spelt(value, ",")) for value in column), default=0) for column in zip_longest(*rows)]
    return [min(max(width + 2, NARROWEST), WIDEST) for width in widest]


def cell_of(sheet: Any, value: Any) -> Any:
    """A cell for a write-only sheet; text stays text, even «=1+1» and «#N/A»."""
    value = plain(value)
    if isinstance(value, date):
        if (value.date() if isinstance(value, datetime) else value) < EARLIEST:
            return spelt(value, ",")
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = MOMENT if isinstance(value, datetime) else DAY
        return cell
    if not isinstance(value, str):
        return value
    # Excel reads _x000D_ as the sign of that number, and XML makes a line feed of a carriage return.
    text = _ESCAPED.sub("_x005F_", value).replace("\r", "_x000D_")
    if not text.startswith((*RISKY, "#")):
        return text
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(RISKY)
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


def built_response(build: Callable[[Counted], Workbook], name: str, count: int | None = None) -> HttpResponse:
    """A workbook whose rows, its head apart, pass through `counted`.

    `count`: how many rows it will be, where that is known; many are written in the background.
    """
    trace = _Trace(name, "xlsx", count)
    trace.rows = 0
    try:
        response = book_response(build(trace.counted), name)
    finally:
        trace.end()
    trace.write_down()
    return response


def noted_response(
    rows: Iterable[Iterable[Any]],
    name: str,
    notes: Iterable[Sequence[str]],
    *,
    beside: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    count: int | None = None,
) -> HttpResponse:
    """Figures that are read far from their page: the first sheet says what they are. `beside`: sheets before them."""

    def build(counted: Counted) -> Workbook:
        book, waiting = Workbook(write_only=True), iter(rows)
        add_notes(book, _("Giải thích"), notes)
        for title, table in (beside or {}).items():
            add_sheet(book, table, title)
        add_sheet(book, chain([next(waiting)], counted(waiting)))
        return book

    return built_response(build, name, count)


def workbook_response(rows: Iterable[Iterable[Any]], name: str, count: int | None = None) -> HttpResponse:
    trace = _Trace(name, "xlsx", count)
    try:
        response = book_response(xlsx_rows(trace.counted(rows)), name)
    finally:
        trace.end()
    trace.write_down()
    return response


def xlsx_response(table: Any, name: str) -> HttpResponse:
    return workbook_response(rows_of(table), name, len(table.data))


def csv_response(table: Any, name: str) -> StreamingHttpResponse:
    if not hasattr(table, "in_file"):
        return csv_response_of(rows_of(table), name, len(table.data))
    return stream_response(_copied(table), name, "csv", CSV_TYPE, len(table.data))


def _copied(table: Any) -> Iterator[Chunk]:
    """What `csv_lines` would say of its rows, put together by PostgreSQL."""
    for_programmes = _is_for_programmes()
    delimiter, comma = SIGNS[for_programmes]
    with memo.kept():
        told = table.in_file()
        lines = lines_of(told, delimiter=delimiter, comma=comma)
    yield from ((0, text.encode()) for text in csv_lines([told.heads], for_programmes=for_programmes))
    yield from lines


def _is_for_programmes() -> bool:
    request = origin.request()
    return request is not None and request.GET.get("csv") == "plain"


def csv_lines(rows: Iterable[Iterable[Any]], *, for_programmes: bool = False) -> Iterator[str]:
    delimiter, comma = SIGNS[for_programmes]

    def spellings(values: Sequence[Any]) -> Sequence[str]:
        return values if are_ordinary(values) else [spelt(value, comma) for value in values]

    yield "\ufeff"
    for some in by_columns(rows, spellings):
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL, delimiter=delimiter).writerows(some)
        yield text.getvalue()


def stream_response(
    chunks: Iterable[Chunk], name: str, form: str, content_type: str, count: int | None = None
) -> StreamingHttpResponse:
    """Lines as they are read, each time with the number of rows that they are. The first are read before the answer
    begins: what goes wrong with the statement is then an error, and no file that breaks off.
    """
    trace, waiting = _Trace(name, form, count), iter(chunks)
    trace.rows = 0
    try:
        first = list(islice(waiting, 1))
    except BaseException:
        trace.end()
        raise

    def lines() -> Iterator[bytes]:
        for rows, some in chain(first, waiting):
            trace.rows += rows
            yield some

    return _sent(lines(), trace, f"{name}.{form}", content_type)


def csv_response_of(rows: Iterable[Iterable[Any]], name: str, count: int | None = None) -> StreamingHttpResponse:
    trace = _Trace(name, "csv", count)
    lines = csv_lines(trace.counted(rows), for_programmes=_is_for_programmes())
    return _sent(lines, trace, f"{name}.csv", CSV_TYPE)


def _sent(lines: Iterable[Any], trace: _Trace, name: str, content_type: str) -> StreamingHttpResponse:
    """As it is read; who breaks off has taken the rows until then."""

    def told() -> Iterator[Any]:
        try:
            yield from lines
        finally:
            trace.write_down()

    response = StreamingHttpResponse(told(), content_type=content_type)
    # Also where nobody reads a line of it.
    response._resource_closers.append(trace.end)  # type: ignore[attr-defined]  # Django's own, not in its stubs
    return attachment(response, name)
