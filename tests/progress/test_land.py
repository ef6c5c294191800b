"""The map of the provinces as they lie: their boundaries, both archipelagos, in both views of units."""

import gzip
import json
import re
from datetime import date

import pytest
from django.urls import reverse

from apps.progress.boundaries import HEIGHT, WIDTH, lands
from apps.progress.services import recompute
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close_until

STEP = re.compile(r"-?\d+")


def corners(path: str) -> set[tuple[int, int]]:
    """Every point of a path, from the one before as it is drawn."""
    found = set()
    for ring in path.split("M")[1:]:
        start, _line, steps = ring.rstrip("z").partition("l")
        x, y = map(int, STEP.findall(start)[:2])
        found.add((x, y))
        numbers = [int(one) for one in STEP.findall(steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            found.add((x, y))
    return found


@pytest.mark.parametrize(("era", "count", "rings"), [("34", 34, 468), ("63", 63, 497)])
def test_no_piece_of_land_is_left_out_and_a_drawing_stays_small(era, count, rings):
    found, frames = lands(era)
    paths = [part for land in found for part in (land.path, land.islands) if part]
    assert len(found) == count
    assert sum(path.count("M") for path in paths) == rings
    text = "".join(paths)
    assert len(text) < 30_000
    assert len(gzip.compress(text.encode())) < 10_000
    points = {point for path in paths for point in corners(path)}
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points), "nothing lies beyond the drawing"
    assert all(frame.x + frame.width <= WIDTH and frame.y + frame.height <= HEIGHT for frame in frames)


def test_both_archipelagos_are_of_their_provinces_in_both_eras():
    for era, since in (("34", "2025"), ("63", "2008")):
        found, frames = lands(era)
        assert [frame.name for frame in frames] == ["Q.đảo Hoàng Sa", "Q.đảo Trường Sa"]
        assert [frame.owner for frame in frames] == [f"VN-48-{since}", f"VN-56-{since}"]
        with_islands = {land.unit: land.islands.count("M") for land in found if land.islands}
        assert with_islands == {f"VN-48-{since}": 24, f"VN-56-{since}": 311}


def test_neighbours_share_their_border_without_a_gap():
    """Hà Nội touches seven provinces: what of its outline is another's too is most of it."""
    paths = {land.unit: corners(land.path) for land in lands("34")[0]}
    inland = paths.pop("VN-01-2025")
    others = set().union(*paths.values())
    assert len(inland & others) == len(inland)


def test_a_flat_piece_of_land_stays_one(settings, tmp_path):
    """Of a corner nearer to its border than a line may be off, although only two lines meet around it."""
    settings.FACTS, corner = tmp_path, [105.5, 20.001]
    rings = {"flat": [[105, 20], [106, 20], corner, [105, 20]], "other": [[105, 20], [105, 19], [106, 20], [105, 20]]}
    shapes = [
        {"properties": {}, "id": unit, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for unit, ring in rings.items()
    ]
    for name, features in (("34", shapes), ("archipelagos", [])):
        (tmp_path / f"boundaries-{name}.geojson").write_text(json.dumps({"features": features}))
    found, _frames = lands.__wrapped__("34")
    assert [len(corners(land.path)) for land in found] == [3, 3]


def test_of_a_straight_border_the_ends_are_drawn_and_a_bend_stays(settings, tmp_path):
    settings.FACTS = tmp_path
    border = [[105 + step / 10, 20 + (step == 7) * 0.4] for step in range(11)]  # one bend, far from its middle
    north, south = [*border, [106, 21], [105, 21], [105, 20]], [[105, 20], [105, 19], [106, 19], *border[::-1]]
    rings = {"north": north, "south": south}
    shapes = [
        {"properties": {}, "id": unit, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for unit, ring in rings.items()
    ]
    for name, features in (("34", shapes), ("archipelagos", [])):
        (tmp_path / f"boundaries-{name}.geojson").write_text(json.dumps({"features": features}))
    found, _frames = lands.__wrapped__("34")
    assert [len(corners(land.path)) for land in found] == [7, 7]


@pytest.fixture
def counted(event, by):
    """Two enterprises of Bắc Giang in 2024, one of Lâm Đồng in 2026; 2024 is closed."""
    event(date(2024, 3, 1), BAC_GIANG)
    event(date(2024, 4, 1), BAC_GIANG)
    event(date(2026, 4, 1), LAM_DONG)
    recompute()
    close_until(2025)


@pytest.fixture
def shown(counted, signed_in, officer):
    def ask(**query):
        query = {"measure": "count", "map": "land", "year": 2024} | query
        return signed_in(officer).get(reverse("progress:indicator_detail", args=["mt5"]), query)

    return ask


def test_the_map_follows_the_view_and_the_day(shown):
    page = shown()
    land = page.context["land"]
    assert page.context["map"] is None
    assert {one.place.unit.id: one.css for one in land.shapes if one.place} == {BAC_NINH: "q5"}
    assert len(land.shapes) == 34
    assert "Lâm Đồng: 0" in {one.words for one in land.shapes}
    text = page.content.decode()
    assert "Bắc Ninh: 2 doanh nghiệp" in text
    assert "Ranh giới: Open Development Vietnam, Talia Cao (MIT); giản lược" in text
    assert "Q.đảo Hoàng Sa" in text
    assert "(Đà Nẵng)" in text
    assert len(shown(on="30/06/2025").context["land"].shapes) == 63
    reported = shown(units="as-reported").context["land"]
    assert {one.place.unit.id for one in reported.shapes if one.place} == {BAC_GIANG}
    mixed = shown(units="as-reported", year=2026)
    assert mixed.context["land"] is None, "former and later provinces do not fit on one map"
    assert "không cùng trên một bản đồ" in mixed.content.decode()


def test_tiles_are_the_default_and_the_table_says_the_same(shown):
    assert shown(map="").context["map"] is not None
    assert shown(map="nonsense").context["map"] is not None
    page = shown(map="table")
    assert page.context["map"] is page.context["land"] is None
    text = page.content.decode()
    assert '<th scope="row" class="full"><a class="lk" href="/targets/mt5/provenance/2024/bac-ninh/' in text
    assert ">Bản đồ</a>" in text
