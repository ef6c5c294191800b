"""GET /api/v1/units/ and /api/v1/units/{id}/."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.organisations import OrganisationUnitFactory, SuccessionFactory

LIST = "/api/v1/units/"
pytestmark = pytest.mark.django_db


def ids(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [unit["id"] for unit in response.json()["results"]]


def test_unit_detail_tells_the_whole_story(reader_client):
    unit = reader_client.get(f"{LIST}VN-24-2025/").json()
    assert (unit["slug"], unit["code"], unit["kind"]) == ("bac-ninh", "24", "province")
    assert (unit["valid_from"], unit["valid_to"]) == ("2025-07-01", None)
    assert [(name["name"], name["valid_from"], name["valid_to"]) for name in unit["names"]] == [
        ("Tỉnh Bắc Ninh", "2025-07-01", "2026-09-19"),
        ("Thành phố Bắc Ninh", "2026-09-20", None),
    ]
    assert [(link["unit"], link["effective_on"], link["share"]) for link in unit["predecessors"]] == [
        ("VN-24-2008", "2025-07-01", 1.0),
        ("VN-27-2008", "2025-07-01", 1.0),
    ]
    assert unit["successors"] == []


def test_unit_detail_marks_what_carries_no_past(reader_client):
    successors = reader_client.get(f"{LIST}BTTTT/").json()["successors"]
    assert {link["unit"]: link["share"] for link in successors} == {"BKHCN": 1.0, "BVHTTDL": 0.0, "BCA": 0.0}


@pytest.mark.parametrize("day, count", [("2025-06-30", 63), ("2025-07-01", 34)])
def test_unit_list_on_a_day(reader_client, day, count):
    answer = reader_client.get(LIST, {"kind": "province", "valid_on": day})
    assert answer.json()["count"] == count


@pytest.mark.parametrize("text", ["Bắc Giang", "bac giang"])
def test_unit_list_search(reader_client, text):
    assert ids(reader_client.get(LIST, {"search": text})) == ["VN-24-2008", "VN-24-2025"]
    assert ids(reader_client.get(LIST, {"search": text, "valid_on": "2026-01-01"})) == ["VN-24-2025"]


@pytest.mark.parametrize("query", [{"kind": "planet"}, {"valid_on": "31/02/2024"}, {"unknown": "1"}])
def test_unit_list_refuses_what_it_does_not_know(reader_client, query):
    answer = reader_client.get(LIST, query)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == list(query)


def test_unit_api_is_read_only(reader_client):
    assert reader_client.post(LIST, {"id": "X"}, content_type="application/json").status_code in (403, 405)
    assert reader_client.delete(f"{LIST}VN-24-2025/").status_code in (403, 405)


@pytest.mark.parametrize("path", [LIST, f"{LIST}VN-24-2025/"])
def test_unit_api_needs_sign_in_and_the_right(client, stranger, signed_in, path):
    assert client.get(path).status_code in (302, 401, 403)
    assert signed_in(stranger).get(path).status_code == 403


def test_unknown_unit_is_not_found(reader_client):
    assert reader_client.get(f"{LIST}VN-99-2025/").status_code == 404


def test_unit_api_query_count_does_not_grow(reader_client):
    counts = []
    for size in (1, 3):
        unit = OrganisationUnitFactory(kind="organisation")
        for _ in range(size):
            source = OrganisationUnitFactory(kind="organisation")
            SuccessionFactory(predecessor=source, successor=unit, effective_on=date(2024, 1, 1))
        with CaptureQueriesContext(connection) as queries:
            reader_client.get(LIST, {"kind": "organisation"})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
