"""A column of a file, and what the text of one of its cells is before the register understands it."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.days import NEXT_DAY_HERE, shown_day
from apps.core.masking import hide_identity_numbers
from apps.core.old_fonts import meant_by_old_font, needs_no_look, refuse_old_font
from apps.core.text import Reading, is_ordinary, read_text
from apps.exchange.formulas import FORMULAS
from apps.exchange.models import RowProblem
from apps.exchange.parse import Cell

Severity = RowProblem.Severity


@dataclass
class Problem:
    """One thing to say about one cell, before it becomes a RowProblem."""

    column: str
    value: str
    code: str
    message: str
    severity: str = Severity.ERROR
    suggestion: str = ""


@dataclass
class Field:
    """A column: its header, how its text is understood, and whether it may be blank.

    `clean(text, row)` returns a JSON value or raises ValidationError; `row` holds the columns understood before it.
    A ValidationError's params may carry `suggestion`.
    """

    key: str
    header: str
    clean: Callable[[str, dict[str, Any]], Any] = field(default=lambda text, row: text)
    required: bool = True
    accepts: str = "s"  # kinds of cell: s text, n number, d date
    is_code: bool = False  # its zeros count: a number is asked about, with what it probably meant
    # Keys of the columns on which its meaning hangs beside its own text, so that each is understood once for all rows
    # that have it; None where that cannot be said.
    asks: tuple[str, ...] | None = None
    is_prose: bool = False  # free text, where the code of an old font is nobody's error but a warning
    example: str | Promise = ""  # in the empty field where a cell is mended
    hint: str | Promise = ""  # on the guide sheet of the template
    hide: Callable[[str], str] = hide_identity_numbers  # what of its text is shown to who may not change the import
    format: str = "@"  # of the template's cells: text, so that Excel leaves codes alone
    aliases: tuple[str, ...] = ()  # usual other names of the column, as people head it in files of their own


def cell_text(cell: Cell | None, column: Field, problems: list[Problem]) -> str:
    if cell is None:
        return ""
    kind, value = cell
    if kind == "e":
        raise ValidationError(_("Ô đang báo lỗi của Excel. Nhập lại giá trị"), code="excel_error")
    if kind in FORMULAS:
        told = _(
            "Ô là công thức chưa được tính, không có giá trị. Nhập giá trị, hoặc mở tệp bằng Excel, lưu rồi tải lại"
        )
        raise ValidationError(told, code="formula")
    if kind not in column.accepts:
        raise ValidationError(_wrong_kind(kind, column), code="wrong_kind")
    if kind == "d":
        return _date_text(str(value), column, problems)
    return _typed_text(str(value), column, problems)


def _typed_text(raw: str, column: Field, problems: list[Problem]) -> str:
    if is_ordinary(raw) and needs_no_look(raw):
        return raw
    code, meant = meant_by_old_font(raw)
    if code and not column.is_prose:
        refuse_old_font(raw)
    reading = read_text(raw)
    if code:  # whatever else is odd in it comes from the font
        problems.append(_old_font(column, raw, code, meant))
    else:
        problems.extend(_changed(column, raw, reading))
    return reading.text


def _old_font(column: Field, raw: str, code: str, meant: str) -> Problem:
    message = _(
        "Chữ gõ theo bảng mã cũ %(code)s. Chuyển sang Unicode rồi nhập lại, hoặc xác nhận nếu đúng là tên như vậy"
    )
    return Problem(str(column.header), raw, "old_font", message % {"code": code}, Severity.WARNING, meant)


def _changed(column: Field, raw: str, reading: Reading) -> Iterator[Problem]:
    """What the gate changed, so that nobody wonders why the register holds something else than the file."""
    told = {"text": reading.text[:120]}
    said = []
    if reading.composed:
        said.append(("normalised", _("Dấu của chữ được gõ rời khỏi chữ cái: đã được ghép lại thành “%(text)s”") % told))
    if reading.dropped:
        signs = ", ".join(f"U+{ord(char):04X}" for char in reading.dropped)
        said.append(("hidden_character", _("Đã bỏ ký tự ẩn %(signs)s: “%(text)s”") % {"signs": signs, **told}))
    if reading.twins:
        pairs = ", ".join(f"“{typed}” ({_codes(typed)}) → “{meant}”" for typed, meant in reading.twins[:5])
        said.append(
            ("look_alike", _("Đã thay ký tự trông giống chữ: %(pairs)s. Đọc là “%(text)s”") % {"pairs": pairs, **told})
        )
    for code, message in said:
        yield Problem(str(column.header), raw, code, message, Severity.NOTE)


def _codes(text: str) -> str:
    return " ".join(f"U+{ord(char):04X}" for char in text if not char.isascii())[:40]


def _wrong_kind(kind: str, column: Field) -> str:
    if kind == "n" and not column.is_code:
        return str(_NO_CODE)
    return str(_NO_DAY if kind == "d" and "n" in column.accepts else WRONG_KIND[kind])


WRONG_KIND = {
    "n": gettext_lazy("Ô đang là số. Định dạng cột là Văn bản rồi nhập lại, để không mất số 0 ở đầu"),
    "d": gettext_lazy("Ô đang là ngày. Nhập lại dưới dạng văn bản"),
    "b": gettext_lazy("Ô đang là TRUE/FALSE. Nhập lại giá trị"),
    "s": gettext_lazy("Ô đang là văn bản. Nhập lại đúng kiểu của cột"),
}
_NO_DAY = gettext_lazy("Ô đang là ngày, cột này nhận số. Định dạng ô là Số rồi nhập lại")
_NO_CODE = gettext_lazy("Ô đang là số, cột này nhận chữ. Định dạng ô là Văn bản rồi nhập lại")


def _moment(iso: str) -> datetime.datetime:
    """To the second: Excel counts in fractions of a day, and 23:59:59.9999 is midnight."""
    moment = datetime.datetime.fromisoformat(iso) + datetime.timedelta(milliseconds=500)
    return moment.replace(microsecond=0)


def _date_text(iso: str, column: Field, problems: list[Problem]) -> str:
    """A time says nothing of a day, unless it comes from a program that counts by the world clock."""
    moment = _moment(iso)
    text = shown_day(moment.date())
    if moment.time() != datetime.time():
        told = {"time": f"{moment:%H:%M}", "day": text, "next": shown_day(moment.date() + datetime.timedelta(days=1))}
        message = _("Ô chứa cả giờ %(time)s, được ghi là ngày %(day)s. Kiểm tra ngày có đúng không")
        if moment.time() >= NEXT_DAY_HERE:
            message = _(
                "Ô chứa cả giờ %(time)s, được ghi là ngày %(day)s. Nếu giờ này là giờ quốc tế thì ngày đúng là %(next)s"
            )
        problems.append(
            Problem(str(column.header), f"{moment:%d/%m/%Y %H:%M}", "time_in_date", message % told, Severity.NOTE)
        )
    return text


def shown(cell: Cell | None) -> str:
    """The cell as the person sees it in Excel, for lists of problems."""
    if cell is None:
        return ""
    kind, value = cell
    return shown_day(_moment(str(value)).date()) if kind == "d" else str(value)[:300]


def problems_of(column: Field, cell: Cell | None, error: ValidationError) -> list[Problem]:
    return [
        Problem(
            column=str(column.header),
            value=shown(cell),
            code=item.code or "invalid",
            message="".join(item.messages),
            severity=(item.params or {}).get("severity", Severity.ERROR),
            suggestion=str((item.params or {}).get("suggestion", "")),
        )
        for item in error.error_list
    ]
