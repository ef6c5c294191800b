"""Field rules of the enterprise register, written once: the form, the API and the Excel door use these."""

import datetime
import re
import unicodedata
from difflib import get_close_matches
from functools import cache

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.days import parse_day
from apps.enterprises.models import AssuranceProgramme, Enterprise

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
EARLIEST = datetime.date(2000, 1, 1)
_SEPARATORS = re.compile(r"[\s.\-]")
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1"})


def clean_tax_code(text: str, ownership: str = "") -> str:
    """Return `0123456789`, `0123456789-001` or, for a household only, 12 digits. A wrong shape is refused.

    The check digit is asked apart (`has_valid_check_digit`): a wrong one warns and may be confirmed.
    Source: Thông tư 90/2026/TT-BTC, Điều 5.
    """
    digits = _SEPARATORS.sub("", text)
    if ownership == Enterprise.Ownership.HOUSEHOLD and len(digits) == 12 and digits.isdecimal():
        return digits
    if not digits.isascii() or not digits.isdecimal():
        raise _tax_code_error(_("Chỉ gồm chữ số. Mã số thuế gồm 10 hoặc 13 chữ số"), _meant(digits))
    if len(digits) in (9, 12) and has_valid_check_digit("0" + digits):
        raise _tax_code_error(_("Thiếu một chữ số, có thể Excel đã bỏ số 0 đầu"), "0" + digits)
    if len(digits) == 12:
        raise _tax_code_error(_("12 chữ số chỉ dùng cho hộ kinh doanh. Kiểm tra lại mã hoặc cột Loại hình"), "")
    if len(digits) not in (10, 13):
        wrong = _("Có %(count)s chữ số. Mã số thuế gồm 10 hoặc 13 chữ số") % {"count": len(digits)}
        raise _tax_code_error(wrong, "")
    if digits[2:9] == "0000000" or digits[10:] == "000":
        raise _tax_code_error(_("Số thứ tự toàn số 0 không được cấp. Kiểm tra lại mã"), "")
    return digits if len(digits) == 10 else f"{digits[:10]}-{digits[10:]}"


def _meant(text: str) -> str:
    """Letters taken for digits, and digits of other scripts (full-width ones come from some keyboards)."""
    return "".join(str(unicodedata.decimal(char, char)) for char in text.translate(_LOOKALIKES))


def _tax_code_error(message: str, suggestion: str) -> ValidationError:
    usable = len(suggestion) in (10, 13) and suggestion.isdecimal() and has_valid_check_digit(suggestion)
    return ValidationError(message, code="tax_code", params={"suggestion": suggestion if usable else ""})


def has_valid_check_digit(code: str) -> bool:
    """True where the tenth digit agrees with the first nine (mod 11), and for codes that have none (12 digits)."""
    digits = code.replace("-", "")
    if len(digits) == 12:
        return True
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=False))
    return 10 - total % 11 == int(digits[9])


def tax_code_of_number(text: str) -> str:
    """What Excel took for a number was probably this code; nothing where the check digit does not bear it out."""
    for code in (text, "0" + text):
        if len(code) in (10, 13) and code.isdecimal() and has_valid_check_digit(code):
            return code
    return ""


CHECK_DIGIT_MESSAGE = "Chữ số kiểm tra không khớp. Đối chiếu giấy đăng ký; nếu mã đúng, xác nhận kèm lý do"


def clean_date(text: str) -> datetime.date:
    """dd/mm/yyyy, a real day, neither in the future nor before 2000."""
    day = parse_day(text)
    today = timezone.localdate()
    if day > today:
        wrong = _("Ở tương lai. Ngày không sau %(today)s") % {"today": f"{today:%d/%m/%Y}"}
        raise ValidationError(wrong, code="future")
    if day < EARLIEST:
        raise ValidationError(_("Trước năm 2000. Kiểm tra lại năm"), code="date")
    return day


def folded(text: str) -> str:
    """For comparing words people type: no case, no blanks around separators."""
    return re.sub(r"[\s,;.\-]+", " ", text).strip().casefold()


def clean_choice(text: str, choices: type[TextChoices], aliases: dict[str, str] | None = None) -> str:
    """The value behind a Vietnamese label; a near miss is refused with its suggestion."""
    word = folded(text)
    labels = _labels(choices, get_language())
    found = labels.get(word)
    if found is not None:
        return found
    near = (aliases or {}).get(word)
    if near is None:
        close = get_close_matches(word, list(labels), n=1, cutoff=0.6)
        near = labels[close[0]] if close else ""
    known = ", ".join(str(choice.label) for choice in choices)
    raise ValidationError(
        _("Không có trong danh mục. Chọn: %(known)s") % {"known": known},
        code="choice",
        params={"suggestion": str(choices(near).label) if near else ""},
    )


@cache
def _labels(choices: type[TextChoices], language: str) -> dict[str, str]:
    """Asked for every row of a file: put together once."""
    return FORMER_WORDS.get(choices, {}) | {folded(str(choice.label)): str(choice.value) for choice in choices}


# What files called these before the words of the decision came in: taken as they stand, so that old files still load.
FORMER_WORDS: dict[type[TextChoices], dict[str, str]] = {
    Enterprise.Ownership: {
        "nhà nước": Enterprise.Ownership.STATE.value,
        "tư nhân": Enterprise.Ownership.PRIVATE.value,
        "fdi": Enterprise.Ownership.FOREIGN.value,
    },
    AssuranceProgramme.Form: {
        "được kiểm định hiệu chuẩn": AssuranceProgramme.Form.SERVED.value,
        "có chương trình được phê duyệt": AssuranceProgramme.Form.WRITTEN.value,
    },
}

OWNERSHIP_ALIASES = {
    "tn": Enterprise.Ownership.PRIVATE,
    "nn": Enterprise.Ownership.STATE,
    "dnnn": Enterprise.Ownership.STATE,
    "htx": Enterprise.Ownership.COOPERATIVE,
    "hkd": Enterprise.Ownership.HOUSEHOLD,
    "đtnn": Enterprise.Ownership.FOREIGN,
    "nước ngoài": Enterprise.Ownership.FOREIGN,
}
