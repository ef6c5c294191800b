"""From the lines of a sheet to staged rows: which column is which, and what each row means."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from apps.core.text import recognisable
from apps.exchange.gate import Refused
from apps.exchange.models import RowProblem
from apps.exchange.parse import Cell, Table
from apps.exchange.resource import Problem, ScopedResource
from apps.exchange.staging import StagedItem
from apps.jobs.services import report_progress

FAULTS = "Lỗi và cách sửa"  # the column our own file of faulty rows adds
TELL_EVERY = 1000  # rows


def understood(resource: ScopedResource, table: Table) -> Iterator[StagedItem]:
    """Find the header row, then hand on each row with what it means and what is wrong with it."""
    rows = iter(table)
    number, header = next(rows, (1, []))
    places, extra = _match_header(resource, header)
    if extra:
        yield _header_note(number, extra)
    count = 0
    for number, cells in rows:
        taken = {key: cells[at] if at < len(cells) else None for key, at in places.items()}
        if not any(cell is not None and str(cell.value).strip() for cell in taken.values()):
            continue
        count += 1
        if count % TELL_EVERY == 0:
            report_progress(number, table.meta.rows, _("Kiểm tra dòng"))
        clean, problems = resource.clean_row(taken)
        yield number, {key: list(cell) if cell else None for key, cell in taken.items()}, clean, problems
    if count == 0:
        raise Refused("empty_sheet", _("Trang tính không có dòng dữ liệu nào dưới dòng tiêu đề."))


def _header_note(number: int, extra: list[str]) -> StagedItem:
    text = ", ".join(extra)[:300]
    message = _("Bỏ qua các cột không có trong mẫu: %(columns)s") % {"columns": text}
    return number, {}, {}, [Problem("", text, "extra_columns", message, RowProblem.Severity.NOTE)]


def _match_header(resource: ScopedResource, header: list[Cell | None]) -> tuple[dict[str, int], list[str]]:
    """Place of each declared column by its header, whatever the order; and the headers nobody asked for."""
    names = {field.header.casefold(): field.key for field in resource.fields}
    places: dict[str, int] = {}
    extra = []
    for at, cell in enumerate(header):
        text = _heading(cell)
        key = names.get(text.casefold())
        if key is None:
            extra += [text] if text and text != FAULTS else []
        elif key in places:
            raise Refused("header_twice", _("Dòng tiêu đề có hai cột “%(name)s”. Xóa một cột.") % {"name": text})
        else:
            places[key] = at
    missing = [f"“{field.header}”" for field in resource.fields if field.key not in places and field.required]
    if missing:
        wanted = _("Dòng tiêu đề (dòng đầu của trang tính) thiếu cột %(columns)s. Dùng tệp mẫu của cổng.")
        raise Refused("header", wanted % {"columns": ", ".join(missing)})
    return places, extra


def _heading(cell: Cell | None) -> str:
    """What a person reads in the cell; a header is only recognised, so what cannot be seen in it does no harm."""
    return recognisable(str(cell.value)) if cell else ""
