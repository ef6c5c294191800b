"""What a page of figures may be asked; anything else falls back to the default, never into a query."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from apps.progress.figures import UnitView

MEASURES = ("rate", "count")


@dataclass(frozen=True)
class FigureQuery:
    view: UnitView
    year: int | None
    measure: str
    page: int
    scope: str

    @classmethod
    def from_request(cls, data: QueryDict) -> "FigureQuery":
        measure = data.get("measure", "")
        return cls(
            view=UnitView.asked(data.get("units", "")),
            year=_integer(data.get("year")),
            measure=measure if measure in MEASURES else "rate",
            page=max(1, _integer(data.get("page")) or 1),
            scope=data.get("scope", "")[:40],
        )


def _integer(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 6 else None
