"""Amounts as offices write them, in triệu đồng with decimals, and as they are kept, in whole đồng."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import DONG_IN_A_MILLION, number
from apps.registers.fields import parse_number

DECIMALS = 6  # a đồng is the sixth decimal of a triệu
LARGEST = 10**15  # as the database has it


def parse_millions(text: str) -> int:
    """«1.234,5» triệu đồng in đồng."""
    amount = Decimal(parse_number(text, DECIMALS)) * DONG_IN_A_MILLION
    if amount < 0:
        raise ValidationError(_("Số tiền không được âm. Kiểm tra lại"), code="negative")
    if amount > LARGEST:
        raise ValidationError(_("Số tiền quá lớn. Kiểm tra lại đơn vị tính"), code="out_of_range")
    return int(amount)


def in_millions(amount: int | Decimal | None) -> Decimal | None:
    return None if amount is None else Decimal(amount) / DONG_IN_A_MILLION


def said(amount: int | Decimal | None) -> str:
    """Every digit of it: «1.234,5», «–» where there is no figure."""
    return number(in_millions(amount))
