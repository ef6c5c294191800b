"""Tax codes as people write them, held to their shape: every register that names an enterprise uses these."""

import re
import unicodedata
from operator import mul

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

HOUSEHOLD = "household"  # the kind of enterprise whose code may have twelve digits
HOUSEHOLD_LENGTH = 12
DEPENDENT_LENGTH = 14  # 0123456789-001
WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_SEPARATORS = re.compile(r"[\s.\-‐‑‒–—−]")
LENGTHS = (10, 12, 13)
# What people write in front, and the .0 of programmes that took the code for a number.
_AROUND = re.compile(
    r"^\W*(?:mst|msdn|mã số(?: thuế| doanh nghiệp| dn)?|ma so(?: thue| doanh nghiep)?)\b[\s:.]*|^['’`]|\.0$",
    re.IGNORECASE,
)
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1"})
# Twelve digits begin with the number of a province, 001 to 096: a household's number that lost a zero is known by it.
_PERSONAL = re.compile(r"0(?:0[1-9]|[1-8]\d|9[0-6])\d{9}", re.ASCII)
HOUSEHOLD_MESSAGE = gettext_noop("Mã của hộ kinh doanh gồm 12 chữ số, hoặc 10, 13 chữ số nếu dùng mã số thuế")


def clean_tax_code(text: str, ownership: str = "") -> str:
    """Return `0123456789`, `0123456789-001` or, for a household only, 12 digits. A wrong shape is refused.

    The check digit is asked apart (`has_valid_check_digit`): a wrong one warns and may be confirmed.
    Source: Thông tư 90/2026/TT-BTC, Điều 5.
    """
    digits = _SEPARATORS.sub("", text)
    if not digits.isdecimal() or "." in text:
        bare = _SEPARATORS.sub("", _AROUND.sub("", text))
        digits = bare if bare.isdecimal() and len(bare) in LENGTHS else digits
    is_household = ownership == HOUSEHOLD
    if is_household and len(digits) == 12 and digits.isascii() and digits.isdecimal():
        return digits
    if not digits.isascii() or not digits.isdecimal():
        message = (
            _("Chỉ gồm chữ số. %(kinds)s") if is_household else _("Chỉ gồm chữ số. Mã số thuế gồm 10 hoặc 13 chữ số")
        )
        raise _tax_code_error(message % {"kinds": _(HOUSEHOLD_MESSAGE)}, _meant(digits), ownership)
    if len(digits) not in (10, 13):
        raise _wrong_length(digits, ownership)
    if digits[2:9] == "0000000" or digits[10:] == "000":
        raise _tax_code_error(_("Số thứ tự toàn số 0 không được cấp. Kiểm tra lại mã"), "", ownership)
    return digits if len(digits) == 10 else f"{digits[:10]}-{digits[10:]}"


def _wrong_length(digits: str, ownership: str) -> ValidationError:
    meant = tax_code_of_number(digits, ownership)
    if ownership == HOUSEHOLD:
        wrong = _("Có %(count)s chữ số. %(kinds)s; có thể Excel đã bỏ số 0 đầu")
        return _tax_code_error(wrong % {"count": len(digits), "kinds": _(HOUSEHOLD_MESSAGE)}, meant, ownership)
    if meant:
        return _tax_code_error(_("Thiếu một chữ số, có thể Excel đã bỏ số 0 đầu"), meant, ownership)
    if len(digits) == 12:
        wrong = _("12 chữ số chỉ dùng cho hộ kinh doanh. Kiểm tra lại mã hoặc cột Loại hình")
        return _tax_code_error(wrong, "", ownership)
    wrong = _("Có %(count)s chữ số. Mã số thuế gồm 10 hoặc 13 chữ số") % {"count": len(digits)}
    return _tax_code_error(wrong, "", ownership)


def _meant(text: str) -> str:
    """Letters taken for digits, and digits of other scripts (full-width ones come from some keyboards)."""
    return "".join(str(unicodedata.decimal(char, char)) for char in text.translate(_LOOKALIKES))


def _tax_code_error(message: str, suggestion: str, ownership: str) -> ValidationError:
    usable = _is_plausible(suggestion, ownership)
    return ValidationError(message, code="tax_code", params={"suggestion": suggestion if usable else ""})


def _is_plausible(code: str, ownership: str) -> bool:
    if not (code.isascii() and code.isdecimal()):
        return False
    if len(code) == 12:
        return ownership == HOUSEHOLD and _PERSONAL.fullmatch(code) is not None
    return len(code) in (10, 13) and has_valid_check_digit(code)


def has_valid_check_digit(code: str) -> bool:
    """True where the tenth digit agrees with the first nine (mod 11), and for codes that have none (12 digits)."""
    digits = code.replace("-", "")
    if len(digits) == 12:
        return True
    return 10 - sum(map(mul, WEIGHTS, map(int, digits))) % 11 == int(digits[9])


def tax_code_of_number(number: str, ownership: str = "") -> str:
    """What Excel took for a number was probably this code; nothing where none or two are possible."""
    zeros = ("", "0", "00") if ownership == HOUSEHOLD else ("", "0")
    codes = [zero + number for zero in zeros if _is_plausible(zero + number, ownership)]
    return codes[0] if len(codes) == 1 else ""


def household_number(code: str) -> str:
    """Twelve digits of which two zeros were lost look like a tax code of ten."""
    whole = f"00{code}"
    return whole if _PERSONAL.fullmatch(whole) else ""


CHECK_DIGIT_MESSAGE = gettext_noop(
    "Chữ số kiểm tra không khớp. Đối chiếu Giấy chứng nhận đăng ký doanh nghiệp; nếu mã đúng, xác nhận kèm lý do"
)
# Of a register that names an enterprise and has no place for a reason.
UNCONFIRMED_MESSAGE = gettext_noop(
    "Chữ số kiểm tra không khớp. Đối chiếu Giấy chứng nhận đăng ký doanh nghiệp; nếu mã đúng, thêm doanh nghiệp vào sổ "
    "Doanh nghiệp kèm lý do trước"
)


def entity_code(code: str) -> str:
    """The enterprise's code: of a dependent unit the first ten of its 13 digits, of a household all twelve."""
    return code[:10] if len(code) == DEPENDENT_LENGTH else code


def wrong_check_digit_sql(code: str) -> str:
    """The condition that the tenth digit of a code, given as an expression, disagrees with the first nine."""
    total = " + ".join(f"{weight} * substr({code}, {at}, 1)::int" for at, weight in enumerate(WEIGHTS, 1))
    is_wrong = f"10 - mod({total}, 11) <> substr({code}, 10, 1)::int"
    return f"CASE WHEN length({code}) IN (10, {DEPENDENT_LENGTH}) THEN {is_wrong} ELSE false END"
