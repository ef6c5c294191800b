"""Figures as the drawings need them: lengths of bullets, classes of tiles, and what a drawing says in a sentence."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from apps.core.reference import facts
from apps.core.templatetags.ui import at_most, number
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.progress.outlook import Verdict
from apps.progress.ramp import RATE_DECIMALS, Carriers, as_shown, bounds_of, class_of, place_words, units_of
from apps.progress.selectors import GOAL, IndicatorProgress, Place
from apps.targets.models import Indicator

SCALE = Decimal("1.2")  # a bullet runs from 0 to 120 % of the target
LETTER = {Verdict.OFF_TRACK: "b", Verdict.AT_RISK: "w", Verdict.ON_TRACK: "g", Verdict.ACHIEVED: "g"}
FAMILY = {
    Verdict.OFF_TRACK: "d",
    Verdict.AT_RISK: "w",
    Verdict.ON_TRACK: "g",
    Verdict.ACHIEVED: "g",
    Verdict.INSUFFICIENT_DATA: "n",
}


@dataclass(frozen=True)
class Bullet:
    """Places on the track in percent; None is not drawn."""

    accepted: Decimal | None
    preliminary: Decimal | None
    milestone: Decimal | None
    target: Decimal | None
    forecast: Decimal | None
    verdict: str
    family: str
    label: str


def bullet(item: IndicatorProgress) -> Bullet:
    def place(value: Decimal | None) -> Decimal | None:
        if value is None or not item.goal:
            return None
        return max(Decimal(0), min(Decimal(100), value / item.goal / SCALE * 100)).quantize(Decimal("0.1"))

    running = item.preliminary.value if item.preliminary else None
    return Bullet(
        accepted=place(item.outlook.last),
        preliminary=place(running),
        milestone=place(item.milestone),
        target=place(item.goal),
        forecast=place(item.outlook.forecast),
        verdict=LETTER.get(item.outlook.verdict, "n"),
        family=FAMILY[item.outlook.verdict],
        label=_bullet_words(item, running),
    )


def finding(item: IndicatorProgress) -> str:
    """One indicator in a sentence: the heading of its chart, and what a screen reader says of it."""
    look = item.outlook
    words = {"name": item.indicator.told_label, "unit": item.indicator.told_unit}
    if look.verdict == Verdict.ACHIEVED:
        return _("%(name)s: đã đạt mục tiêu 2030") % words
    if look.gap is None:
        return _("%(name)s: chưa đủ dữ liệu để dự báo") % words
    if look.gap > 0:
        words["gap"] = number(look.gap, item.indicator.decimals)
        if look.fall:
            return _("%(name)s: đang giảm; nếu cứ như hiện nay, dự kiến thiếu khoảng %(gap)s %(unit)s") % words
        if look.is_still:
            return _("%(name)s: chưa tăng; nếu cứ như hiện nay, dự kiến thiếu khoảng %(gap)s %(unit)s") % words
        return _("%(name)s: nếu giữ mức tăng hiện nay, dự kiến thiếu khoảng %(gap)s %(unit)s") % words
    return _("%(name)s: nếu giữ mức tăng hiện nay, dự kiến đạt mục tiêu") % words


def map_finding(found: Sequence[Place], *, by_rate: bool, decimals: int | None = None, without: int = 0) -> str:
    """Who leads and who trails, in a sentence; whoever has no figure is neither, unless it is known to have nothing.

    `without`: how many provinces have no figure because they have nothing, as TileMap counts them.
    """
    known = [place for place in found if (place.rate if by_rate else place.value) is not None]
    having, is_whole = [place for place in known if place.value], len(known) == len(found)
    nothing = len(known) - len(having) + without
    if not known or len(known) + without < 2:
        return _("Kết quả theo đơn vị")
    if not having:
        return _("Chưa đơn vị nào có kết quả") if is_whole else _("Kết quả theo đơn vị")
    first, last = known[0], known[-1]
    words: dict[str, Any] = {
        "first": first.unit.short_name,
        "last": last.unit.short_name,
        "most": number(first.rate, 1) if by_rate else number(first.value, decimals),
        "least": number(last.rate, 1) if by_rate else number(last.value, decimals),
        "nothing": nothing,
    }
    if len(having) == 1 and nothing and is_whole:
        return _("Chỉ %(first)s có kết quả (%(most)s)") % words
    level = sum((place.rate if by_rate else place.value) == (first.rate if by_rate else first.value) for place in known)
    if level > 1:
        words["first"] = _("%(n)s đơn vị") % {"n": level}
    if nothing > 1 or without:
        if all(place.value or place.unit.kind == OrganisationUnit.Kind.PROVINCE for place in known):
            return _("%(first)s đạt cao nhất (%(most)s); %(nothing)s tỉnh, thành phố chưa có kết quả") % words
        return _("%(first)s đạt cao nhất (%(most)s); %(nothing)s đơn vị chưa có kết quả") % words
    return _("%(first)s đạt cao nhất (%(most)s); %(last)s đạt thấp nhất (%(least)s)") % words


def _bullet_words(item: IndicatorProgress, running: Decimal | None) -> str:
    unit, decimals = item.indicator.told_unit, item.indicator.decimals
    told = {"last": number(item.outlook.last, decimals), "goal": at_most(item.goal, decimals), "unit": unit}
    if item.outlook.last is None and running is None:
        return _("Chưa có số liệu; mục tiêu %(goal)s %(unit)s") % told
    words = _("Đạt %(last)s trên mục tiêu %(goal)s %(unit)s") % told
    if item.preliminary:
        value = number(running, decimals)
        words += _("; %(year)s tạm tính %(value)s") % {"year": item.preliminary.year, "value": value}
    if item.outlook.forecast is not None:
        words += _("; dự báo %(year)s %(value)s") % {"year": GOAL, "value": number(item.outlook.forecast, decimals)}
    return words


@dataclass(frozen=True)
class Tile:
    """One province of the tile map; `css` is its class of colour, 1-based grid place.

    After a merger several tiles are one unit: the first says its figure, the rest only carry on (`is_rest`), without a
    gap towards their neighbours of the same unit (`joins`); one that stands apart says its name.
    """

    row: int
    column: int
    css: str
    place: Place | None
    name: str
    shown: Decimal | None
    is_rest: bool = False
    joins: str = ""
    words: str = ""  # what it says to whoever stays on it


@dataclass(frozen=True)
class TileMap:
    tiles: list[Tile]
    islands: list[dict[str, Any]]
    bounds: list[Decimal]  # upper bounds of the first four classes
    decimals: int = 0

    @property
    def without(self) -> int:
        """Provinces of which there is no figure, each once."""
        return sum(tile.place is None and not tile.is_rest for tile in self.tiles)


@lru_cache(maxsize=1)
def _layout() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    def read(name: str) -> list[dict[str, str]]:
        with facts().place(name).open(encoding="utf-8") as stream:
            return list(csv.DictReader(stream))

    return read("provinces-tiles.csv"), read("archipelago-tiles.csv")


def tile_map(
    found: Sequence[Place], indicator: Indicator, *, by_rate: bool, nothing: Decimal | None, carriers: Carriers
) -> TileMap:
    """34 equal tiles and both archipelagos, in five classes of equal size.

    `nothing`: what a province without a figure has; zero where all its facts are known, else None. `carriers`: who
    carries the past of each unit on the day that is shown, as successor_shares() tells it.
    """
    by_id = {place.unit.id: place for place in found}
    shown = {key: place.rate if by_rate else place.value for key, place in by_id.items()}
    decimals = RATE_DECIMALS if by_rate else indicator.decimals
    bounds = bounds_of([as_shown(value, decimals) for value in shown.values() if value is not None])
    provinces, islands = _layout()
    tiles, today = [], units_of(carriers)
    units = {(int(spot["row"]), int(spot["col"])): today.get(spot["id"], spot["id"]) for spot in provinces}
    for spot, (at, unit) in zip(provinces, units.items(), strict=True):
        value, place = shown.get(unit, None if by_rate else nothing), by_id.get(unit)
        joins, is_alone = _joins(units, at)
        is_rest = any(units[other] == unit for other in list(units)[: list(units).index(at)])
        called = place.unit.short_name if place else spot["name"]
        tiles.append(
            Tile(
                row=int(spot["row"]) + 1,
                column=int(spot["col"]) + 1,
                css=f"q{class_of(as_shown(value, decimals), bounds)}" if value is not None else "",
                place=place,
                name=called if is_alone or not is_rest else "",
                shown=value,
                is_rest=is_rest,
                joins=joins,
                words=place_words(place, indicator) if place else "",
            )
        )
    names = {spot["id"]: spot["name"] for spot in provinces}
    names |= {
        spot["id"]: by_id[today[spot["id"]]].unit.short_name for spot in provinces if today.get(spot["id"]) in by_id
    }
    return TileMap(tiles, [_island(spot, names[spot["province_id"]]) for spot in islands], bounds, decimals)


def _island(spot: dict[str, str], owner: str) -> dict[str, Any]:
    name = spot["name"].replace("Quần đảo", "Q.đảo")
    return {"row": int(spot["row"]) + 1, "column": int(spot["col"]) + 1, "name": name, "owner": owner}


def has_tiles_on(day: date) -> bool:
    """The tiles are the provinces of 2025: before them there is no such map."""
    provinces, _islands = _layout()
    units = [unit_labels()[spot["id"]] for spot in provinces if spot["id"] in unit_labels()]
    return not any(unit.valid_from is not None and unit.valid_from > day for unit in units)


def _joins(units: dict[tuple[int, int], str], at: tuple[int, int]) -> tuple[str, bool]:
    """Towards which sides the tile has no gap, right or below; and whether no tile of its unit touches it."""
    row, column = at
    sides = {"jr": (row, column + 1), "jb": (row + 1, column)}
    before = [(row, column - 1), (row - 1, column)]
    open_to = [name for name, other in sides.items() if units.get(other) == units[at]]
    return " ".join(open_to), not open_to and not any(units.get(other) == units[at] for other in before)
