"""The figures of one publication as the national reporting system takes them: an SDMX-JSON 2.0.0 data message.

They are the published ones (`all_figures`), rounded as open data tell them; what is hidden there is not in it.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.kept_words import in_vietnamese
from apps.handover.mapping import HandoverMapping, Mapped
from apps.organisations.asked import UnitView
from apps.organisations.selectors import unit_labels
from apps.progress.jsonstat import number, portal
from apps.progress.published import PublishedFigure
from apps.progress.published_kept import all_figures
from apps.targets.models import Publication

SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/"
    "sdmx-json-data-schema.json"
)
DECIMALS = 6  # as open data have it
Message = dict[str, Any]


@in_vietnamese()
def values_of(publication: Publication, told: HandoverMapping, delivery: str) -> Message | None:
    """None where nothing of it has a code of theirs."""
    figures = [
        one
        for one in all_figures(publication, UnitView.CURRENT)
        if one.value is not None and one.indicator.code in told.indicators
    ]
    if not figures:
        return None
    places = _Places(told, figures)
    data_set = {"structure": 0, "action": "Replace", "observations": dict(places.observation(one) for one in figures)}
    structure = {
        "dataSets": [0],
        "name": told.dataflow,
        "dimensions": {"dataSet": [places.period(publication)], "observation": [places.indicator(), places.area()]},
        "measures": {"observation": [{"id": told.measure, "name": _("Giá trị")}]},
        "attributes": {"observation": places.attributes()},
    }
    is_test = told.is_illustrative or publication.is_illustrative
    name = f"{publication} ({_('số liệu minh họa')})" if is_test else str(publication)
    return {
        "meta": _meta(told, delivery, name, is_test),
        "data": {"structures": [structure], "dataSets": [data_set]},
    }


@in_vietnamese()
def withdrawal_of(publication: Publication, sent: Message, told: HandoverMapping, delivery: str) -> Message:
    """That what was sent holds no more: its keys, without numbers."""
    [data_set] = sent["data"]["dataSets"]
    gone = {"structure": 0, "action": "Delete", "observations": {key: [] for key in data_set["observations"]}}
    name = _("Rút: %(publication)s") % {"publication": publication}
    return {
        "meta": _meta(told, delivery, name, sent["meta"]["test"]),
        "data": {"structures": sent["data"]["structures"], "dataSets": [gone]},
    }


def _meta(told: HandoverMapping, delivery: str, name: str, is_test: bool) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "id": delivery,
        "test": is_test,
        "prepared": timezone.now().isoformat(timespec="seconds"),
        "contentLanguages": ["vi"],
        "name": name,
        "sender": {"id": told.sender, "name": portal()},
    }


class _Places:
    """Where codes stand in their lists: an observation names its dimensions and attributes by these numbers."""

    def __init__(self, told: HandoverMapping, figures: Sequence[PublishedFigure]) -> None:
        self.told = told
        self.indicators = {one.indicator.code: one.indicator for one in figures}
        self.units = _unique(one.unit_id or told.nation for one in figures)
        mapped = [told.indicators[code] for code in self.indicators]
        self.measured_in = _unique(one.unit_of_measure for one in mapped)
        self.multipliers = _unique(str(one.multiplier) for one in mapped)

    def observation(self, one: PublishedFigure) -> tuple[str, list[Any]]:
        mapped = self.told.indicators[one.indicator.code]
        place = list(self.indicators).index(one.indicator.code)
        area = self.units.index(one.unit_id or self.told.nation)
        attributes = [self.measured_in.index(mapped.unit_of_measure), self.multipliers.index(str(mapped.multiplier))]
        return f"{place}:{area}", [_scaled(one.value, mapped), *attributes]

    def period(self, publication: Publication) -> dict[str, Any]:
        period = publication.closing.period
        value = {"id": str(period.year), "name": str(period)}
        return self._dimension("period", 2, _("Kỳ số liệu"), [value])

    def indicator(self) -> dict[str, Any]:
        values = [{"id": self.told.indicators[code].code, "name": one.name} for code, one in self.indicators.items()]
        return self._dimension("indicator", 0, _("Mục tiêu"), values)

    def area(self) -> dict[str, Any]:
        labels = unit_labels()
        names = {unit: labels[unit].short_name for unit in self.units if unit != self.told.nation}
        values = [{"id": unit, "name": names.get(unit, _("Toàn quốc"))} for unit in self.units]
        return self._dimension("unit", 1, _("Đơn vị"), values)

    def attributes(self) -> list[dict[str, Any]]:
        lists = {"unit_of_measure": self.measured_in, "multiplier": self.multipliers}
        return [
            {"id": self.told.attributes[what], "values": [{"id": one} for one in values]}
            for what, values in lists.items()
        ]

    def _dimension(self, what: str, place: int, name: str, values: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": self.told.dimensions[what], "name": name, "keyPosition": place, "values": values}


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _scaled(value: Decimal | None, mapped: Mapped) -> int | float | None:
    return None if value is None else number(round(value, DECIMALS).scaleb(-mapped.multiplier))
