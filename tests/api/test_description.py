"""What the description says of answers and parameters is so; schemathesis tries the rest in `make soak`."""

import re

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def described(signed_in, officer) -> dict:
    return signed_in(officer).get("/api/schema/?format=json").json()


def parameters_of(described: dict, path: str) -> dict[str, dict]:
    return {one["name"]: one for one in described["paths"][path]["get"]["parameters"]}


def answer_of(described: dict, path: str) -> dict:
    return described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]


def test_an_indicator_may_have_no_parent(described):
    assert described["components"]["schemas"]["Indicator"]["properties"]["parent"]["nullable"] is True


def test_a_decimal_as_text_has_the_places_it_needs(described):
    told = described["components"]["schemas"]
    for rate in (told["PublishedFigure"]["properties"]["rate"], told["TargetVersion"]["properties"]["value"]):
        assert re.fullmatch(rate["pattern"], "26.666667")
    assert told["PublishedFigure"]["properties"]["rate"]["nullable"] is True


def test_groups_of_statistics_may_be_missing(described):
    told = described["components"]["schemas"]["Statistics"]
    assert set(told["properties"]) - set(told["required"]) == {"groups"}


def test_sums_of_money_are_one_object(described):
    assert answer_of(described, "/api/v1/funding/") == {"$ref": "#/components/schemas/Sums"}


def test_faults_stand_within_faults(described, signed_in, member):
    """Of a list of parts: by their places, and there by their fields."""
    told = described["components"]["schemas"]["Problem"]["properties"]["errors"]["additionalProperties"]["anyOf"]
    assert [one["type"] for one in told] == ["array", "object"]
    body = {"coordinating_units": [{"unit": "?"}]}
    client = signed_in(member("Editor", "unit_editor", "VN-24-2025"))
    errors = client.post("/api/v1/tasks/", body, "application/json").json()["errors"]
    assert errors["coordinating_units"]["0"]["unit"][0]["code"] == "does_not_exist"
    assert isinstance(errors["title"], list)


def test_what_is_named_without_a_value_is_not_asked_for_but_a_page_has_a_number(described):
    def unasked(path: str) -> set[str]:
        return {name for name, one in parameters_of(described, path).items() if one.get("allowEmptyValue")}

    assert unasked("/api/v1/indicators/{code}/json-stat/") == {"period", "units", "on", "known_on"}
    narrowing, paging = {"indicator", "year", "unit", "is_current"}, {"cursor", "total", "fields", "ordering"}
    assert unasked("/api/v1/targets/") == narrowing | paging
    assert parameters_of(described, "/api/v1/targets/")["page_size"]["schema"]["minimum"] == 1


def test_what_is_sent_again_is_answered_as_described(described):
    """The same answer as at first, but that nothing was made (tests/api/test_once.py)."""
    made = [
        told["post"]["responses"]
        for told in described["paths"].values()
        if "post" in told and "201" in told["post"]["responses"]
    ]
    assert len(made) > 10
    assert [one for one in made if one["200"]["content"] != one["201"]["content"]] == []
