"""A value as files of ours have it: a text that every programme can read and none takes for a formula."""

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Of signs with which a text may begin, ranges of those that are neither risky nor unwritable: most of all there are.
ORDINARY = ((65, 126), (0, 0), (32, 42), (46, 60), (0xA0, 0x377), (0x1E00, 0x1EFF), (0x2010, 0x2027))
UNWRITABLE = frozenset({"Cc", "Cs", "Co", "Cn"})  # control, surrogate, private use, unassigned and noncharacters


def writable(text: str) -> str:
    """Without the signs that make a file unreadable or mean nothing: the gate keeps them out, and no file trusts it."""
    if text.isprintable():
        return text
    odd = [char for char in set(text) if char not in "\t\n\r" and unicodedata.category(char) in UNWRITABLE]
    return text.translate(dict.fromkeys(map(ord, odd))) if odd else text


def plain(value: Any) -> Any:
    """A value as every kind of file has it: text, number, day, or moment of this country's clock."""
    if value is None or (isinstance(value, int | float | Decimal) and not isinstance(value, bool)):
        return value
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, datetime):
        local = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
        return local.replace(microsecond=0)
    return value if isinstance(value, date) else writable(str(value))


def spelt(value: Any, comma: str) -> str:
    """The value as a .csv has it. No text of data is taken for a formula; the minus sign of a number passes."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int | float | Decimal):
        return number_text(value).replace(".", comma)
    return f"'{value}" if value.startswith(RISKY) else value


def number_text(value: int | float | Decimal) -> str:
    """Without an exponent, and of a binary fraction no more digits than it has."""
    if isinstance(value, int):
        return str(value)
    exact = value if isinstance(value, Decimal) else Decimal(f"{value:.15g}")
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
