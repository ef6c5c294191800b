"""Field rules of the enterprise register, written once: the form, the API and the Excel door use these."""

import datetime
import re
import unicodedata
from functools import cache

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.fields import parse_past
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.registers.readings import Choices

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
EARLIEST = datetime.date(2000, 1, 1)
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
HOUSEHOLD_MESSAGE = "Mã của hộ kinh doanh gồm 12 chữ số, hoặc 10, 13 chữ số nếu dùng mã số thuế"


def clean_tax_code(text: str, ownership: str = "") -> str:
    """Return `0123456789`, `0123456789-001` or, for a household only, 12 digits. A wrong shape is refused.

    The check digit is asked apart (`has_valid_check_digit`): a wrong one warns and may be confirmed.
    Source: Thông tư 90/2026/TT-BTC, Điều 5.
    """
    digits = _SEPARATORS.sub("", text)
    if not digits.isdecimal() or "." in text:
        bare = _SEPARATORS.sub("", _AROUND.sub("", text))
        digits = bare if bare.isdecimal() and len(bare) in LENGTHS else digits
    is_household = ownership == Enterprise.Ownership.HOUSEHOLD
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
    if ownership == Enterprise.Ownership.HOUSEHOLD:
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
        return ownership == Enterprise.Ownership.HOUSEHOLD and _PERSONAL.fullmatch(code) is not None
    return len(code) in (10, 13) and has_valid_check_digit(code)


def has_valid_check_digit(code: str) -> bool:
    """True where the tenth digit agrees with the first nine (mod 11), and for codes that have none (12 digits)."""
    digits = code.replace("-", "")
    if len(digits) == 12:
        return True
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=False))
    return 10 - total % 11 == int(digits[9])


def tax_code_of_number(number: str, ownership: str = "") -> str:
    """What Excel took for a number was probably this code; nothing where none or two are possible."""
    zeros = ("", "0", "00") if ownership == Enterprise.Ownership.HOUSEHOLD else ("", "0")
    codes = [zero + number for zero in zeros if _is_plausible(zero + number, ownership)]
    return codes[0] if len(codes) == 1 else ""


def household_number(code: str) -> str:
    """Twelve digits of which two zeros were lost look like a tax code of ten."""
    whole = f"00{code}"
    return whole if _PERSONAL.fullmatch(whole) else ""


CHECK_DIGIT_MESSAGE = (
    "Chữ số kiểm tra không khớp. Đối chiếu Giấy chứng nhận đăng ký doanh nghiệp; nếu mã đúng, xác nhận kèm lý do"
)


ACTIVITY_MESSAGE = "Hoạt động chỉ ghi với hình thức được kiểm định, hiệu chuẩn, thử nghiệm hoặc xây dựng phương pháp đo"


def clean_date(text: str) -> datetime.date:
    """dd/mm/yyyy, a real day, neither in the future nor before 2000."""
    day = parse_past(text)
    if day < EARLIEST:
        raise ValidationError(_("Trước năm 2000. Kiểm tra lại năm"), code="date")
    return day


def clean_choice(text: str, choices: type[TextChoices]) -> str:
    """The value behind a Vietnamese label, of today or a former one."""
    return _words_of(choices, get_language()).value_of(text)


@cache
def _words_of(choices: type[TextChoices], language: str) -> Choices:
    return Choices(choices.choices, FORMER_WORDS.get(choices), MEANT.get(choices))


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

# Other words for a choice, as `folded` leaves them. Only what can mean nothing else: a suggestion goes to all rows of a
# file, so «ngoài nhà nước», «liên doanh», «chưa áp dụng», «ngừng áp dụng» stand in no list.
MEANT: dict[type[TextChoices], dict[str, str]] = {
    Enterprise.Ownership: {
        "tn": Enterprise.Ownership.PRIVATE.value,
        "nn": Enterprise.Ownership.STATE.value,
        "dnnn": Enterprise.Ownership.STATE.value,
        "htx": Enterprise.Ownership.COOPERATIVE.value,
        "hkd": Enterprise.Ownership.HOUSEHOLD.value,
        "hộ cá thể": Enterprise.Ownership.HOUSEHOLD.value,
        "đtnn": Enterprise.Ownership.FOREIGN.value,
        "nước ngoài": Enterprise.Ownership.FOREIGN.value,
        "vốn nước ngoài": Enterprise.Ownership.FOREIGN.value,
        "vốn đầu tư nước ngoài": Enterprise.Ownership.FOREIGN.value,
    },
    AssuranceProgramme.Form: {
        "được kiểm định": AssuranceProgramme.Form.SERVED.value,
        "được hiệu chuẩn": AssuranceProgramme.Form.SERVED.value,
        "kiểm định hiệu chuẩn": AssuranceProgramme.Form.SERVED.value,
        "chương trình được phê duyệt": AssuranceProgramme.Form.WRITTEN.value,
    },
    ProgrammeEvent.Stage: {
        "đã dừng": ProgrammeEvent.Stage.STOPPED.value,
        "đã tiếp cận": ProgrammeEvent.Stage.APPROACHED.value,
        "đã khảo sát": ProgrammeEvent.Stage.SURVEYED.value,
        "ban hành": ProgrammeEvent.Stage.ISSUED.value,
        "áp dụng": ProgrammeEvent.Stage.APPLIED.value,
        "đang duy trì": ProgrammeEvent.Stage.MAINTAINED.value,
    },
}
