"""Due dates as a calendar program reads them (iCalendar, RFC 5545). Apps say what is due for whom."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.programme import programme

OCTETS = 75  # of a line, before it is folded


@dataclass(frozen=True)
class Entry:
    key: str
    day: date
    words: str
    url: str


Source = Callable[[User, date], list[Entry]]
_sources: list[Source] = []


def register_calendar(source: Source) -> Source:
    _sources.append(source)
    return source


def entries_of(user: User, today: date) -> list[Entry]:
    return [entry for source in _sources for entry in source(user, today)]


def calendar_of(entries: Iterable[Entry], now: datetime) -> str:
    host = urlsplit(settings.SITE_URL).hostname
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    name = _("Hạn nhiệm vụ Đề án 996")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{programme().slug}//Cong quan ly//VI", "CALSCALE:GREGORIAN",
             f"X-WR-CALNAME:{_escaped(name)}", "X-WR-TIMEZONE:Asia/Ho_Chi_Minh"]  # fmt: skip
    for entry in entries:
        lines += [
            "BEGIN:VEVENT", f"UID:{entry.key}@{host}", f"DTSTAMP:{stamp}", f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}", f"SUMMARY:{_escaped(entry.words)}",
            f"URL:{settings.SITE_URL}{entry.url}", "TRANSP:TRANSPARENT", "END:VEVENT",
        ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _folded(line: str) -> str:
    """No line longer than 75 octets, and no letter cut in two."""
    parts, part, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > OCTETS:
            parts.append(part)
            part, size = " ", 1
        part, size = part + letter, size + width
    return "\r\n".join([*parts, part])
