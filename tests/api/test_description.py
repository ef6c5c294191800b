"""What the description says of answers and parameters is so; schemathesis tries the rest in `make soak`."""

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


def test_a_filter_may_be_named_without_a_value_and_a_page_has_a_number(described):
    found = parameters_of(described, "/api/v1/targets/")
    assert {name for name, one in found.items() if one.get("allowEmptyValue")} == {
        "indicator", "year", "unit", "is_current",
    }  # fmt: skip
    assert found["page_size"]["schema"]["minimum"] == 1
