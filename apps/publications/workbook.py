"""A book's tables and figures as .xlsx: numbers as numbers, no formulas, each with where it is from and as of when."""

import io
import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from apps.core.export import cell_of
from apps.core.kept_words import in_vietnamese
from apps.core.templatetags.ui import vn_datetime
from apps.papers.packed import without_times
from apps.publications.assembling import Assembled
from apps.publications.facts.told import Cell, Grid
from apps.publications.paper import mark_of, said_first

FIGURES = "Số liệu"
LONGEST_TITLE = 31
BOLD, SHADE = Font(bold=True), PatternFill("solid", fgColor="E7F0FA")
WRAP = Alignment(wrap_text=True, vertical="top")
MADE = datetime(1980, 1, 1)


@in_vietnamese()
def write_workbook(found: Assembled) -> bytes:
    book = Workbook()
    book.properties.created = book.properties.modified = MADE
    book.properties.title, book.properties.creator = found.manuscript.title, found.facts.about["issuer"]["body"]
    first = book.active
    first.title = _("Báo cáo")
    _about(first, found)
    _figures(book.create_sheet(FIGURES), found)
    for grid in (grid for chapter in found.chapters for grid in chapter.grids):
        _grid(book.create_sheet(_name(grid, book.sheetnames)), grid)
    for sheet in book:
        _on_paper(sheet)
    out = io.BytesIO()
    book.save(out)
    return without_times(out, _unmodified)


def _about(sheet: Any, found: Assembled) -> None:
    book = found.manuscript
    rows = [
        (_("Báo cáo"), book.title), (_("Phiên bản"), book.version), (_("Số, ký hiệu"), book.number or "–"),
        *((_("Căn cứ số liệu"), line) for line in said_first(found)),
    ]  # fmt: skip
    if mark := mark_of(found):
        rows.insert(0, (_("Lưu ý"), mark))
    for name, value in rows:
        sheet.append([_text(sheet, name), _text(sheet, value)])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 110


def _figures(sheet: Any, found: Assembled) -> None:
    heads = (
        _("Mã"),
        _("Số liệu"),
        _("Giá trị"),
        _("Như in"),
        _("Đơn vị tính"),
        _("Số tại"),
        _("Nguồn"),
        _("Trong lời văn"),
    )
    _head(sheet, heads)
    for one in sorted(found.facts.figures.values(), key=lambda figure: figure.key):
        values = (one.key, one.label, Decimal(one.value), one.text, one.unit, _moment(one.as_of), one.source,
                  _("Có") if one.key in found.used else "")  # fmt: skip
        sheet.append([_text(sheet, value) for value in values])
    _widths(sheet, (26, 60, 18, 16, 20, 18, 44, 14))


def _grid(sheet: Any, grid: Grid) -> None:
    said = [grid.title, grid.unit_note, _("Nguồn: %(source)s") % {"source": grid.source} if grid.source else "",
            _("Số tại: %(at)s") % {"at": _moment(grid.as_of)} if grid.as_of else ""]  # fmt: skip
    for words in said:
        if words:
            sheet.append([_text(sheet, words)])
    sheet["A1"].font = BOLD
    _head(sheet, [one.title or " " for one in grid.heads])
    for line in grid.lines:
        sheet.append([_text(sheet, _plain(cell)) for cell in line.cells])
        if line.is_total:
            for cell in sheet[sheet.max_row]:
                cell.font = BOLD
    for words in grid.notes or ((grid.empty,) if grid.empty and not grid.lines else ()):
        sheet.append([_text(sheet, words)])
    _widths(sheet, [max(8, min(60, 9 * one.weight)) for one in grid.heads])


def _on_paper(sheet: Any) -> None:
    """Across the page as a whole, and down over as many as it takes."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = sheet.ORIENTATION_LANDSCAPE, sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if sheet.freeze_panes:
        sheet.print_title_rows = "1:1"


def _plain(cell: Cell) -> Any:
    return Decimal(cell.value) if cell.value else cell.text


def _text(sheet: Any, value: Any) -> Any:
    return cell_of(sheet, value)


def _head(sheet: Any, titles: Any) -> None:
    sheet.append([_text(sheet, title) for title in titles])
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill, cell.alignment = BOLD, SHADE, WRAP
    if sheet.max_row == 1:
        sheet.freeze_panes = "A2"


def _widths(sheet: Any, widths: Any) -> None:
    for at, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width


def _moment(told: str) -> str:
    return vn_datetime(parse_datetime(told)) if told else ""


def _name(grid: Grid, taken: list[str]) -> str:
    name = re.sub(r"[\\/*?:\[\]]", " ", grid.title)[:LONGEST_TITLE].strip()
    return name if name not in taken else grid.name[:LONGEST_TITLE]


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def _unmodified(name: str, content: bytes) -> bytes:
    """The library writes into the properties when it wrote."""
    is_told = name == "docProps/core.xml"
    return _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", content) if is_told else content
