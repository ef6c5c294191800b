"""Workbooks the portal hands out: the empty official file of a register, and the rows that were kept out."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from apps.core.export import Counted, cell_of
from apps.core.file_values import writable
from apps.core.text import fold
from apps.exchange.header import FAULTS
from apps.exchange.models import ImportBatch
from apps.exchange.notes import GUIDE, LISTS
from apps.exchange.resource import Field, ScopedResource
from apps.exchange.selectors import faulty_rows

UNCALCULATED = "#VALUE!"  # what Excel itself shows of a formula that gives no value
LAST_ROW = 200_000  # as many as the gate lets in
BOLD = Font(bold=True)
SHADE = PatternFill("solid", fgColor="E7F0FA")
WRAP = Alignment(wrap_text=True, vertical="top")


def template_name(resource: type[ScopedResource]) -> str:
    return "mau-nhap-" + re.sub(r"[^a-z0-9]+", "-", fold(str(resource.label)))


def template(resource: type[ScopedResource], rows: Iterable[dict[str, Any]] = ()) -> Workbook:
    """Header row and drop-down lists on the first sheet, and the rows; then the guide and the lists."""
    return _official(resource, ((row, []) for row in rows))


def faults(batch: ImportBatch, resource: type[ScopedResource], *, hide: bool = False) -> Callable[[Counted], Workbook]:
    """The rows kept out in the official file, with what is wrong and how to mend it. Loadable again.

    `hide`: personal numbers are masked, for somebody who may not change the import.
    """
    return lambda counted: _official(resource, counted(faulty_rows(batch, resource, hide=hide)), FAULTS)


def _official(
    resource: type[ScopedResource], rows: Iterable[tuple[dict[str, Any], list[str]]], more: str = ""
) -> Workbook:
    """The register's file: text stays text and days are days in it, whoever types into it and whatever stands there.

    Written row by row: tens of thousands of rows may have been kept out.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(resource.label)[:31])
    guide, lists = book.create_sheet(GUIDE), book.create_sheet(LISTS)
    sheet.freeze_panes = "A2"
    sources = _write_lists(lists, resource)
    for at, column in enumerate(resource.fields, 1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].number_format = column.format
        sheet.column_dimensions[letter].width = _width(column.header)
        if column.key in sources:
            _drop_down(sheet, f"{letter}2:{letter}{LAST_ROW}", sources[column.key])
    headers = [column.header for column in resource.fields] + ([more] if more else [])
    sheet.column_dimensions[get_column_letter(len(headers))].width = 60 if more else _width(headers[-1])
    sheet.append([_head(sheet, text) for text in headers])
    for raw, words in rows:
        said = [_wrapped(sheet, "\n".join(words))] if more else []
        sheet.append([_as_it_was(sheet, column, raw.get(column.key)) for column in resource.fields] + said)
    _write_guide(guide, resource)
    return book


def _as_it_was(sheet: Any, column: Field, raw: list[Any] | None) -> Any:
    """The cell as the person's file had it, so that loading it again says the same; a formula as its value."""
    if raw is None:
        return None
    kind, value = raw
    if kind == "t":
        kind = "s"
    elif kind == "f":
        kind, value = _value_of_formula(column, value)
    cell = _written(sheet, kind, value)
    # A number under the format of a day would be read as a day.
    if kind != "d" and (kind == "s" or column.format == "@"):
        cell.number_format = column.format
    return cell


def _written(sheet: Any, kind: str, value: Any) -> Any:
    if kind == "d":
        day = datetime.fromisoformat(value)
        found = cell_of(sheet, day if "T" in value else day.date())
    elif kind == "n":
        found = float(value) if "." in value else int(value)
    elif kind in ("b", "e"):
        found = value
    else:
        found = cell_of(sheet, str(value))
    cell = found if isinstance(found, SheetCell) else WriteOnlyCell(sheet, value=found)
    if kind == "e":
        cell.data_type = "e"
    return cell


_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?)?")


def _value_of_formula(column: Field, value: str) -> tuple[str, str]:
    """As “paste as values” would leave it, in a kind that the column takes. One that gave nothing must not come back as
    a blank cell, which an optional column takes.
    """
    if not value:
        return "e", UNCALCULATED
    if _ISO.fullmatch(value):
        return ("d", value) if "d" in column.accepts else ("s", f"{datetime.fromisoformat(value):%d/%m/%Y}")
    is_number = re.fullmatch(r"-?\d+(?:\.\d+)?", value)
    return ("n", value) if is_number and "n" in column.accepts else ("s", value)


def _head(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font, cell.fill = BOLD, SHADE
    return cell


def _wrapped(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=writable(text))
    cell.data_type, cell.alignment = "s", WRAP
    return cell


def _width(text: str) -> int:
    return max(14, len(text) + 6)


def _write_lists(lists: Any, resource: type[ScopedResource]) -> dict[str, str]:
    """A column for each list; where it stands, by key. A list in the rule itself may hold 255 characters only."""
    headers = {column.key: column.header for column in resource.fields}
    drop_downs = resource.drop_downs()
    sources = {}
    for at, (key, words) in enumerate(drop_downs.items(), 1):
        letter = get_column_letter(at)
        lists.column_dimensions[letter].width = _width(headers[key])
        sources[key] = f"'{LISTS}'!${letter}$2:${letter}${len(words) + 1}"
    lists.append([_head(lists, headers[key]) for key in drop_downs])
    for number in range(max(map(len, drop_downs.values()), default=0)):
        lists.append([words[number] if number < len(words) else None for words in drop_downs.values()])
    return sources


def _drop_down(sheet: Any, cells: str, source: str) -> None:
    # A hint, no bar: other spellings are understood too, and what is wrong is explained at the check.
    rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    rule.add(cells)
    sheet.data_validations.append(rule)


def _write_guide(guide: Any, resource: type[ScopedResource]) -> None:
    for at, width in enumerate((26, 12, 90), 1):
        guide.column_dimensions[get_column_letter(at)].width = width
    guide.append([_head(guide, text) for text in (_("Cột"), _("Bắt buộc"), _("Cách nhập"))])
    for column in resource.fields:
        required = _("Có") if column.required else _("Không")
        guide.append([column.header, required, _wrapped(guide, str(column.hint))])
    guide.append([])
    for note in _guide_notes():
        guide.append([note])


def _guide_notes() -> Iterator[str]:
    yield _("Giữ nguyên dòng tiêu đề; thứ tự cột có thể đổi, cột thêm được bỏ qua.")
    yield _("Ô công thức được đọc theo giá trị đã tính khi lưu tệp.")
    yield _("Chỉ trang tính đầu tiên có dòng tiêu đề được đọc. Tải lên lại tệp đã nhập không làm thay đổi sổ đăng ký.")
