"""A report's file as it came back: whose it is, and what stands in the row of each code, wherever that is now.

Read by the exchange's child process, sheet by sheet; nothing of the file is parsed here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from os import PathLike
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core.text import fold
from apps.exchange.formulas import FORMULAS, value_of_formula
from apps.exchange.gate import Refused
from apps.exchange.parse import Cell, Meta, Row, read_rows
from apps.exchange.scan import cell_name
from apps.reports.hidden_sheet import NOTHING, Mark, read_mark
from apps.reports.models import FormCell
from apps.reports.numbers import NOT_APPLICABLE
from apps.reports.workbook import CODE, EXPLANATION, NOW, headers, not_applicable

SHEETS_TRIED, HIDDEN_TRIED = 20, 5
HEAD_DEPTH = 40
MOST_TOLD = 500  # of rows that are no cell's a file may have two hundred thousand: a page and a row are made of them
ERROR, WARNING = "error", "warning"
Kind = FormCell.Kind


@dataclass(frozen=True)
class Told:
    """What is to be said of one cell of the file. `column`: the code of the form's cell, "" where it is not known."""

    code: str
    message: str
    sheet: str = ""
    at: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    severity: str = ERROR


@dataclass
class Line:
    """A row of the file: what it says for its code, as text that the cell takes; None: blank."""

    sheet: str
    row: int
    value_at: str
    explanation_at: str
    value: str | None = None
    explanation: str = ""


@dataclass
class Answered:
    """`lines`: by code."""

    version: int
    lines: dict[str, Line] = field(default_factory=dict)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: list[Told] = field(default_factory=list)

    def kept(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def again(cls, kept: Mapping[str, Any]) -> "Answered":
        lines = {code: Line(**told) for code, told in kept["lines"].items()}
        tokens = {code: (told[0], told[1]) for code, told in kept["tokens"].items()}
        return cls(kept["version"], lines, tokens, [Told(**told) for told in kept["problems"]])


def mark_in(path: str | PathLike[str]) -> Mark | None:
    """What its hidden sheet says; None where there is none of ours."""
    for place in range(HIDDEN_TRIED):
        try:
            with read_rows(path, -1 - place) as table:
                if mark := read_mark([_texts(cells) for _number, cells in table]):
                    return mark
        except Refused as refusal:
            if refusal.code != "no_sheet":
                raise
            return None
    return None


def _texts(cells: list[Cell | None]) -> list[str]:
    return ["" if cell is None else str(cell.value) for cell in cells]


def read_answers(path: str | PathLike[str], mark: Mark, cells: Mapping[str, FormCell], year: int) -> Answered:
    """`cells`: of the form, by code. Every problem of every sheet, at once."""
    found = Answered(mark.version, tokens=dict(mark.cells))
    with read_rows(path, 0) as table:
        meta = table.meta
    names = [name for name in meta.sheets if name in meta.filled][:SHEETS_TRIED]
    for name in names:
        with read_rows(path, meta.sheets.index(name)) as table:
            _Sheet(found, table.meta, cells, year).read(iter(table))
    missing = [code for code, cell in cells.items() if code not in found.lines and not cell.is_sum]
    known = {told.column for told in found.problems}
    for code in missing:
        if code not in known:
            words = _("Tệp không có dòng của ô này: giữ nguyên như trên màn hình")
            found.problems.append(Told("missing_row", words, column=code, severity=WARNING))
    return found


class _Sheet:
    def __init__(self, found: Answered, meta: Meta, cells: Mapping[str, FormCell], year: int) -> None:
        self.found, self.meta, self.cells = found, meta, cells
        told = headers(year)
        self.names = [told[name] for name in (CODE, NOW, EXPLANATION)]
        self.wanted = {fold(told[name]): name for name in (CODE, NOW, EXPLANATION)}
        self.columns: dict[str, int] = {}
        self.head = 0

    def read(self, rows: Iterator[Row]) -> None:
        stray: list[tuple[int, str]] = []
        for number, row in rows:
            if self.head:
                self._take(number, row)
            elif number <= HEAD_DEPTH and self._is_head(row):
                self.head = number
            else:
                stray += [(number, text) for text in _texts(row) if text.strip() in self.cells]
        if self.head:
            self._tell_merges()
        elif stray:
            words = _(
                "Trang “%(sheet)s” không còn dòng tiêu đề “%(names)s”. Tải lại tệp của đơn vị, hoặc khôi phục dòng đó"
            )
            names = ", ".join(self.names)
            self._tell("no_header", words % {"sheet": self.meta.sheet, "names": names}, stray[0][0])
        elif self.meta.rows:
            words = _("Trang “%(sheet)s” không có trong tệp của đơn vị, không được đọc")
            self._tell("sheet_unread", words % {"sheet": self.meta.sheet}, 1, severity=WARNING)

    def _is_head(self, row: list[Cell | None]) -> bool:
        places: dict[str, int] = {}
        for at, text in enumerate(_texts(row)):
            if name := self.wanted.get(fold(text.strip())):
                places.setdefault(name, at)
        if len(places) < len(self.wanted):
            return False
        self.columns = places
        return True

    def _take(self, number: int, row: list[Cell | None]) -> None:
        code_cell, value, explanation = (self._cell(row, name) for name in (CODE, NOW, EXPLANATION))
        code = _plain(code_cell)
        if not code:
            if value is not None or explanation is not None:
                words = _("Dòng có nội dung nhưng không có mã ô nên không biết là của ô nào. Ghi lại mã ô ở cột A")
                self._tell("no_code", words, number, name=NOW if value is not None else EXPLANATION, found=value)
            return
        cell = self.cells.get(code)
        if cell is None:
            if fold(code) not in self.wanted:  # the header, repeated where it was printed again
                words = _("Biểu mẫu không có ô mang mã này. Kiểm tra lại mã ô")
                self._tell("unknown_cell", words, number, name=CODE, column=code[:20], found=code_cell)
            return
        if code in self.found.lines:
            first = self.found.lines[code]
            words = _("Mã ô có hai dòng trong tệp (dòng kia ở trang “%(sheet)s”, dòng %(row)s). Giữ lại một dòng")
            told = words % {"sheet": first.sheet, "row": first.row}
            self._tell("twice", told, number, name=CODE, column=code, found=code_cell)
            return
        line = Line(self.meta.sheet, number, self._at(number, NOW), self._at(number, EXPLANATION))
        self.found.lines[code] = line
        if not cell.is_sum:
            self._fill(line, number, cell, value, explanation)

    def _fill(self, line: Line, number: int, cell: FormCell, value: Cell | None, explanation: Cell | None) -> None:
        try:
            line.value = value_text(cell, value, self.found.tokens.get(cell.code, (NOTHING, NOTHING))[0])
        except ValidationError as wrong:
            self._refuse(wrong, number, NOW, cell, value)
        try:
            line.explanation = plain_text(explanation) or ""
        except ValidationError as wrong:
            self._refuse(wrong, number, EXPLANATION, cell, explanation)

    def _refuse(self, wrong: ValidationError, number: int, name: str, cell: FormCell, found: Cell | None) -> None:
        self._tell(str(wrong.code), wrong.messages[0], number, name=name, column=cell.code, found=found)

    def _cell(self, row: list[Cell | None], name: str) -> Cell | None:
        at = self.columns[name]
        found = row[at] if at < len(row) else None
        if found is not None and found.kind in ("s", "t") and not str(found.value).strip():
            return None
        return found

    def _at(self, number: int, name: str) -> str:
        return cell_name(number - 1, self.columns[name])

    def _tell(self, code: str, words: str, row: int, *, name: str = "", column: str = "", found: Cell | None = None,
              severity: str = ERROR) -> None:  # fmt: skip
        is_of_a_cell = column in self.cells and code != "twice"
        if len(self.found.problems) >= MOST_TOLD and not is_of_a_cell:
            return
        at = self._at(row, name) if name and self.columns else ""
        value = "" if found is None else str(found.value)[:200]
        self.found.problems.append(Told(code, words, self.meta.sheet, at, row, column, value, severity))

    def _tell_merges(self) -> None:
        """Over several rows: whose value it is nobody can say, so each of the rows is refused."""
        told = {at: name for name, at in self.columns.items()}
        for top, column, bottom in self.meta.merges:
            if column not in told or bottom < self.head:
                continue
            area = f"{cell_name(top, column)}:{cell_name(bottom, column)}"
            words = _("Vùng ô gộp %(area)s trải qua nhiều dòng: bỏ gộp rồi nhập riêng từng ô") % {"area": area}
            codes = [code for code, line in self.found.lines.items()
                     if line.sheet == self.meta.sheet and top < line.row <= bottom + 1]  # fmt: skip
            for code in codes or [""]:
                row = self.found.lines[code].row if code else top + 1
                self._tell("merged_cells", words, row, name=told[column], column=code)


def _plain(cell: Cell | None) -> str:
    return "" if cell is None else str(cell.value).strip()


def plain_text(cell: Cell | None) -> str | None:
    """What a person reads in the cell; an error of Excel and a formula without a value are refused."""
    if cell is None:
        return None
    if cell.kind == "e":
        raise ValidationError(_("Ô đang báo lỗi của Excel. Nhập lại giá trị"), code="excel_error")
    if cell.kind in FORMULAS:
        if cell.value == "" and cell.kind == "f":
            told = _(
                "Ô là công thức chưa được tính, không có giá trị. Mở tệp bằng Excel, lưu rồi tải lại, hoặc nhập giá trị"
            )
            raise ValidationError(told, code="formula")
        cell = value_of_formula(cell)
    if cell.kind == "b":
        return _("Có") if cell.value is True else _("Không")
    if cell.kind == "d":
        year, month, day = str(cell.value)[:10].split("-")
        return f"{day}/{month}/{year}"
    # A number with a point is written as people here write it: 1.234 of a cell is no thousand.
    return str(cell.value).replace(".", ",") if cell.kind == "n" else str(cell.value)


def value_text(cell: FormCell, found: Cell | None, before: str) -> str | None:
    """As the form's cell takes it. `before`: what stood there when the file was made, told again where it still does:
    Excel keeps fifteen digits of a number.
    """
    text = plain_text(found)
    if found is None or text is None:
        return None
    if fold(text.strip()) == fold(not_applicable()):
        return NOT_APPLICABLE
    kind = value_of_formula(found).kind if found.kind in FORMULAS else found.kind
    if cell.kind == Kind.TEXT:
        return text
    if kind == "d":
        raise ValidationError(_("Ô là ngày tháng, cần một số. Đổi định dạng ô rồi nhập lại"), code="wrong_kind")
    if kind == "b" and cell.kind != Kind.YES_NO:
        raise ValidationError(_("Ô là giá trị đúng/sai, cần một số. Nhập lại"), code="wrong_kind")
    if kind == "n" and cell.is_number and _is_same_number(text, before):
        return before
    return text


def _is_same_number(text: str, before: str) -> bool:
    try:
        return float(text.replace(",", ".")) == float(before)
    except ValueError:
        return False
