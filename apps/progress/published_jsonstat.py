"""The figures of a publication as one JSON-stat 2.0 dataset: its period, by indicator and unit."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from django.utils.translation import gettext as _

from apps.progress.jsonstat import NATION, dimension, number, portal
from apps.progress.published import PublishedFigure
from apps.targets.models import Publication


def published_dataset(
    publication: Publication, found: Sequence[PublishedFigure], unit_words: Mapping[str, str]
) -> dict[str, Any]:
    """Of every indicator and unit that has a figure in the publication; `status` says why there is none."""
    period, indicators = publication.closing.period, {one.indicator.code: one.indicator for one in found}
    units = sorted({one.unit_id for one in found if one.unit_id})
    dimensions = {
        "time": dimension(_("Năm"), {str(period.year): str(period.year)}),
        "indicator": dimension(_("Mục tiêu"), {code: one.short_name for code, one in indicators.items()}),
        "unit": dimension(_("Đơn vị"), {NATION: _("Toàn quốc"), **{unit: unit_words[unit] for unit in units}}),
    }
    places = {(one.indicator.code, one.unit_id or NATION): one for one in found}
    cells = [places.get((code, unit)) for code in indicators for unit in (NATION, *units)]
    return {
        "version": "2.0",
        "class": "dataset",
        "label": str(publication),
        "source": f"{portal()} ({_('số liệu minh họa')})" if publication.is_illustrative else portal(),
        "updated": publication.published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "id": list(dimensions),
        "size": [len(one["category"]["index"]) for one in dimensions.values()],
        "role": {"time": ["time"], "geo": ["unit"], "metric": ["indicator"]},
        "dimension": dimensions,
        "value": [one and number(one.value) for one in cells],
        "status": {str(place): one.reason or "accepted" for place, one in enumerate(cells) if one},
        "extension": {"unit_labels": {code: one.unit_label for code, one in indicators.items()}},
    }
