"""What a page of figures may be asked; anything else falls back to the default, never into a query."""

from dataclasses import dataclass

from django.http import QueryDict

from apps.core.numbers import asked_whole
from apps.organisations.asked import UnitQuery

MEASURES = ("rate", "count")


@dataclass(frozen=True, kw_only=True)
class FigureQuery(UnitQuery):
    year: int | None
    measure: str
    page: int
    scope: str | None  # None: not a word of it, so the person's own unit may speak

    @classmethod
    def from_request(cls, data: QueryDict) -> "FigureQuery":
        measure = data.get("measure", "")
        return cls(
            year=asked_whole(data.get("year")),
            measure=measure if measure in MEASURES else "rate",
            page=max(1, asked_whole(data.get("page")) or 1),
            scope=data.get("scope", "")[:40] if "scope" in data else None,
            **cls.read(data),
        )
