"""Text at the gate: one normal form, nothing invisible. Used by forms, API, imports and commands alike."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_TONES = "\u0300\u0309\u0303\u0301\u0323"
_PLAIN = str.maketrans("ăâêôơưđ", "aaeooud") | {
    ord(unicodedata.normalize("NFC", vowel + tone)): plain
    for vowel, plain in zip("aăâeêioôơuưy", "aaaeeiooouuy", strict=True)
    for tone in _TONES
}


def fold(value: str) -> str:
    """What SQL `vn_fold` gives, for texts that are compared outside the database."""
    text = unicodedata.normalize("NFC", value).lower().translate(_PLAIN)
    return re.sub(r"\s+", " ", text).replace("dam bao", "bao dam")


def clean_text(value: str, *, multiline: bool = False) -> str:
    """Return `value` in NFC, trimmed, inner blanks single; refuse control and bidirectional characters."""
    text = unicodedata.normalize("NFC", value)
    if multiline:
        text = text.replace("\r\n", "\n")
    # Nearly every text is printable, which rules out all that is looked for below; an import asks a million times.
    for char in "" if text.isprintable() else text:
        if char in _BIDI or (unicodedata.category(char) == "Cc" and char not in "\t\n"):
            raise ValidationError(
                _("Có ký tự điều khiển hoặc ký tự ẩn (U+%(code)s). Xóa ký tự đó rồi nhập lại."),
                code="control_character",
                params={"code": f"{ord(char):04X}"},
            )
    if multiline:
        return text.strip()
    return " ".join(text.split())
