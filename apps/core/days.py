"""Days and moments as people write them, moments as programs do."""

import datetime
import re

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

# Of moments: far beyond all that the portal knows, and far from where a time zone leads out of the calendar.
YEARS = range(1900, 2200)


def parse_day(text: str) -> datetime.date:
    """dd/mm/yyyy, a real day; which days make sense is for the caller to say."""
    match = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text.strip(), re.ASCII)
    try:
        if match is None:
            raise ValueError
        return datetime.date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        raise ValidationError(_("Ngày không có thật. Nhập theo dạng dd/mm/yyyy"), code="date") from None


def parse_moment(text: str) -> datetime.datetime:
    """ISO 8601, aware. A bare day means its end: what was known on a day is what was known when it was over."""
    try:
        day, moment = parse_date(text.strip()), None
        if day is None:
            moment = parse_datetime(text.strip())
    except ValueError:
        day = moment = None
    found = datetime.datetime.combine(day, datetime.time.max) if day else moment
    if found is None or found.year not in YEARS:
        raise ValidationError(
            _("Thời điểm không có thật. Nhập theo dạng yyyy-mm-dd hoặc yyyy-mm-ddThh:mm:ss+07:00"), code="invalid"
        )
    return timezone.make_aware(found) if timezone.is_naive(found) else found


_TYPED = re.compile(r"(\d+[/.\-]\d+[/.\-]\d{4})(?:[ ,]+(?:lúc )?(\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)


def parse_typed_moment(text: str, *, now: datetime.datetime) -> datetime.datetime:
    """dd/mm/yyyy, with or without HH:MM or HH:MM:SS: the end of the day, minute or second that is written.

    What is not over yet ends now: today as typed today means until this moment. A program's ISO form is taken too.
    """
    match = _TYPED.fullmatch(text.strip())
    if match is None:
        last = parse_moment(text)
        first = last.replace(hour=0, minute=0, second=0) if parse_date(text.strip()) else last
    else:
        first, last = _written(match)
    return now if first <= now < last else last


def _written(match: re.Match[str]) -> tuple[datetime.datetime, datetime.datetime]:
    day, (hour, minute, second) = parse_day(match[1]), (int(part) if part else None for part in match.groups()[1:])
    try:
        clock = datetime.time(hour or 0, minute or 0, second or 0)
    except ValueError:
        raise ValidationError(
            _("Thời điểm không có thật. Nhập theo dạng dd/mm/yyyy HH:MM, ví dụ 28/02/2026 17:00"), code="invalid"
        ) from None
    if day.year not in YEARS:
        raise ValidationError(_("Kiểm tra lại năm."), code="invalid")
    first = timezone.make_aware(datetime.datetime.combine(day, clock))
    length = {"days": 1} if hour is None else {"minutes": 1} if second is None else {"seconds": 1}
    return first, first + datetime.timedelta(**length) - datetime.timedelta(microseconds=1)
