"""What may be given to a unit: one rule for the table, its file and a unit's wish."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.allocations.dividing import quantum
from apps.core.numbers import out_of_range

LARGEST = Decimal(10) ** 12  # what five years of it come to still fits into the column of targets


def refuse_odd(amount: Decimal, decimals: int) -> None:
    """Asked in this order: of a number beyond all measure Python finds no remainder."""
    if amount < 0:
        raise ValidationError(_("Số giao tăng thêm không âm."), code="negative")
    if not amount < LARGEST:
        raise out_of_range()
    if amount % quantum(decimals):
        raise ValidationError(_("Số giao phải là số nguyên, ví dụ 1150."), code="whole")
