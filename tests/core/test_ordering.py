"""Walking over the pages of a list shows every row once, however it is sorted."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.core.ordering import KEYS, uniquely_ordered
from apps.organisations.models import OrganisationUnit
from tests.walk.routes import all_routes

pytestmark = pytest.mark.django_db


@pytest.fixture
def everyone(reference, signed_in) -> Client:
    return signed_in(User.objects.create_superuser("goc@example.vn", "mat-khau-rat-dai-996", full_name="Quản trị"))


def test_every_sort_of_every_list_ends_in_the_key(everyone):
    lists, looked_at = [one for one in all_routes().values() if one.is_list], 0
    for address in (reverse(one.name, args=["enterprises" for _ in one.args]) for one in lists):
        columns = [column.name for column in everyone.get(address).context["table"].columns if column.orderable]
        for sort in ["", *columns, *(f"-{name}" for name in columns)]:
            query = everyone.get(address, {"sort": sort}).context["table"].data.data.query
            order = query.order_by or query.get_meta().ordering
            assert order[-1] in KEYS, f"{address}?sort={sort}"
            looked_at += 1
    assert looked_at > 60


@pytest.mark.parametrize("sort", ["valid_from", "-valid_from", "kind", "valid_to"])
def test_units_walked_over_their_pages_come_once(everyone, sort):
    seen: list[int] = []
    for page in range(1, 30):
        table = everyone.get("/units/", {"sort": sort, "per_page": 25, "page": page}).context["table"]
        if page > table.paginator.num_pages:
            break
        seen += [row.record.pk for row in table.page.object_list]
    assert len(seen) == len(set(seen)) == table.paginator.count > 60


def test_an_api_list_walked_over_its_pages_comes_once(everyone):
    seen, address = [], "/api/v1/units/?page_size=25"
    while address:
        answer = everyone.get(address).json()
        seen += [row["id"] for row in answer["results"]]
        address = answer["next"]
    assert len(seen) == len(set(seen)) == answer["count"] > 60


def test_an_order_that_ends_in_the_key_stays_as_it_is(reference):
    rows = OrganisationUnit.objects.order_by("kind", "-pk")
    assert uniquely_ordered(rows) is rows
    assert uniquely_ordered(rows.order_by("kind")).query.order_by == ("kind", "pk")
    assert uniquely_ordered(rows.order_by("kind")[:3]).query.order_by == ("kind",)
