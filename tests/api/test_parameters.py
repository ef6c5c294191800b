"""Fields, order and pages of every list, and what is refused of them by name."""

from datetime import date

import pytest
from django_filters import FilterSet

from apps.core.api import ApiViewSet
from apps.labs.models import MeasurementStandard
from apps.progress.services import recompute
from apps.progress.told_figures import FigureSerializer
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.registers import OWN, AssessmentFactory, StandardFactory
from tests.progress.conftest import enterprise, event  # noqa: F401 - fixtures
from tests.walk.routes import all_routes

pytestmark = pytest.mark.django_db
URL, UNITS = "/api/v1/registers/standards/", "/api/v1/units/"


def codes(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["code"] for row in answer.json()["results"]]


def walked(client, address: str, meanwhile=lambda: None, key: str = "code") -> list:
    """All rows by following `next`; between two pages something happens."""
    seen: list = []
    while address:
        told = client.get(address).json()
        seen += [row[key] for row in told["results"]]
        meanwhile()
        address = told["next"]
    return seen


def fault(answer, name: str) -> dict:
    assert answer.status_code == 400, answer.content
    [one] = answer.json()["errors"][name]
    return one


# ── fields ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_fields_asked_for(reader_client):
    row = StandardFactory(code="CQG-1")
    assert reader_client.get(f"{URL}?fields=code,unit").json()["results"] == [{"code": "CQG-1", "unit": BAC_NINH}]
    assert reader_client.get(f"{URL}{row.pk}/?fields=code&fields=id").json() == {"id": row.pk, "code": "CQG-1"}


@pytest.mark.parametrize("name", ["entered_by", "unit__name", "password", "id;code", "*"])
def test_a_field_nobody_declared_is_refused_and_the_others_named(reader_client, name):
    answer = reader_client.get(URL, {"fields": f"code,{name}"})
    assert fault(answer, "fields")["code"] == "unknown_field"
    assert {"code", "unit", "updated_at"} <= set(answer.json()["allowed"])
    assert "entered_by" not in answer.json()["allowed"]


def test_rows_of_a_field_not_asked_for_are_not_read(reader_client, django_assert_num_queries):
    reader_client.get(UNITS)
    with django_assert_num_queries(9):
        reader_client.get(UNITS)
    with django_assert_num_queries(6):
        assert "names" not in reader_client.get(f"{UNITS}?fields=id,short_name").json()["results"][0]


def test_figures_have_fields_too(signed_in, officer, event):  # noqa: F811
    event(date(2026, 4, 1))
    recompute()
    client, url = signed_in(officer), "/api/v1/indicators/MT5/values/?period=2026"
    rows = client.get(f"{url}&fields=unit,exact").json()["results"]
    assert [row["exact"]["value"] for row in rows] == ["1", "1"]
    assert rows[0].keys() == {"unit", "exact"}
    assert list(client.get(url).json()["results"][0]) == list(FigureSerializer().fields)  # as they are described
    assert fault(client.get(f"{url}&fields=unit_id"), "fields")["code"] == "unknown_field"


# ── order ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ordering_by_what_is_indexed(reader_client):
    for code, name in (("CQG-1", "Ốc"), ("CQG-2", "Áo"), ("CQG-3", "Đá")):
        StandardFactory(code=code, name=name)
    assert codes(reader_client.get(f"{URL}?ordering=-id")) == ["CQG-3", "CQG-2", "CQG-1"]
    answer = reader_client.get(f"{URL}?ordering=holder")
    assert fault(answer, "ordering")["code"] == "unknown_ordering"
    assert "id" in answer.json()["allowed"]


@pytest.mark.parametrize("asked", ["entered_by__password", "?", "pk", "-", "-unit__basis", "name_sort"])
def test_an_order_nobody_declared_is_refused(reader_client, asked):
    assert fault(reader_client.get(URL, {"ordering": asked}), "ordering")["code"] == "unknown_ordering"


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_added_meanwhile_shift_no_page(reader_client):
    made = [StandardFactory(code=f"CQG-{number}").code for number in range(7)]
    by_cursor = f"{URL}?cursor=&page_size=2&ordering=-id"
    assert walked(reader_client, by_cursor, lambda: StandardFactory()) == made[::-1]
    first = reader_client.get(f"{URL}?cursor=&page_size=3").json()
    assert first.keys() == {"next", "previous", "results"}
    second = reader_client.get(first["next"]).json()
    assert [row["code"] for row in second["results"]] == made[3:6]
    back = reader_client.get(second["previous"]).json()
    assert [row["code"] for row in back["results"]] == made[:3]
    assert (back["previous"], bool(back["next"])) == (None, True)


def test_equal_and_missing_values_are_passed_once_both_ways(reader_client):
    days = [date(2027, 1, 1), None, date(2027, 1, 1), None, date(2026, 5, 5), None]
    for day in days:
        AssessmentFactory(valid_until=day)
    url = "/api/v1/registers/assessments/"
    for order in ("valid_until", "-valid_until"):
        seen = walked(reader_client, f"{url}?cursor=&page_size=2&ordering={order}", key="id")
        assert len(seen) == len(set(seen)) == 6
        assert seen == [row["id"] for row in reader_client.get(f"{url}?ordering={order}").json()["results"]]


def test_the_total_is_counted_on_request(reader_client):
    StandardFactory.create_batch(3)
    told = reader_client.get(f"{URL}?cursor=&page_size=1&total=true").json()
    assert (told["count"], len(told["results"])) == (3, 1)
    assert "total=true" in told["next"]


def test_figures_by_cursor_are_those_by_page(signed_in, officer, event):  # noqa: F811
    for year in (2024, 2025, 2026):
        event(date(year, 4, 1))
        event(date(year, 4, 1), LAM_DONG)
    recompute()
    values = "/api/v1/indicators/MT5/values/?fields=period,unit"
    client = signed_in(officer)
    rows = [(row["period"], row["unit"]) for row in client.get(values).json()["results"]]
    found, address = [], f"{values}&cursor=&page_size=2"
    while address:
        told = client.get(address).json()
        found += [(row["period"], row["unit"]) for row in told["results"]]
        address = told["next"]
    assert found == rows
    assert len(rows) > 6


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        ("cursor=x", "cursor", "bad_cursor"),
        ("cursor=%00", "cursor", "bad_cursor"),
        (f"cursor={'a' * 3000}", "cursor", "bad_cursor"),
        ("cursor=&page=1", "page", "invalid"),
        ("total=1", "total", "invalid"),
        ("cursor=&total=x", "total", "invalid_choice"),
        ("area=m&area=l", "area", "repeated_parameter"),
        ("page=1&page=2", "page", "repeated_parameter"),
    ],
)
def test_a_page_that_cannot_be_is_refused(reader_client, query, name, code):
    assert fault(reader_client.get(f"{URL}?{query}"), name)["code"] == code


def test_a_cursor_of_another_list_or_order_is_refused(reader_client, signed_in, officer):
    StandardFactory.create_batch(2)
    cursor = reader_client.get(f"{URL}?cursor=&page_size=1").json()["next"].split("cursor=")[1].split("&")[0]
    assert fault(reader_client.get(f"{URL}?cursor={cursor}&ordering=-id"), "cursor")["code"] == "bad_cursor"
    assert reader_client.get(f"/api/v1/registers/products/?cursor={cursor}").status_code == 400
    assert reader_client.get(f"{URL}?cursor={cursor[:-2]}aa").status_code == 400


def test_the_same_parameter_twice_with_one_value_is_one(reader_client):
    StandardFactory()
    assert len(reader_client.get(f"{URL}?area=m&area=m").json()["results"]) == 1


def test_what_may_be_asked_is_named(reader_client):
    answer = reader_client.get(f"{URL}?holder=A&unit=x")
    assert "Dùng được: area, changed_since, code" in fault(answer, "holder")["message"]
    assert {"search", "changed_since", "cursor", "fields", "ordering"} <= set(answer.json()["allowed"])


def test_every_address_has_the_manners():
    views = {key: route.cls for key, route in all_routes().items() if route.is_api and not key.startswith("api-")}
    assert len(views) > 50
    assert [key for key, view in views.items() if not issubclass(view, ApiViewSet)] == []


def test_a_filter_that_is_not_named_does_nothing():
    """Where none is named none is looked at."""
    sets = {getattr(route.cls, "filterset_class", None) for route in all_routes().values() if route.is_api} - {None}
    assert len(sets) > 10
    assert {one for one in sets if one.filter_queryset is not FilterSet.filter_queryset} == set()


@pytest.mark.parametrize("slug", OWN)
def test_every_register_has_the_manners(slug, reader_client):
    url = f"/api/v1/registers/{slug}/"
    assert reader_client.get(f"{url}?cursor=&total=true&fields=id&ordering=-id").json()["results"] == []
    assert reader_client.get(url)["ETag"]
    assert not MeasurementStandard.objects.exists()
