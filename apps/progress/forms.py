"""What a page of figures may be asked; anything else falls back to the default, never into a query."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.numbers import asked_whole, parse_decimal, parse_whole
from apps.core.templatetags.ui import vn_date
from apps.organisations.asked import UnitQuery, typed_day
from apps.targets.selectors import first_known_on

MEASURES = ("rate", "count")


class Drawn(TextChoices):
    """How the units of a year are shown."""

    TILES = "tiles", gettext_lazy("Ô vuông")
    LAND = "land", gettext_lazy("Bản đồ")
    TABLE = "table", gettext_lazy("Bảng")


@dataclass(frozen=True, kw_only=True)
class FigureQuery(UnitQuery):
    """`known_day`: figures as known when that day was over; `pace`: what if every year added so much. The names with
    `_error` say what is wrong with what was typed.
    """

    year: int | None
    measure: str
    drawn: Drawn
    page: int
    scope: str | None  # None: not a word of it, so the person's own unit may speak
    known_day: date | None = None
    known_text: str = ""
    known_error: str = ""
    pace: Decimal | None = None
    pace_text: str = ""
    pace_error: str = ""

    @classmethod
    def from_request(cls, data: QueryDict) -> "FigureQuery":
        measure, drawn = data.get("measure", ""), data.get("map", "")
        return cls(
            year=asked_whole(data.get("year")),
            measure=measure if measure in MEASURES else "rate",
            drawn=Drawn(drawn) if drawn in Drawn.values else Drawn.TILES,
            page=max(1, asked_whole(data.get("page")) or 1),
            scope=data.get("scope", "")[:40] if "scope" in data else None,
            **_known(data.get("known", "")[:40]),
            **_pace(data.get("pace", "")[:20]),
            **cls.read(data),
        )

    @property
    def known_on(self) -> datetime | None:
        """None: as known now."""
        return end_of(self.known_day) if self.known_day else None

    @property
    def asked_of_api(self) -> dict[str, str]:
        """The same question as a query of the API, which writes days as programs do."""
        days = {"on": self.day, "known_on": self.known_day}
        return {"units": self.view.value} | {name: day.isoformat() for name, day in days.items() if day}

    @property
    def words(self) -> str:
        if self.known_day is None:
            return super().words
        return _("%(units)s; số liệu đã biết đến hết ngày %(day)s") % {
            "units": super().words, "day": vn_date(self.known_day),
        }  # fmt: skip

    @property
    def pairs(self) -> dict[str, str]:
        return super().pairs | ({"known": vn_date(self.known_day)} if self.known_day else {})


def end_of(day: date) -> datetime:
    """What was known on a day is what was known when it was over, by Viet Nam's clock."""
    return timezone.make_aware(datetime.combine(day, time.max))


def known_day(text: str) -> tuple[date | None, str]:
    """A day of which figures are known, and what is wrong with any other."""
    day, error = typed_day(text)
    error = error or (why_unknown(day) if day else "")
    return (None if error else day), error


def why_unknown(day: date) -> str:
    first = first_known_on()
    if day > timezone.localdate():
        return _("Ngày %(day)s chưa đến.") % {"day": vn_date(day)}
    if first is None:
        return _("Chưa có số liệu nào.")
    if day < first:
        told = {"day": vn_date(day), "first": vn_date(first)}
        return _("Đến hết ngày %(day)s chưa có số liệu nào; số đầu tiên có từ ngày %(first)s.") % told
    return ""


def _pace(text: str) -> dict[str, Any]:
    """How much a year is to add, in an «if»: 8.309 is a whole number here, as most figures are."""
    pace, error = None, ""
    if text.strip():
        try:
            pace = _number(text)
        except ValidationError as refusal:
            error = refusal.messages[0]
    return {"pace": pace, "pace_text": text, "pace_error": error}


def _number(text: str) -> Decimal:
    try:
        return Decimal(parse_whole(text))
    except ValidationError:
        return parse_decimal(text)


def _known(text: str) -> dict[str, Any]:
    day, error = known_day(text) if text.strip() else (None, "")
    return {"known_day": day, "known_text": text, "known_error": error}
