"""What a page of figures may be asked; anything else falls back to the default, never into a query."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from apps.core.numbers import asked_whole
from apps.organisations.asked import UnitQuery

MEASURES = ("rate", "count")


class Drawn(TextChoices):
    """How the units of a year are shown."""

    TILES = "tiles", gettext_lazy("Ô vuông")
    LAND = "land", gettext_lazy("Bản đồ")
    TABLE = "table", gettext_lazy("Bảng")


@dataclass(frozen=True, kw_only=True)
class FigureQuery(UnitQuery):
    year: int | None
    measure: str
    drawn: Drawn
    page: int
    scope: str | None  # None: not a word of it, so the person's own unit may speak

    @classmethod
    def from_request(cls, data: QueryDict) -> "FigureQuery":
        measure, drawn = data.get("measure", ""), data.get("map", "")
        return cls(
            year=asked_whole(data.get("year")),
            measure=measure if measure in MEASURES else "rate",
            drawn=Drawn(drawn) if drawn in Drawn.values else Drawn.TILES,
            page=max(1, asked_whole(data.get("page")) or 1),
            scope=data.get("scope", "")[:40] if "scope" in data else None,
            **cls.read(data),
        )
