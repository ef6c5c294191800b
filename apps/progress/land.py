"""The map of the provinces as they lie: whose land, in which colour, and what it says; with both archipelagos."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.templatetags.ui import number
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.progress.boundaries import HEIGHT, WIDTH, Frame, Land, lands
from apps.progress.ramp import RATE_DECIMALS, Carriers, as_shown, bounds_of, class_of, place_words, units_of
from apps.progress.selectors import Place
from apps.targets.models import Indicator

ERAS = "34", "63"  # the later first


@dataclass(frozen=True)
class Shape:
    """The land of one unit, of one that was merged in several parts; `css` is its class of colour."""

    name: str
    place: Place | None
    css: str
    words: str
    path: str
    islands: str


@dataclass(frozen=True)
class LandMap:
    shapes: list[Shape]
    frames: list[tuple[Frame, str]]  # each archipelago with the name of the unit that it belongs to
    bounds: list[Decimal]
    decimals: int = 0
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def without(self) -> int:
        """Provinces of which there is no figure."""
        return sum(shape.place is None for shape in self.shapes)


def era_on(day: date) -> str | None:
    """Whose boundaries were in force on a day; none of days before those that are known."""
    labels = unit_labels()

    def began(land: Land) -> bool:
        start = labels[land.unit].valid_from if land.unit in labels else None
        return start is None or start <= day

    return next((era for era in ERAS if all(began(land) for land in lands(era)[0])), None)


def era_of(found: Sequence[Place], ends: date) -> str | None:
    """Where all provinces with a figure as it was reported fit on one map; none where later ones stand beside former.

    `ends`: the last day of the period, which decides where no province has a figure.
    """
    reported = {place.unit.id for place in found if place.unit.kind == OrganisationUnit.Kind.PROVINCE}
    if not reported:
        return era_on(ends)
    return next((era for era in ERAS if reported <= {land.unit for land in lands(era)[0]}), None)


def land_map(
    era: str,
    found: Sequence[Place],
    indicator: Indicator,
    *,
    by_rate: bool,
    nothing: Decimal | None,
    carriers: Carriers,
) -> LandMap:
    """In the classes of the tiles; `nothing` and `carriers` as tile_map() takes them."""
    by_id = {place.unit.id: place for place in found}
    shown = {key: place.rate if by_rate else place.value for key, place in by_id.items()}
    decimals = RATE_DECIMALS if by_rate else indicator.decimals
    bounds = bounds_of([as_shown(value, decimals) for value in shown.values() if value is not None])
    today = units_of(carriers)
    drawn, frames = lands(era)
    parts: dict[str, list[Land]] = defaultdict(list)
    for land in drawn:
        parts[today.get(land.unit, land.unit)].append(land)
    labels = unit_labels()

    def shape(unit: str, of_unit: list[Land]) -> Shape:
        place, value = by_id.get(unit), shown.get(unit, None if by_rate else nothing)
        name = labels[unit].short_name if unit in labels else unit
        return Shape(
            name=name,
            place=place,
            css=f"q{class_of(as_shown(value, decimals), bounds)}" if value is not None else "",
            words=place_words(place, indicator) if place else f"{name}: {_without(value)}",
            path="".join(land.path for land in of_unit),
            islands="".join(land.islands for land in of_unit),
        )

    shapes = [shape(unit, of_unit) for unit, of_unit in parts.items()]
    owners = [today.get(frame.owner, frame.owner) for frame in frames]
    named = [labels[owner].short_name if owner in labels else owner for owner in owners]
    return LandMap(shapes, list(zip(frames, named, strict=True)), bounds, decimals)


def _without(value: Decimal | None) -> str:
    return _("chưa có số liệu") if value is None else number(value)
