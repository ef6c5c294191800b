"""The statistics dataset: by the standard's own rules, and to the digit what the list of figures says."""

from datetime import date

import pytest
from jsonstat_validator import validate_jsonstat

from apps.progress.services import recompute
from tests.conftest import BAC_GIANG, BAC_NINH
from tests.factories.closings import close
from tests.factories.enterprises import ProgrammeEventFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/indicators/MT5/"


@pytest.fixture
def client(signed_in, officer):
    for unit, day in ((BAC_GIANG, date(2024, 3, 1)), (BAC_NINH, date(2026, 4, 1)), (BAC_NINH, date(2026, 5, 1))):
        ProgrammeEventFactory(unit_id=unit, occurred_on=day)
    recompute()
    close(2025)
    return signed_in(officer)


def cells(told):
    """By year, unit and breakdown: value and status."""
    names = [told["dimension"][one]["category"]["index"] for one in told["id"]]
    keys = [(year, unit, part) for year in names[0] for unit in names[1] for part in names[2]]
    return {key: (told["value"][at], told["status"].get(str(at))) for at, key in enumerate(keys)}


@pytest.mark.parametrize("units", ["current", "as-reported"])
@pytest.mark.parametrize("breakdown", ["", "&breakdown=ownership"])
def test_it_says_what_the_figures_say(client, units, breakdown):
    told = client.get(f"{ADDRESS}json-stat/?units={units}").json()
    assert validate_jsonstat(told)
    found, seen = cells(told), 0
    url = f"{ADDRESS}values/?units={units}{breakdown}&page_size=200&cursor="
    while url:
        page = client.get(url).json()
        for one in page["results"]:
            key = (one["period"][-4:], one["unit"] or "VN", one["breakdown"] or "all")
            assert found[key] == (one["value"], one["status"]), key
            seen += 1
        url = page["next"]
    assert seen


def test_what_has_no_figure_is_null_and_without_status(client):
    told = client.get(f"{ADDRESS}json-stat/?units=as-reported").json()
    found = cells(told)
    assert (None, None) in found.values()
    assert len(found) == told["size"][0] * told["size"][1] * told["size"][2] == len(told["value"])
    assert told["dimension"]["unit"]["category"]["label"]["VN"] == "Toàn quốc"


def test_an_indicator_without_figures_is_a_dataset_too(client):
    told = client.get("/api/v1/indicators/MT6/json-stat/").json()
    assert validate_jsonstat(told)
    assert set(told["value"]) <= {None, 0}


def test_it_takes_no_parameter_that_it_does_not_know(client):
    answer = client.get(f"{ADDRESS}json-stat/?unit=VN")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["unit"])
