"""The tile map after a merger: one unit is one tile, however many tiles its land had."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone

from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import successor_shares, unit_labels
from apps.progress.charts import TileMap, tile_map
from apps.reorganisations.services.plans import Plan, Result
from apps.targets.models import Indicator
from tests.people.people import person
from tests.reorganisations.acts import DOCUMENT, Kind, done

pytestmark = pytest.mark.django_db
LAI_CHAU, LAO_CAI, DIEN_BIEN, CA_MAU = "VN-12-2025", "VN-15-2025", "VN-11-2025", "VN-96-2025"


def merged(*ids: str) -> str:
    central = person("Phan Tuấn Kiệt", "programme_administrator", "UBTDC")
    units = [OrganisationUnit.objects.get(pk=pk) for pk in ids]
    plan = Plan(Kind.MERGER, units, [Result("Tỉnh Gộp", "Gộp", "Tỉnh", code="97")], timezone.localdate())
    return done(plan, central, DOCUMENT).begun.get().pk


def drawn() -> TileMap:
    today = OrganisationUnit.objects.filter(kind="province").valid_on(timezone.localdate())
    labels = unit_labels()
    ids = list(today.values_list("pk", flat=True))
    known = {"rate": None, "figure": SimpleNamespace(denominator=None), "denominator": SimpleNamespace(reason="")}
    known["standing"] = None
    places = [SimpleNamespace(unit=labels[pk], value=Decimal(place), **known) for place, pk in enumerate(ids)]
    carriers = successor_shares(timezone.localdate())
    return tile_map(places, Indicator.objects.get(code="MT5"), by_rate=False, nothing=Decimal(0), carriers=carriers)


def of(tiles: TileMap, unit: str) -> list[tuple[str, bool, str]]:
    return [(one.name, one.is_rest, one.joins) for one in tiles.tiles if one.place and one.place.unit.id == unit]


def test_every_province_is_a_tile_of_its_own_before_any_merger(reference):
    tiles = drawn()
    assert len(tiles.tiles) == 34
    assert not any(tile.is_rest or tile.joins for tile in tiles.tiles)
    assert all(tile.name for tile in tiles.tiles)


def test_neighbours_that_merged_are_one_tile(reference):
    unit = merged(LAI_CHAU, LAO_CAI)
    assert of(drawn(), unit) == [("Gộp", False, "jr"), ("", True, "")]


def test_an_angle_of_three_says_its_figure_once(reference):
    unit = merged(LAI_CHAU, LAO_CAI, DIEN_BIEN)
    assert of(drawn(), unit) == [("Gộp", False, "jr jb"), ("", True, ""), ("", True, "")]


def test_a_part_that_stands_apart_says_whose_it_is(reference):
    unit = merged(LAI_CHAU, CA_MAU)
    assert of(drawn(), unit) == [("Gộp", False, ""), ("Gộp", True, "")]
