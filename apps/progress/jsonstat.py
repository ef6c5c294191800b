"""Figures of an indicator as one JSON-stat 2.0 dataset, which statistical programs read as a table.

JSON-stat rather than SDMX-JSON: one document holds figures and the words for their dimensions, there is no registry of
structures to keep beside it, and R, Python and JavaScript read it.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.core.kept_words import in_vietnamese
from apps.progress.figures import Figure
from apps.targets.models import Indicator

NATION, ALL = "VN", "all"
Words = Callable[[str], str]


@in_vietnamese()
def portal() -> str:
    """Whose figures they are, in files of any language."""
    return _("Cổng quản lý Đề án 996")


def dataset(
    indicator: Indicator, found: Sequence[Figure], *, unit_words: Words, part_words: Mapping[str, str], updated: str
) -> dict[str, Any]:
    """Of every period, unit and breakdown that has a figure. Where there is none stands null; how a figure is to be
    taken says `status`: accepted, preliminary, or why there is no number.
    """
    years = sorted({figure.year for figure in found})
    units = sorted({figure.unit_id for figure in found if figure.unit_id})
    parts = sorted({figure.breakdown for figure in found})
    dimensions = {
        "time": dimension(_("Năm"), {str(year): str(year) for year in years}),
        "unit": dimension(_("Đơn vị"), {NATION: _("Toàn quốc"), **{unit: unit_words(unit) for unit in units}}),
        "breakdown": dimension(_("Phân tổ"), {part or ALL: part_words.get(part, part) for part in parts or [""]}),
    }
    size = [len(one["category"]["index"]) for one in dimensions.values()]
    places = {_key(figure): figure for figure in found}
    cells = [
        places.get((year, None if unit == NATION else unit, "" if part == ALL else part))
        for year in years
        for unit in dimensions["unit"]["category"]["index"]
        for part in dimensions["breakdown"]["category"]["index"]
    ]
    return {
        "version": "2.0",
        "class": "dataset",
        "label": f"{indicator.code}. {indicator.name}",
        "source": portal(),
        "updated": updated,
        "id": list(dimensions),
        "size": size,
        "role": {"time": ["time"], "geo": ["unit"]},
        "dimension": dimensions,
        "value": [figure and number(figure.value) for figure in cells],
        "status": {str(place): _status(figure) for place, figure in enumerate(cells) if figure},
        "extension": {"unit_label": indicator.unit_label, "aggregation": indicator.aggregation},
    }


def _key(figure: Figure) -> tuple[int, str | None, str]:
    return figure.year, figure.unit_id, figure.breakdown


def dimension(label: str, words: Mapping[str, str]) -> dict[str, Any]:
    return {"label": label, "category": {"index": list(words), "label": dict(words)}}


def number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _status(figure: Figure) -> str:
    if figure.value is None:
        return figure.note
    return "accepted" if figure.is_accepted else "preliminary"
