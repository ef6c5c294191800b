"""Which units a page of sums is asked for: those of today, those that reported, or those of another day."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.fields import parse_dated
from apps.core.templatetags.ui import vn_date


class UnitView(TextChoices):
    CURRENT = "current", gettext_lazy("Đơn vị hiện nay")
    AS_REPORTED = "as-reported", gettext_lazy("Đơn vị tại thời điểm báo cáo")

    @classmethod
    def asked(cls, value: str) -> "UnitView":
        """What a page was asked for by `units=`; anything unknown is the default."""
        return cls(value) if value in cls.values else cls.CURRENT

    def day(self, on: date | None = None) -> str:
        """For `unit_successors(day)`: on "-infinity" everything stands where it was reported."""
        return "-infinity" if self == UnitView.AS_REPORTED else str(on or timezone.localdate())


@dataclass(frozen=True)
class UnitQuery:
    """`asked_day` is kept while the other view is shown, where it means nothing; `day_error` says what is wrong."""

    view: UnitView
    asked_day: date | None = None
    day_text: str = ""
    day_error: str = ""

    @staticmethod
    def read(data: QueryDict) -> dict[str, Any]:
        """`units=` and `on=` of a query string."""
        text = data.get("on", "")[:40]
        day, error = typed_day(text)
        view = UnitView.asked(data.get("units", ""))
        return {"view": view, "asked_day": day, "day_text": text, "day_error": error}

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
        return f"?{urlencode(self.pairs, safe='/')}"

    @property
    def pairs(self) -> dict[str, str]:
        return {"units": self.view.value} | ({"on": vn_date(self.day)} if self.day else {})


def words_of(view: UnitView, on: date | None) -> str:
    return _("Đơn vị tại ngày %(day)s") % {"day": vn_date(on)} if on else str(view.label)


def typed_day(text: str) -> tuple[date | None, str]:
    """The day, and what is wrong with it."""
    try:
        return (parse_dated(text) if text.strip() else None), ""
    except ValidationError as refusal:
        return None, " ".join(f"{message.rstrip('.')}." for message in refusal.messages)
