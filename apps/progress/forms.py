"""What a page of figures may be asked; anything else falls back to the default, never into a query."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.core.fields import parse_dated
from apps.core.templatetags.ui import vn_date
from apps.progress.figures import UnitView

MEASURES = ("rate", "count")


@dataclass(frozen=True)
class FigureQuery:
    """`asked_day` is kept while the other view is shown, where it means nothing; `day_error` says what is wrong."""

    view: UnitView
    year: int | None
    measure: str
    page: int
    scope: str | None  # None: not a word of it, so the person's own unit may speak
    asked_day: date | None = None
    day_text: str = ""
    day_error: str = ""

    @classmethod
    def from_request(cls, data: QueryDict) -> "FigureQuery":
        measure, text = data.get("measure", ""), data.get("on", "")[:40]
        day, error = _day(text)
        return cls(
            view=UnitView.asked(data.get("units", "")),
            year=_integer(data.get("year")),
            measure=measure if measure in MEASURES else "rate",
            page=max(1, _integer(data.get("page")) or 1),
            scope=data.get("scope", "")[:40] if "scope" in data else None,
            asked_day=day,
            day_text=text,
            day_error=error,
        )

    @property
    def is_current(self) -> bool:
        return self.view == UnitView.CURRENT

    @property
    def day(self) -> date | None:
        """The day whose units are shown, where another than today's is asked for."""
        return self.asked_day if self.is_current else None

    @property
    def words(self) -> str:
        """Whose figures these are, in words: on the page, in a column of every file."""
        return words_of(self.view, self.day)

    @property
    def kept(self) -> str:
        """The unit view as a query string, for links that must not lose it."""
        pairs = {"units": self.view.value} | ({"on": vn_date(self.day)} if self.day else {})
        return f"?{urlencode(pairs, safe='/')}"


def words_of(view: UnitView, on: date | None) -> str:
    return _("Đơn vị tại ngày %(day)s") % {"day": vn_date(on)} if on else str(view.label)


def _day(text: str) -> tuple[date | None, str]:
    try:
        return (parse_dated(text) if text.strip() else None), ""
    except ValidationError as refusal:
        return None, " ".join(f"{message.rstrip('.')}." for message in refusal.messages)


def _integer(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 6 else None
