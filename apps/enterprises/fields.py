"""Choosing a province of any time, or a trade, in the register's forms: too many of both to look through."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from apps.core.picking import PickField
from apps.core.text import fold
from apps.enterprises.industries import industries_like, label_of_industry
from apps.enterprises.models import Industry
from apps.enterprises.selectors import Province
from apps.organisations.search import find_units


class PlaceField(PickField):
    """Cleaned it is a Province, one of those offered; an id is taken for its name, as links and other doors say it."""

    route = "enterprises:place_choices"
    unknown = gettext_lazy("Không có địa bàn “%(text)s” trong danh sách được chọn")
    places: Sequence[Province] = ()

    def offer(self, places: Sequence[Province]) -> None:
        self.places = places

    def named(self, text: str) -> Sequence[Province]:
        """«Bắc Ninh» is today's; the province of that name before it is «Bắc Ninh (đến 30/06/2025)»."""
        typed = fold(text)
        ways: list[Callable[[Province], bool]] = [
            lambda place: text in (place.dated_name, place.id),
            lambda place: typed == fold(place.dated_name),
            lambda place: typed == fold(place.name),
        ]
        return next((found for way in ways if (found := [place for place in self.places if way(place)])), [])

    def near(self, text: str) -> Sequence[Province]:
        found = find_units(text)
        return [place for place in self.places if place.id in found]

    def label_of(self, row: Province) -> str:
        return row.dated_name

    def labels(self) -> Iterable[str]:
        return (place.dated_name for place in self.places)

    def prepare_value(self, value: Any) -> Any:
        return next((place.dated_name for place in self.places if place.id == value), value)


class IndustryField(PickField):
    """Cleaned it is the text: what a code means hangs on a day that another field of the form holds."""

    route = "enterprises:industry_choices"

    def found(self, text: str) -> str:
        return text

    def near(self, text: str) -> Sequence[Industry]:
        return industries_like(text)

    def label_of(self, row: Industry) -> str:
        return label_of_industry(row)

    def labels(self) -> Iterable[str]:
        return [label_of_industry(one) for one in industries_like("")]

    def clean(self, value: Any) -> str:
        return super().clean(value) or ""
