"""Why somebody did what undoes, returns or corrects: an act that asks for a reason has one, in one line."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core.text import clean_text

LONGEST = 500


def needed_reason(text: str, *, most: int = LONGEST) -> str:
    """Cleaned. Refused at the field `reason`: none, or more than `most` signs."""
    reason = clean_text(text)
    if not reason:
        raise ValidationError({"reason": ValidationError(_("Nhập lý do."), code="reason")})
    if len(reason) > most:
        words = _("Lý do dài quá %(most)s ký tự. Rút gọn") % {"most": most}
        raise ValidationError({"reason": ValidationError(words, code="too_long")})
    return reason
