"""What a cell holds, as people write it and as it is shown: one way for screen, file and API.

Money is kept in đồng and told in triệu đồng. "" is not reported, 0 is, and "not applicable" is neither.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core.kept_words import in_vietnamese
from apps.core.numbers import out_of_range, parse_decimal, parse_whole
from apps.core.templatetags.ui import number as shown_number
from apps.core.text import clean_text, refuse_many_lines
from apps.reports.models import FormCell

NOT_APPLICABLE = "not_applicable"
MILLION = Decimal(1_000_000)
LARGEST = Decimal(10) ** 15
MONEY_DECIMALS = 6
YES, NO = "có", "không"
LONGEST_TEXT, MOST_LINES = 10_000, 200
Kind = FormCell.Kind


@dataclass(frozen=True)
class Given:
    """One cell's content: a number, a text, "not applicable", or nothing."""

    number: Decimal | None = None
    text: str = ""
    is_not_applicable: bool = False

    @property
    def is_blank(self) -> bool:
        return self.number is None and not self.text and not self.is_not_applicable


def read_cell(cell: FormCell, value: Any) -> Given:
    """What somebody gave for the cell. Refused with the cell's own words where it cannot be that."""
    if value is None:
        return Given()
    if not isinstance(value, str):
        raise ValidationError(_('Giá trị phải là chuỗi ký tự, ví dụ "123".'), code="type")
    if value == NOT_APPLICABLE:
        return Given(is_not_applicable=True)
    text = clean_text(value, multiline=cell.kind == Kind.TEXT)
    if not text:
        return Given()
    if cell.kind == Kind.TEXT:
        if len(text) > LONGEST_TEXT:
            raise ValidationError(_("Nội dung dài quá 10.000 ký tự. Rút gọn hoặc đính kèm tệp."), code="too_long")
        refuse_many_lines(text, MOST_LINES)
        return Given(text=text)
    return Given(number=_number(cell, text))


def _number(cell: FormCell, text: str) -> Decimal:
    if cell.kind == Kind.YES_NO:
        return _yes_no(text)
    if cell.kind == Kind.WHOLE:
        found = Decimal(_whole(cell, text))
    else:
        found = parse_decimal(text)
        if abs(found) >= LARGEST:  # before it is rounded: of so many digits Python would make no number
            raise out_of_range()
        most = MONEY_DECIMALS if cell.kind == Kind.MONEY else cell.decimals
        if found != round(found, most):
            raise ValidationError(_("Tối đa %(count)s chữ số thập phân") % {"count": most}, code="too_long")
        if cell.kind == Kind.MONEY:
            found *= MILLION
    if found < 0:
        raise ValidationError(_("Không nhận số âm. Kiểm tra lại."), code="negative")
    if found >= LARGEST:
        raise out_of_range()
    return found


def _whole(cell: FormCell, text: str) -> int:
    try:
        return parse_whole(text)
    except ValidationError as wrong:
        if wrong.code == "out_of_range":
            raise
        told = _("Ô %(code)s chỉ nhận số nguyên (%(unit)s), không nhận “%(text)s”. Nhập lại, ví dụ 12")
        words = {"code": cell.code, "unit": cell.unit_label, "text": text[:40]}
        raise ValidationError(told % words, code="whole_number") from None


def _yes_no(text: str) -> Decimal:
    low = text.lower()
    if low in (YES, "1", "yes", "true"):
        return Decimal(1)
    if low in (NO, "0", "no", "false"):
        return Decimal(0)
    raise ValidationError(_("Nhập “có” hoặc “không”."), code="yes_no")


def show(cell: FormCell, number: Decimal | None) -> str:
    """As pages and papers tell a number of the cell: 1.234,5; "" where there is none."""
    if number is None:
        return ""
    if cell.kind == Kind.YES_NO:
        return _("Có") if number else _("Không")
    if cell.kind == Kind.MONEY:
        number = number / MILLION
    return shown_number(_plain(number), _decimals(number))


def show_sum(cell: FormCell, number: Decimal | None, blank_parts: int) -> str:
    """A total says of how many of its cells nothing is known: blank is not zero."""
    told = show(cell, number)
    return f"{told} ({lacking(blank_parts)})" if told and blank_parts else told


def lacking(blank_parts: int | str) -> str:
    return _("thiếu %(n)s ô") % {"n": blank_parts}


@in_vietnamese()  # as numbers are typed, whoever reads
def typed(cell: FormCell, value: Given) -> str:
    """As it stands in an input field."""
    if value.is_not_applicable:
        return ""
    return value.text if cell.kind == Kind.TEXT else show(cell, value.number)


def machine(cell: FormCell, value: Given) -> str | None:
    """As the API tells it: a decimal with a point, in the unit of the cell."""
    if value.is_not_applicable:
        return NOT_APPLICABLE
    if cell.kind == Kind.TEXT:
        return value.text or None
    if value.number is None:
        return None
    return format(_plain(value.number / MILLION if cell.kind == Kind.MONEY else value.number), "f")


def _plain(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _decimals(number: Decimal) -> int:
    exponent = _plain(number).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
