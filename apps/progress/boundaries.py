"""The land of the provinces as paths of a drawing: projected once, made simpler where borders stay borders.

A border between two provinces is one line: it is simplified once and drawn by both, so that no gap opens between them.
No piece is ever left out, however small: Hoàng Sa and Trường Sa are hundreds of them.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import cos, hypot, radians
from typing import Any

from apps.core.reference import facts

Point = tuple[float, float]
WEST, EAST, NORTH, SOUTH = 101.9, 117.3, 23.6, 6.7
WIDTH = 1000  # of the drawing, in its own units
FLATTEN = cos(radians(16))  # a degree of longitude is shorter than one of latitude: as in the middle of the country
SCALE = WIDTH / ((EAST - WEST) * FLATTEN)
HEIGHT = round((NORTH - SOUTH) * SCALE)
TOLERANCE = 0.8  # how far a simplified line may be from the true one: less than a pixel of the widest page
ROOM = 14  # around an archipelago, to its frame


@dataclass(frozen=True)
class Frame:
    """The dashed frame around an archipelago, its name and the unit's id that it belongs to; y of the name above it."""

    name: str
    owner: str
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    def holds(self, ring: Sequence[Point]) -> bool:
        return all(
            self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height for x, y in map(place, ring)
        )


@dataclass
class Land:
    """A unit's land as the `d` of a path; its islands in a frame apart, as they are drawn stronger than they are."""

    unit: str
    path: str = ""
    islands: str = ""
    rings: int = field(default=0, compare=False)


def place(point: Sequence[float]) -> Point:
    """Equirectangular: where a longitude and latitude stands in the drawing."""
    return (point[0] - WEST) * FLATTEN * SCALE, (NORTH - point[1]) * SCALE


@lru_cache(maxsize=2)
def lands(era: str) -> tuple[list[Land], list[Frame]]:
    """Of the 63 provinces until 30/06/2025, or the 34 since: made once a process."""
    provinces, around = _features(era), _frames(era)
    rings = {one["id"]: [_as_points(ring) for ring in _rings(one)] for one in provinces}
    borders = _Borders([ring for of_unit in rings.values() for ring in of_unit])
    found = []
    for unit, of_unit in rings.items():
        land = Land(unit, rings=len(of_unit))
        for ring in of_unit:
            drawn = _drawn(borders.simplified(ring))
            if any(frame.holds(ring) for frame in around):
                land.islands += drawn
            else:
                land.path += drawn
        found.append(land)
    return found, around


def _features(name: str) -> list[dict[str, Any]]:
    with facts().place(f"boundaries-{name}.geojson").open(encoding="utf-8") as stream:
        return json.load(stream)["features"]


def _rings(feature: dict[str, Any]) -> Iterator[list[list[float]]]:
    shape = feature["geometry"]
    for polygon in shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]:
        yield from polygon


def _as_points(ring: list[list[float]]) -> list[Point]:
    """Without the last point, which is the first."""
    return [(x, y) for x, y in ring[:-1]]


def _frames(era: str) -> list[Frame]:
    found = []
    for one in _features("archipelagos"):
        told = one["properties"]
        points = [place(point) for ring in _rings(one) for point in ring]
        left, top = (round(min(side)) - ROOM for side in zip(*points, strict=True))
        right, foot = (round(max(side)) + ROOM for side in zip(*points, strict=True))
        owner = told["province_id" if era == "34" else "province_id_63"]
        found.append(Frame(told["name_vi"].replace("Quần đảo", "Q.đảo"), owner, left, top, right - left, foot - top))
    return found


class _Borders:
    """Lines between two points at which more than two lines meet, each simplified once, whoever's ring it is in."""

    def __init__(self, rings: Sequence[Sequence[Point]]) -> None:
        beside: dict[Point, set[Point]] = defaultdict(set)
        for ring in rings:
            for here, after in zip(ring, [*ring[1:], ring[0]], strict=True):
                beside[here].add(after)
                beside[after].add(here)
        self._ends = {point for point, others in beside.items() if len(others) != 2}

    def simplified(self, ring: Sequence[Point]) -> list[Point]:
        """The ring in the drawing's units, at least three points of it."""
        at = next((index for index, point in enumerate(ring) if point in self._ends), None)
        if at is None:  # an island, or land within another's: by its westernmost point, whichever ring it is in
            at = min(range(len(ring)), key=lambda index: ring[index])
        turned = [*ring[at:], *ring[: at + 1]]
        line, found = [turned[0]], []
        for point in turned[1:]:
            line.append(point)
            if point in self._ends or len(line) > len(ring):
                found += _line(line)[:-1]
                line = [point]
        return found


def _line(points: list[Point]) -> list[Point]:
    """The line between two ends, the same from either side."""
    is_turned = points[0] > points[-1] or (points[0] == points[-1] and points[1] > points[-2])
    placed = [place(point) for point in (reversed(points) if is_turned else points)]
    kept = {0, len(placed) - 1}
    if placed[0] == placed[-1]:  # closed: without its farthest point and one more it would be no land
        far = _farthest(placed, 0, len(placed) - 1)[0]
        kept |= {far, _farthest(placed, 0, far)[0], _farthest(placed, far, len(placed) - 1)[0]}
    elif len(placed) > 2:
        kept.add(_farthest(placed, 0, len(placed) - 1)[0])
    steps = sorted(kept)
    for start, end in pairwise(steps):
        _keep(placed, start, end, kept)
    found = [placed[index] for index in sorted(kept)]
    return found[::-1] if is_turned else found


def _keep(points: list[Point], start: int, end: int, kept: set[int]) -> None:
    """Douglas and Peucker: the farthest point stays, while it is farther than the tolerance."""
    waiting = [(start, end)]
    while waiting:
        first, last = waiting.pop()
        far, distance = _farthest(points, first, last)
        if distance > TOLERANCE:
            kept.add(far)
            waiting += [(first, far), (far, last)]


def _farthest(points: list[Point], first: int, last: int) -> tuple[int, float]:
    (x1, y1), (x2, y2) = points[first], points[last]
    length = hypot(x2 - x1, y2 - y1)
    far, most = first, 0.0
    for index in range(first + 1, last):
        x, y = points[index]
        away = abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length if length else hypot(x - x1, y - y1)
        if away > most:
            far, most = index, away
    return far, most


def _drawn(ring: list[Point]) -> str:
    """Whole numbers, each from the one before: half as long as where they stand. A piece of one point is a dot."""
    spots = [(round(x), round(y)) for x, y in ring]
    x, y = spots[0]
    steps = []
    for next_x, next_y in spots[1:]:
        if (next_x, next_y) != (x, y):
            steps.append(f"{next_x - x}{'' if next_y - y < 0 else ' '}{next_y - y}")
        x, y = next_x, next_y
    first = f"M{spots[0][0]} {spots[0][1]}"
    return f"{first}l{' '.join(steps).replace(' -', '-')}z" if steps else f"{first}h0z"
