"""Days as people write them, the other forms answered by the day they mean; moments as programs write them."""

import datetime
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.text import fold

Day = datetime.date
WRITTEN_AS, MOMENT_WRITTEN_AS = (
    gettext_lazy("ngày/tháng/năm"),
    gettext_lazy("ngày/tháng/năm giờ:phút"),
)  # in empty fields
_TAKEN = re.compile(r"(\d{1,2}) ?[/.\-] ?(\d{1,2}) ?[/.\-] ?(\d{4})", re.ASCII)
_DASHES = str.maketrans("‐‑‒–—−／⁄∕．", "------///.")  # what keyboards and word processors put for - / .
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?: ?(?P<half>[ap]\.?m\.?|sa|ch))?"
_ZONE = r"(?: ?(?P<zone>z|gmt|utc|[+-]\d{2}:?\d{2}))?"
_WITH_TIME = re.compile(rf"(?P<day>.*?\d)[t ,]+{_TIME}{_ZONE}")
_WEEKDAY = re.compile(
    r"^(?:thu [a-z0-9]+|chu nhat|cn|t[2-7]|mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?[, ]+"
)
_MONTH_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split("|"), 1)}
_MONTH = rf"(?P<name>{_MONTH_NAMES})[a-z]*\.?"
_SEP = r"[ /.,_\-\\]+"
# «tháng giêng» and «tháng chạp» are of the lunar calendar: they mean no day of ours.
_MONTH_WORDS = "mot|hai|ba|tu|nam|sau|bay|tam|chin|muoi|muoi mot|muoi hai"
_MONTHS |= {name: number for number, name in enumerate(_MONTH_WORDS.split("|"), 1)}
NEXT_DAY_HERE = datetime.time(17)  # of the world clock: midnight in Việt Nam
EXCEL_BEGINS = Day(1899, 12, 30)  # day 0 of Excel's count, as it goes from March 1900 on
# Of moments: far beyond all that the portal knows, and far from where a time zone leads out of the calendar.
YEARS = range(1900, 2200)
SERIALS = (Day(1990, 1, 1), Day(2100, 1, 1))  # numbers that stand for other days are hardly days


@dataclass(frozen=True)
class Meant:
    """A day in another form than ours: what is wrong with it in words, and the day it means where that is plain."""

    cause: str
    day: Day | None = None


def parse_day(text: str) -> Day:
    """dd/mm/yyyy, a real day; which days make sense is for the caller to say."""
    plain = text.strip().translate(_DASHES)
    match = _TAKEN.fullmatch(plain)
    day = _real(match[3], match[2], match[1]) if match else None
    if day is None:
        raise _refusal(_meant(plain))
    return day


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
            _("Thời điểm không hợp lệ. Nhập theo dạng yyyy-mm-dd hoặc yyyy-mm-ddThh:mm:ss+07:00"), code="invalid"
        )
    return timezone.make_aware(found) if timezone.is_naive(found) else found


_TYPED = re.compile(r"(\d+[/.\-]\d+[/.\-]\d{4})(?:[ ,]+(?:lúc )?(\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)


def parse_typed_moment(text: str, *, now: datetime.datetime) -> datetime.datetime:
    """dd/mm/yyyy, with or without HH:MM or HH:MM:SS: the end of the day, minute or second that is written.

    What is not over yet ends now: today as typed today means until this moment. A program's ISO form is taken too.
    """
    match = _TYPED.fullmatch(text.strip())
    if match is None:
        try:
            last = parse_moment(text)
        except ValidationError:
            raise _no_typed_moment() from None
        first = last.replace(hour=0, minute=0, second=0) if parse_date(text.strip()) else last
    else:
        first, last = _written(match)
    return now if first <= now < last else last


def _no_typed_moment() -> ValidationError:
    words = _("Thời điểm không hợp lệ. Nhập ngày/tháng/năm giờ:phút, ví dụ 28/02/2026 17:00")
    return ValidationError(words, code="invalid")


def _written(match: re.Match[str]) -> tuple[datetime.datetime, datetime.datetime]:
    day, (hour, minute, second) = parse_day(match[1]), (int(part) if part else None for part in match.groups()[1:])
    try:
        clock = datetime.time(hour or 0, minute or 0, second or 0)
    except ValueError:
        raise _no_typed_moment() from None
    if day.year not in YEARS:
        raise ValidationError(_("Kiểm tra lại năm."), code="invalid")
    first = timezone.make_aware(datetime.datetime.combine(day, clock))
    length = {"days": 1} if hour is None else {"minutes": 1} if second is None else {"seconds": 1}
    return first, first + datetime.timedelta(**length) - datetime.timedelta(microseconds=1)


def day_of_number(number: str) -> Day | None:
    """The day that a cell shows once it is formatted as one: Excel counts days."""
    match = re.fullmatch(r"(\d{5})(?:\.\d+)?", number, re.ASCII)
    day = EXCEL_BEGINS + datetime.timedelta(days=int(match[1])) if match else None
    return day if day and SERIALS[0] <= day <= SERIALS[1] else None


def shown_day(day: Day) -> str:
    return f"{day:%d/%m/%Y}"


def _refusal(meant: Meant) -> ValidationError:
    suggestion = shown_day(meant.day) if meant.day else ""
    return ValidationError(meant.cause, code="date", params={"suggestion": suggestion})


def _real(year: str | int, month: str | int, day: str | int) -> Day | None:
    try:
        return Day(int(year), int(month), int(day))
    except ValueError:
        return None


def _meant(text: str) -> Meant:
    """The first reading that fits. Each answers None where the text is not of its form."""
    if typed := _in_full_width(text):
        return typed
    plain = fold(text).strip(" .,;'\"`’‘")
    for read in _READINGS:
        meant = read(plain)
        if meant:
            return meant
    return Meant(_("Ngày không hợp lệ. Nhập ngày/tháng/năm, ví dụ 20/11/2026"))


def _in_full_width(text: str) -> Meant | None:
    """Full-width digits come from some keyboards; they look like ours."""
    plain = text.translate(_FULL_WIDTH)
    match = _TAKEN.fullmatch(plain) if plain != text else None
    day = _real(match[3], match[2], match[1]) if match else None
    return _other_form(day, _("Chữ số ở dạng toàn chiều rộng. Nhập lại: %(day)s"))


def _serial(text: str) -> Meant | None:
    day = day_of_number(text)
    if day is None:
        return None
    said = _("%(number)s là số thứ tự ngày của Excel, tức ngày %(day)s. Định dạng ô là Ngày hoặc nhập %(day)s")
    return Meant(said % {"number": text, "day": shown_day(day)}, None if "." in text else day)


def _run_together(text: str) -> Meant | None:
    """20260315 or 15032026, as some programs export; 5032026 has lost its zero, if it is not the 50th of March."""
    if not re.fullmatch(r"\d{7,8}", text, re.ASCII):
        return None
    if len(text) == 7 and _real(text[3:], text[2], text[:2]):  # 1112026: the 1st of November or the 11th of January
        return Meant(_("Ngày viết liền, có thể hiểu thành hai ngày. Nhập ngày/tháng/năm, ví dụ 20/11/2026"))
    text = text.zfill(8)
    readings = {_real(text[:4], text[4:6], text[6:]), _real(text[4:], text[2:4], text[:2])}
    days = [day for day in readings if day and SERIALS[0] <= day <= SERIALS[1]]
    return _other_form(days[0], _("Ngày viết liền. Nhập ngày/tháng/năm: %(day)s")) if len(days) == 1 else None


def _year_first(text: str) -> Meant | None:
    match = re.fullmatch(rf"(\d{{4}}){_SEP}(\d{{1,2}}){_SEP}(\d{{1,2}})", text, re.ASCII)
    day = _real(match[1], match[2], match[3]) if match else None
    return _other_form(day, _("Ngày viết theo thứ tự năm, tháng, ngày. Nhập ngày/tháng/năm: %(day)s"))


def _with_time(text: str) -> Meant | None:
    """The time says nothing where it is midnight; else, and where it is of another zone, it may be another day's."""
    match = _WITH_TIME.fullmatch(text)
    day = _day_in(match["day"]) if match else None
    if match is None or day is None:
        return None
    try:
        moment = datetime.datetime.combine(day, _clock(match))
    except ValueError:
        return None
    if match["zone"]:
        return _of_zone(moment, match["zone"])
    if moment.time() == datetime.time():
        return _other_form(day, _("Ngày kèm giờ 00:00. Chỉ nhập ngày: %(day)s"))
    said = _("Ngày kèm giờ %(time)s. Chỉ nhập ngày: %(day)s")
    if moment.time() >= NEXT_DAY_HERE:
        said = _(
            "Ngày kèm giờ %(time)s: giờ quốc tế thì ở Việt Nam đã sang ngày sau. Chỉ nhập ngày: %(day)s hoặc %(next)s"
        )
    words = {"time": f"{moment:%H:%M}", "day": shown_day(day), "next": shown_day(day + datetime.timedelta(days=1))}
    return Meant(said % words, None if moment.time() >= NEXT_DAY_HERE else day)


def _clock(match: re.Match[str]) -> datetime.time:
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"][0] in "pc" else 0)
    return datetime.time(hour, int(match["minute"]), int(match["second"] or 0))


def _of_zone(moment: datetime.datetime, zone: str) -> Meant:
    """A moment of the world clock; here it may already be the next day."""
    offset = "+0000" if zone in ("z", "gmt", "utc") else zone.replace(":", "")
    aware = datetime.datetime.strptime(f"{moment:%Y%m%d%H%M%S}{offset}", "%Y%m%d%H%M%S%z")
    here = timezone.localtime(aware).date()
    if here == moment.date():
        return Meant(_("Ngày kèm giờ. Chỉ nhập ngày: %(day)s") % {"day": shown_day(here)}, here)
    said = _(
        "%(time)s ngày %(written)s theo giờ quốc tế đã là ngày %(here)s ở Việt Nam. Nhập ngày đúng trong hai ngày đó"
    )
    return Meant(said % {"time": f"{moment:%H:%M}", "written": shown_day(moment.date()), "here": shown_day(here)})


def _day_in(text: str) -> Day | None:
    match = _TAKEN.fullmatch(text)
    if match:
        return _real(match[3], match[2], match[1])
    meant = _year_first(text)
    return meant.day if meant else None


def _two_digit_year(text: str) -> Meant | None:
    match = re.fullmatch(rf"(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{2}})", text, re.ASCII)
    if match is None:
        return None
    year = 2000 + int(match[3])
    day = _real(year, match[2], match[1]) or _real(year, match[1], match[2])
    day = day if year <= timezone.localdate().year else None
    if day is None:
        return Meant(_("Năm viết bằng hai chữ số. Nhập ngày/tháng/năm với năm đủ bốn chữ số, ví dụ 20/11/2026"))
    return _other_form(day, _("Năm viết bằng hai chữ số. Nhập năm đủ bốn chữ số: %(day)s"))


def _month_first(text: str) -> Meant | None:
    match = re.fullmatch(rf"(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{4}})", text, re.ASCII)
    if match is None:
        return None
    if day := _real(match[3], match[2], match[1]):  # other separators
        return _other_form(day, _("Nhập ngày/tháng/năm, cách nhau bằng dấu /: %(day)s"))
    day = _real(match[3], match[1], match[2])
    return _other_form(
        day, _("Không có tháng %(month)s; có thể tháng viết trước ngày. Nhập ngày/tháng/năm: %(day)s"), match[2]
    )


def _not_in_calendar(text: str) -> Meant | None:
    """Written as ours are, and no day: how it was read, and what is wrong with that."""
    match = re.fullmatch(rf"(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{4}})", text, re.ASCII)
    if match is None or not int(match[3]) >= datetime.MINYEAR:
        return None
    told = {"day": int(match[1]), "month": int(match[2]), "year": int(match[3])}
    if not 1 <= told["month"] <= 12:
        words = _("Ngày không hợp lệ: đọc là ngày %(day)s tháng %(month)s, mà một năm có tháng 1 đến 12. Kiểm tra lại")
        return Meant(words % told)
    told["most"] = monthrange(told["year"], told["month"])[1]
    words = _(
        "Ngày không hợp lệ: đọc là ngày %(day)s, mà tháng %(month)s/%(year)s có ngày 1 đến %(most)s. Kiểm tra lại"
    )
    return Meant(words % told)


def _in_words(text: str) -> Meant | None:
    """«15 tháng 3 năm 2026», «15-thg 3-2026», «15 Mar 2026», «Mar 15, 2026», «Thứ Hai, 15/03/2026»."""
    bare = re.sub(r"^ngay ", "", _WEEKDAY.sub("", text))
    patterns = (
        rf"(?P<day>\d{{1,2}}){_SEP}(?:thang|thg|th)\.? ?(?P<month>\d{{1,2}})(?:{_SEP}nam)?{_SEP}(?P<year>\d{{4}})",
        rf"(?P<day>\d{{1,2}}){_SEP}thang (?P<word>{_MONTH_WORDS})(?: nam|{_SEP})+(?P<year>\d{{4}})",
        rf"(?P<day>\d{{1,2}}){_SEP}{_MONTH}{_SEP}(?P<year>\d{{4}})",
        rf"{_MONTH}{_SEP}(?P<day>\d{{1,2}}){_SEP}(?P<year>\d{{4}})",
    )
    for pattern in patterns:
        if match := re.fullmatch(pattern, bare, re.ASCII):
            parts = match.groupdict()
            month = parts.get("month") or _MONTHS[parts.get("word") or parts["name"]]
            return _other_form(_real(parts["year"], month, parts["day"]), _("Nhập ngày bằng số: %(day)s"))
    return _other_form(_day_in(bare), _("Chỉ nhập ngày/tháng/năm: %(day)s"))


def _incomplete(text: str) -> Meant | None:
    if re.fullmatch(rf"(?:\d{{1,2}}{_SEP})?(?:\d{{4}}|\d{{1,2}})", text, re.ASCII):
        return Meant(_("Thiếu ngày, tháng hoặc năm. Nhập đủ ngày/tháng/năm, ví dụ 20/11/2026"))
    return None


_QUARTER = r"q(?:uy)? ?(?:[1-4]|iv|i{1,3})"
_PERIOD = re.compile(
    rf"(?:{_QUARTER}|(?:6|sau|9|chin) thang(?: dau| cuoi)?|thang \d{{1,2}}|thang (?:{_MONTH_WORDS}))"
    rf"(?: nam|[ ,./\-])*(?:\d{{4}})?|(?:trong |ca )?nam \d{{4}}",
    re.ASCII,
)


def _whole_period(text: str) -> Meant | None:
    """«Quý I/2024», «tháng 2/2024», «năm 2024»: no day of it is meant more than another."""
    if not _PERIOD.fullmatch(text):
        return None
    return Meant(_("Đây là cả một tháng, quý hoặc năm. Nhập một ngày cụ thể: ngày/tháng/năm, ví dụ 20/11/2026"))


def _other_form(day: Day | None, said: str, month: str = "") -> Meant | None:
    return Meant(said % {"day": shown_day(day), "month": month}, day) if day else None


_READINGS: tuple[Callable[[str], Meant | None], ...] = (
    _serial, _run_together, _year_first, _with_time, _two_digit_year, _month_first, _not_in_calendar, _in_words,
    _whole_period,    _incomplete,
)  # fmt: skip
