"""Workbooks the portal hands out: the empty official file of a register, and the rows that were kept out."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from apps.exchange.models import ImportBatch
from apps.exchange.parse import Cell
from apps.exchange.reading import FAULTS
from apps.exchange.resource import ScopedResource, shown
from apps.exchange.selectors import faulty_rows

LAST_ROW = 200_000  # as many as the gate lets in
BOLD = Font(bold=True)
SHADE = PatternFill("solid", fgColor="E7F0FA")
WRAP = Alignment(wrap_text=True, vertical="top")


def template(resource: type[ScopedResource]) -> Workbook:
    """Header row and drop-down lists on the first sheet, the only one that is read; then the guide and the lists."""
    book = Workbook()
    sheet = book.active
    sheet.title = str(resource.label)
    lists = book.create_sheet(_("Danh mục"))
    guide = book.create_sheet(_("Hướng dẫn"), 1)
    sheet.freeze_panes = "A2"
    drop_downs = resource.drop_downs()
    for at, column in enumerate(resource.fields, 1):
        letter = get_column_letter(at)
        _head(sheet, at, column.header)
        sheet.column_dimensions[letter].number_format = column.format
        if column.key in drop_downs:
            source = _list(lists, column.header, drop_downs[column.key])
            _drop_down(sheet, f"{letter}2:{letter}{LAST_ROW}", source)
    _write_guide(guide, resource)
    return book


def _head(sheet: Worksheet, at: int, text: str) -> None:
    cell = sheet.cell(1, at, text)
    cell.font, cell.fill = BOLD, SHADE
    sheet.column_dimensions[get_column_letter(at)].width = max(14, len(text) + 6)


def _list(lists: Worksheet, header: str, words: list[str]) -> str:
    """One column of the sheet of lists; a list written into the rule itself may hold 255 characters only."""
    at = 1 if lists.cell(1, 1).value is None else lists.max_column + 1
    _head(lists, at, header)
    for row, word in enumerate(words, 2):
        lists.cell(row, at, word)
    letter = get_column_letter(at)
    return f"'{lists.title}'!${letter}$2:${letter}${len(words) + 1}"


def _drop_down(sheet: Worksheet, cells: str, source: str) -> None:
    # A hint, no bar: other spellings are understood too, and what is wrong is explained at the check.
    rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    rule.add(cells)
    sheet.add_data_validation(rule)


def _write_guide(guide: Worksheet, resource: type[ScopedResource]) -> None:
    for at, (text, width) in enumerate([(_("Cột"), 26), (_("Bắt buộc"), 12), (_("Cách nhập"), 90)], 1):
        _head(guide, at, text)
        guide.column_dimensions[get_column_letter(at)].width = width
    for row, column in enumerate(resource.fields, 2):
        guide.cell(row, 1, column.header)
        guide.cell(row, 2, _("Có") if column.required else _("Không"))
        guide.cell(row, 3, str(column.hint)).alignment = WRAP
    notes = [
        _("Giữ nguyên dòng tiêu đề; thứ tự cột có thể đổi, cột thêm được bỏ qua."),
        _("Dán dữ liệu dưới dạng giá trị: ô công thức không được nhận."),
        _("Chỉ trang tính đầu tiên được đọc. Tải lên lại tệp đã nhập không làm thay đổi sổ đăng ký."),
    ]
    for row, note in enumerate(notes, len(resource.fields) + 3):
        guide.cell(row, 1, note)


def faults(batch: ImportBatch, resource: type[ScopedResource], *, hide: bool = False) -> Iterator[list[Any]]:
    """The rows kept out in the official columns, with what is wrong and how to mend it. Loadable again.

    `hide`: personal numbers are masked, for somebody who may not change the import.
    """
    yield [*(column.header for column in resource.fields), FAULTS]
    for raw, words in faulty_rows(batch, resource, hide=hide):
        cells = (raw.get(column.key) for column in resource.fields)
        yield [*(shown(Cell(*cell)) if cell else None for cell in cells), "\n".join(words)]
