"""Amounts as offices write them, in triệu đồng with decimals, and as they are kept, in whole đồng.

Screen and file read them by one rule. A file from another office may count in đồng, or mark thousands by a comma: what
could be two amounts is refused with both, what no task can cost with the amount that was probably meant.
"""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core.cells import Cell
from apps.core.kept_words import in_vietnamese
from apps.core.numbers import parse_decimal
from apps.core.templatetags.ui import DONG_IN_A_MILLION, number
from apps.registers.fields import parse_number

DECIMALS = 6  # a đồng is the sixth decimal of a triệu
UNLIKELY = 10**12  # đồng, of one source in one year: a million triệu is a sum in đồng
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_MILLIONS = re.compile(r"\s*(?:triệu(?: đồng)?|trđ|tr\.?đ?)$", re.IGNORECASE)
_DONG = re.compile(r"\s*(?:đồng|đ|vnđ|vnd)$", re.IGNORECASE)


def parse_millions(text: str) -> int:
    """«1.234,5» triệu đồng in đồng."""
    plain = re.sub(r"\s", "", text)
    if _EITHER.fullmatch(plain):
        raise _either(plain)
    try:
        amount = Decimal(parse_number(text, DECIMALS)) * DONG_IN_A_MILLION
    except ValidationError as wrong:
        meant = typed(_meant(text))
        raise ValidationError(" ".join(wrong.messages), code=wrong.code, params={"suggestion": meant}) from wrong
    if amount < 0:
        raise ValidationError(_("Số tiền không được âm. Kiểm tra lại"), code="negative")
    if amount >= UNLIKELY:
        raise _unlikely(amount)
    return int(amount)


def _either(plain: str) -> ValidationError:
    whole, dong = int(re.sub(r"\D", "", plain)), int(re.sub(r"\D", "", plain)) * 1000
    told = _("“%(text)s” có thể là %(whole)s triệu đồng hoặc %(dong)s đồng. Nhập %(first)s hoặc %(second)s")
    with in_vietnamese():  # as they are typed
        shown = {"whole": number(whole), "dong": number(dong)}
    words = {"text": plain, "first": whole, "second": typed(dong), **shown}
    return ValidationError(told % words, code="ambiguous_number")


def _unlikely(amount: Decimal) -> ValidationError:
    told = _(
        "Từ 1.000.000 triệu đồng trở lên. Ô này tính bằng triệu đồng; nếu đang ghi theo đồng thì sửa thành %(meant)s"
    )
    meant = round(amount / DONG_IN_A_MILLION)
    with in_vietnamese():
        shown = said(meant)
    return ValidationError(told % {"meant": shown}, code="out_of_range", params={"suggestion": typed(meant)})


def _meant(text: str) -> int | None:
    """What people probably meant by what is no amount here: its unit said with it, or thousands marked by commas."""
    unit = 1 if _DONG.search(text) and not _MILLIONS.search(text) else DONG_IN_A_MILLION
    plain = re.sub(r"\s", "", _DONG.sub("", _MILLIONS.sub("", text)))
    if _ENGLISH.fullmatch(plain):
        plain = plain.replace(",", "").replace(".", ",")
    try:
        amount = parse_decimal(plain) * unit
    except ValidationError:
        return None
    if amount >= UNLIKELY:
        amount /= DONG_IN_A_MILLION
    return round(amount) if 1 <= amount < UNLIKELY else None


def typed(amount: int | None) -> str:
    """As it is typed again: without marks of thousands, and with one decimal more where a comma could be one."""
    if amount is None:
        return ""
    return unmistakable(f"{(Decimal(amount) / DONG_IN_A_MILLION).normalize():f}")


def unmistakable(decimal: str) -> str:
    """«1.234» of a computer, whose point is a point, as `parse_millions` reads it: «1,2340»."""
    text = decimal.replace(".", ",")
    return f"{text}0" if _EITHER.fullmatch(text) else text


def in_millions(amount: int | Decimal | None) -> Decimal | None:
    return None if amount is None else Decimal(amount) / DONG_IN_A_MILLION


def millions_cell(path: str) -> Cell:
    """With what lies below a million: a file is reckoned with."""
    return Cell((path,), in_millions, lambda writing, dong: writing.decimal(f"({dong} * 0.{1:0{DECIMALS}})"))


def said(amount: int | Decimal | None) -> str:
    """Every digit of it: «1.234,5», «–» where there is no figure."""
    return number(in_millions(amount))
