"""The unit's own Excel file of its report: one sheet for each section, prefilled, open where it may be written."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from apps.audit.selectors import is_illustrative
from apps.core.export import Counted
from apps.core.file_values import RISKY, writable
from apps.core.kept_words import in_vietnamese
from apps.organisations.selectors import unit_labels
from apps.reports.hidden_sheet import SHEET, mark_of, rows_of
from apps.reports.models import AnnualReport, FormCell, FormSection
from apps.reports.numbers import LARGEST, MILLION, MONEY_DECIMALS, lacking
from apps.reports.selectors.filled import Entry, cells_of, entries_of
from apps.reports.selectors.series import Years, years_before
from apps.reports.unlocked import unlocked_keys

CODE, CONTENT, UNIT, BEFORE_LAST, LAST, NOW, REGISTER, EXPLANATION = "ABCDEFGH"
WIDTHS = {CODE: 8, CONTENT: 56, UNIT: 13, BEFORE_LAST: 13, LAST: 13, NOW: 26, REGISTER: 13, EXPLANATION: 44}
HEAD_ROW = 6
FACE = "Times New Roman"
INPUT, SHADE, GREY = (PatternFill("solid", fgColor=colour) for colour in ("FFF8E1", "E7F0FA", "F3F4F6"))
LINE = Border(*(Side(style="thin", color="B8C2CC"),) * 4)
OPEN, WRAP = Protection(locked=False), Alignment(wrap_text=True, vertical="top")
RIGHT = Alignment(horizontal="right", vertical="top", wrap_text=True)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LONGEST_EXPLANATION = 1000
Kind = FormCell.Kind


@in_vietnamese()
def not_applicable() -> str:
    return _("Không áp dụng")


@in_vietnamese()
def headers(year: int) -> dict[str, str]:
    """What stands above each column. By these words they are found again, wherever they were moved."""
    return {
        CODE: _("Mã ô"), CONTENT: _("Nội dung"), UNIT: _("Đơn vị tính"),
        BEFORE_LAST: _("Năm %(year)s") % {"year": year - 2}, LAST: _("Năm %(year)s") % {"year": year - 1},
        NOW: _("Năm %(year)s") % {"year": year},
        REGISTER: _("Số điền sẵn"), EXPLANATION: _("Giải trình"),
    }  # fmt: skip


def file_name(report: AnnualReport) -> str:
    return f"bao-cao-{report.round.code}-{report.unit.slug}"


class Saved:
    """A workbook that is bytes already, for the answer that saves it."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def save(self, out: Any) -> None:
        out.write(self.raw)


def saved_workbook(report: AnnualReport, counted: Counted) -> Any:
    """`counted`: tells the log how many rows were taken."""
    return Saved(workbook_of(report, counted))


@dataclass
class _Book:
    report: AnnualReport
    entries: dict[str, Entry]
    before: Years
    open_keys: set[str]
    mark: str = ""  # beside the name of the round, where nothing in it is real
    book: Workbook = field(default_factory=Workbook)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)  # sheet and row, by key
    sums: dict[tuple[str, str], float | str | None] = field(default_factory=dict)  # what a formula gives: sheet, cell


def workbook_of(report: AnnualReport, counted: Counted = iter) -> bytes:
    """As it stands now."""
    cells = cells_of(report.form_id)
    entries = entries_of(report, cells)
    open_keys = unlocked_keys(report, entries) if report.takes_entries else set()
    made = _Book(report, entries, years_before(report), open_keys)
    made.book.remove(made.book.active)
    if is_illustrative():
        made.mark = " – " + _("số liệu minh họa")
    for section, own in _by_section(entries):
        _write_section(made, section, list(counted(own)))
    _write_sums(made)
    hidden = made.book.create_sheet(SHEET)
    hidden.sheet_state = "veryHidden"
    for row in rows_of(mark_of(report, entries.values())):
        hidden.append(row)
        for cell in hidden[hidden.max_row]:
            cell.data_type = "s"
    made.book.properties.creator = _("Cổng Đề án 996")
    made.book.properties.title = report.round.title
    raw = io.BytesIO()
    made.book.save(raw)
    return _with_values(raw, made)


def _by_section(entries: dict[str, Entry]) -> Iterator[tuple[FormSection, list[Entry]]]:
    found: dict[int, list[Entry]] = {}
    for entry in entries.values():
        found.setdefault(entry.cell.block.section_id, []).append(entry)
    for own in found.values():
        yield own[0].cell.block.section, own


def _write_section(made: _Book, section: FormSection, own: list[Entry]) -> None:
    sheet = made.book.create_sheet(re.sub(r"[\[\]:*?/\\']", " ", f"{section.position}. {section.title}")[:31])
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    _write_head(made, sheet, section)
    for letter, words in headers(made.report.round.year).items():
        cell = _put(sheet, f"{letter}{HEAD_ROW}", words)
        cell.font, cell.fill, cell.border, cell.alignment = Font(FACE, 12, bold=True), SHADE, LINE, CENTRE
    row, block, group = HEAD_ROW, None, ""
    rules = _Rules(sheet)
    for entry in own:
        cell = entry.cell
        if cell.block_id != block:
            row, block, group = row + 1, cell.block_id, ""
            _heading(sheet, row, cell.block.title, GREY)
        if cell.group and cell.group != group:
            row, group = row + 1, cell.group
            _heading(sheet, row, group, None)
        row += 1
        _write_row(made, sheet, row, entry, rules)
    sheet.freeze_panes = f"C{HEAD_ROW + 1}"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True


def _write_head(made: _Book, sheet: Any, section: FormSection) -> None:
    report = made.report
    guide = _(
        "Chỉ nhập vào các ô nền vàng. Nhập 0 nếu không phát sinh, “%(words)s” nếu đơn vị không có nội dung này; để "
        "trống là chưa báo cáo. Dòng được nhận theo mã ô; không sửa mã ô và dòng tiêu đề."
    )
    days = f"{report.round.starts_on:%d/%m/%Y} – {report.round.ends_on:%d/%m/%Y}"
    lines = (
        (report.form.title.upper(), Font(FACE, 14, bold=True)),
        (unit_labels()[report.unit_id].short_name, Font(FACE, 13, bold=True)),
        (f"{report.round.title} ({days}){made.mark}", Font(FACE, 12)),
        (f"{section.position}. {section.title}", Font(FACE, 13, bold=True)),
        (guide % {"words": not_applicable()}, Font(FACE, 11, italic=True)),
    )
    for row, (text, font) in enumerate(lines, 1):
        sheet.merge_cells(f"{CODE}{row}:{EXPLANATION}{row}")
        cell = _put(sheet, f"{CODE}{row}", text)
        cell.font, cell.alignment = font, CENTRE if row <= 3 else WRAP
    sheet.row_dimensions[len(lines)].height = 32


def _heading(sheet: Any, row: int, text: str, fill: PatternFill | None) -> None:
    for letter in WIDTHS:
        sheet[f"{letter}{row}"].border = LINE
        if fill:
            sheet[f"{letter}{row}"].fill = fill
    cell = _put(sheet, f"{CONTENT}{row}", text)
    cell.font, cell.alignment = Font(FACE, 12, bold=True, italic=fill is None), WRAP


def _write_row(made: _Book, sheet: Any, row: int, entry: Entry, rules: "_Rules") -> None:
    cell, year = entry.cell, made.report.round.year
    made.places[cell.key] = (sheet.title, row)
    before = [_excel(cell, found.total) if (found := made.before.get(one, {}).get(cell.key)) else None
              for one in (year - 2, year - 1)]  # fmt: skip
    told = {
        CODE: cell.code, CONTENT: cell.label + (" *" if cell.is_required else ""), UNIT: cell.unit_label,
        BEFORE_LAST: before[0], LAST: before[1], NOW: _now(entry), REGISTER: _excel(cell, entry.prefilled),
        EXPLANATION: entry.explanation or None,
    }  # fmt: skip
    is_open = cell.key in made.open_keys and not cell.is_sum
    for letter, value in told.items():
        one = _put(sheet, f"{letter}{row}", value)
        one.font, one.border = Font(FACE, 12, bold=letter == NOW and cell.is_sum), LINE
        one.alignment = RIGHT if cell.is_number and letter in (BEFORE_LAST, LAST, NOW, REGISTER) else WRAP
        if cell.is_number and letter in (BEFORE_LAST, LAST, NOW, REGISTER):
            one.number_format = _format(cell)
    sheet[f"{CONTENT}{row}"].alignment = Alignment(wrap_text=True, vertical="top", indent=cell.level)
    if not is_open:
        return
    for letter in (NOW, EXPLANATION):
        sheet[f"{letter}{row}"].protection, sheet[f"{letter}{row}"].fill = OPEN, INPUT
    if cell.kind == Kind.TEXT:
        sheet[f"{NOW}{row}"].number_format = "@"
        sheet.row_dimensions[row].height = 60
    sheet[f"{EXPLANATION}{row}"].number_format = "@"
    rules.add(cell, row)


def _now(entry: Entry) -> Any:
    if entry.given.is_not_applicable:
        return not_applicable()
    return entry.given.text or None if entry.cell.kind == Kind.TEXT else _excel(entry.cell, entry.number)


def _excel(cell: FormCell, number: Decimal | None) -> Any:
    """A number as the form's column has it."""
    if number is None or cell.kind == Kind.TEXT:
        return None
    if cell.kind == Kind.YES_NO:
        return _("Có") if number else _("Không")
    number = number / MILLION if cell.kind == Kind.MONEY else number
    return int(number) if number == number.to_integral_value() else float(number)


def _format(cell: FormCell) -> str:
    places = 0 if cell.kind == Kind.WHOLE else MONEY_DECIMALS if cell.kind == Kind.MONEY else cell.decimals
    return "#,##0" + ("." + "#" * places if places else "")


def _put(sheet: Any, at: str, value: Any) -> Any:
    """Text stays text, even «=1+1»."""
    cell = sheet[at]
    if not isinstance(value, str):
        cell.value = value
        return cell
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", writable(value)).replace("\r", "_x000D_")
    cell.value = text
    cell.data_type = "s"
    if text.startswith(RISKY):
        cell.quotePrefix = True
    return cell


class _Rules:
    """Checks of Excel's own, one for all rows of a kind: what they let through is checked again on upload."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.known: dict[Any, DataValidation] = {}

    def add(self, cell: FormCell, row: int) -> None:
        key = (cell.kind, cell.decimals)
        if key not in self.known:
            self.known[key] = self._made(cell, row)
            self.sheet.add_data_validation(self.known[key])
        self.known[key].add(f"{NOW}{row}")
        if EXPLANATION not in self.known:
            rule = DataValidation(
                type="textLength", operator="lessThanOrEqual", formula1=str(LONGEST_EXPLANATION), allow_blank=True
            )
            self.known[EXPLANATION] = _told(rule, _("Giải trình dài quá 1.000 ký tự. Rút gọn."))
            self.sheet.add_data_validation(rule)
        self.known[EXPLANATION].add(f"{EXPLANATION}{row}")

    def _made(self, cell: FormCell, row: int) -> DataValidation:
        at, words = f"{NOW}{row}", not_applicable()
        if cell.kind == Kind.YES_NO:
            choices = ",".join((_("Có"), _("Không"), words))
            rule = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
            return _told(rule, _("Chọn “Có”, “Không” hoặc “Không áp dụng”."))
        if cell.kind == Kind.TEXT:
            rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1="10000", allow_blank=True)
            return _told(rule, _("Nội dung dài quá 10.000 ký tự. Rút gọn hoặc đính kèm tệp."))
        whole = f",{at}=INT({at})" if cell.kind == Kind.WHOLE else ""
        number = f"AND(ISNUMBER({at}),{at}>=0,{at}<{int(LARGEST)}{whole})"
        rule = DataValidation(type="custom", formula1=f'IF(ISNUMBER({at}),{number},{at}="{words}")', allow_blank=True)
        if cell.kind == Kind.WHOLE:
            return _told(rule, _("Nhập số nguyên không âm, ví dụ 156; hoặc “Không áp dụng”."))
        return _told(rule, _("Nhập số không âm, ví dụ 1234,5; hoặc “Không áp dụng”."))


def _told(rule: DataValidation, words: str) -> DataValidation:
    rule.showErrorMessage, rule.errorTitle, rule.error = True, _("Giá trị chưa đúng"), words
    rule.showInputMessage, rule.promptTitle, rule.prompt = True, _("Cách nhập"), words
    return rule


def _write_sums(made: _Book) -> None:
    for entry in made.entries.values():
        if not entry.cell.is_sum:
            continue
        title, row = made.places[entry.cell.key]
        parts = [made.places[key] for key in entry.cell.parts if key in made.places]
        refs = [
            f"{NOW}{number}" if sheet == title else f"{quote_sheetname(sheet)}!{NOW}{number}" for sheet, number in parts
        ]
        if not refs:
            continue
        at, blank = ",".join(refs), "+".join(f'({one}="")' for one in refs)
        made.book[title][f"{NOW}{row}"].value = f'=IF(COUNT({at})=0,"",SUM({at}))'
        made.sums[title, f"{NOW}{row}"] = _excel(entry.cell, entry.number)
        before, after = lacking("|").split("|")
        words = f'"{before}"&({blank})&"{after}"'
        made.book[title][f"{EXPLANATION}{row}"].value = f'=IF(OR(COUNT({at})=0,({blank})=0),"",{words})'
        is_part = entry.number is not None and entry.blank_parts
        made.sums[title, f"{EXPLANATION}{row}"] = lacking(entry.blank_parts) if is_part else None


_FORMULA = re.compile(r'<c r="([A-Z]+\d+)"([^>]*?)><f>(.*?)</f><v\s*(?:/>|></v>)</c>')


def _with_values(raw: io.BytesIO, made: _Book) -> bytes:
    """With what each formula gives now, which the library leaves out: not every program that shows a file computes."""
    parts = {f"xl/worksheets/sheet{at}.xml": title for at, title in enumerate(made.book.sheetnames, 1)}
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = source.read(info)
            if title := parts.get(info.filename):
                data = _FORMULA.sub(lambda found: _valued(made, title, found), data.decode()).encode()
            target.writestr(info, data)
    return out.getvalue()


def _valued(made: _Book, title: str, found: re.Match[str]) -> str:
    at, attributes, formula = found.groups()
    value = made.sums.get((title, at))
    kind = ' t="str"' if value is None or isinstance(value, str) else ""
    shown = escape(value) if isinstance(value, str) else "" if value is None else f"{value:.15g}"
    return f'<c r="{at}"{attributes}{kind}><f>{formula}</f><v>{shown}</v></c>'
