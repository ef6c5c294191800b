"""Days as people write them."""

import datetime
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def parse_day(text: str) -> datetime.date:
    """dd/mm/yyyy, a real day; which days make sense is for the caller to say."""
    match = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text.strip(), re.ASCII)
    try:
        if match is None:
            raise ValueError
        return datetime.date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        raise ValidationError(_("Ngày không có thật. Nhập theo dạng dd/mm/yyyy"), code="date") from None
