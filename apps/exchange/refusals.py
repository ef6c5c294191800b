"""What is said where the tables refuse a batch as a whole, though nothing was said of it at a row."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core.text import clean_text


def not_taken() -> ValidationError:
    told = _(
        "Sổ không nhận một giá trị trong các dòng này. Chưa dòng nào được ghi; chọn “Ghi” lần nữa, nếu vẫn vậy thì báo "
        "quản trị viên hệ thống."
    )
    return ValidationError(told, code="not_taken")


def not_as_before() -> ValidationError:
    """What stood there before would now contradict what was changed since."""
    told = _(
        "Không hoàn tác được: giá trị trước khi nhập mâu thuẫn với các sửa đổi sau đó. Chưa có gì thay đổi; sửa trực "
        "tiếp trong sổ."
    )
    return ValidationError(told, code="not_as_before")


def read_field(field: str, text: str, missing: str = "") -> str:
    """A text as it is kept; what is wrong with it is told of its field. With `missing` it may not be empty."""
    try:
        kept = clean_text(text)
    except ValidationError as strange:
        raise ValidationError({field: strange}) from None
    if missing and not kept:
        raise ValidationError({field: ValidationError(missing, code="required")})
    return kept
