"""Numbers as people type them: 1.234,5 and 1234.5 alike. Used by forms, API text and files."""

import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MINUS = "\u2212"
LONGEST = 40  # signs of a number: more digits no column holds, and Python itself refuses to read thousands of them
_WHOLE = re.compile(r"-?\d{1,3}(?:\.\d{3})+|-?\d+", re.ASCII)
_VIETNAMESE = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?", re.ASCII)
_POINT = re.compile(r"-?\d+\.\d+", re.ASCII)
_ONLY = re.compile(r"[^\d.,\-]*(\d+(?:,\d+)?)[^\d.,\-]*")
# Words by which a number is another one.
_SCALE = re.compile(r"%|nghìn|ngàn|triệu|tr|t[ỷỉ]|trăm|chục|vạn|\dk", re.IGNORECASE)
_DIGITS = re.compile(r"[\d.,\-]+")
_EITHER = re.compile(r"-?\d{1,3}\.\d{3}", re.ASCII)


def _plain(text: str) -> str:
    plain = re.sub(r"[\s\u00a0]", "", text).replace(MINUS, "-")
    if len(plain) > LONGEST and _DIGITS.fullmatch(plain):  # a sentence as long is no number, and is told so
        raise out_of_range()
    return plain


def out_of_range() -> ValidationError:
    return ValidationError(_("Số ngoài khoảng ghi được. Kiểm tra lại"), code="out_of_range")


def _among_words(plain: str) -> str:
    """The one number of «Năm2026», «500kg»; none where the words may make it another."""
    only = _ONLY.fullmatch(plain)
    return only[1] if only and not _SCALE.search(plain) else ""


def parse_whole(text: str) -> int:
    """«1.234» and «1234» are 1234; a fraction is refused."""
    plain = _plain(text)
    if not _WHOLE.fullmatch(plain):
        only = _among_words(plain)
        meant = {"suggestion": only if only.isdecimal() else ""}
        raise ValidationError(_("Phải là số nguyên, chỉ gồm chữ số"), code="whole_number", params=meant)
    return int(plain.replace(".", ""))


def parse_decimal(text: str) -> Decimal:
    """«1.234,5» and «1234.5» are 1234.5; «1.234» could be two numbers, so both are named and neither is taken."""
    plain = _plain(text)
    if _EITHER.fullmatch(plain):
        raise ValidationError(
            _("“%(text)s” có thể là %(whole)s hoặc %(fraction)s. Nhập lại một trong hai"),
            code="ambiguous_number",
            params={"text": plain, "whole": plain.replace(".", ""), "fraction": plain.replace(".", ",")},
        )
    if _VIETNAMESE.fullmatch(plain):
        return Decimal(plain.replace(".", "").replace(",", "."))
    if _POINT.fullmatch(plain):
        return Decimal(plain)
    meant = {"suggestion": _among_words(plain)}
    raise ValidationError(_("Không phải là số. Nhập theo dạng 1.234,5"), code="number", params=meant)


def asked_whole(text: Any) -> int | None:
    """A year or a page of a query string; none where anything else is asked."""
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 6 else None


def asked_key(text: Any) -> int | None:
    """The key of a row, or its version, as a page sent it; none where anything else is asked."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 13 else None


def plain_decimal(value: Decimal | int) -> str:
    """As programs read it: all its digits, a point, no power of ten and no zeros behind: «2.5», «100», «0»."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
