"""The plan's items for REST clients."""

import pytest

pytestmark = pytest.mark.django_db
ITEMS = "/api/v1/framework-items/"


@pytest.fixture
def ask(reader_client):
    return lambda query="", path="": reader_client.get(f"{ITEMS}{path}{query}").json()


def test_the_list_has_the_items_and_headings_on_request(ask):
    answer = ask()
    assert (answer["count"], len(answer["results"])) == (37, 37)
    assert [row["code"] for row in answer["results"]][:3] == ["A.1.1", "A.1.2", "A.2.1.1"]
    headings = ask("?kind=group")["results"]
    assert {row["kind"] for row in headings} == {"group"}
    assert {row["code"] for row in headings} >= {"A.1", "A.2", "A.2.2.1", "A.3"}


def test_an_item_is_told_as_written_and_as_read(ask):
    row = ask(path="A.2.4.1/")
    assert {name: row[name] for name in ("list", "parent", "timing", "timing_text", "lead", "group", "indicators")} == {
        "list": "A", "parent": "A.2.4", "timing": "annual", "timing_text": "Hàng năm", "lead": "Tổng cục TĐC",
        "group": "4", "indicators": ["MT5"],
    }  # fmt: skip
    assert (row["first_year"], row["last_year"]) == (2019, 2030)
    assert row["lead_units"] == [{"text": "Tổng cục TĐC", "rule": "unit", "unit": "TCTDC", "units_today": ["UBTDC"]}]
    assert [one["unit"] for one in row["coordinating_units"]] == ["CNN", "DP", None]
    assert row["coordinating"].endswith("doanh nghiệp liên quan")


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("list=B", [f"B.{number}" for number in range(1, 8)]),
        ("group=4", ["A.2.4.1", "A.2.4.2", "A.2.4.3", "B.6"]),
        ("indicator=mt5", ["A.2.4.1", "B.6"]),
        ("search=to chuc dien dan", ["A.2.6.1"]),
        ("search=A.2.2.1&list=A", ["A.2.2.1.a", "A.2.2.1.b", "A.2.2.1.c"]),
    ],
)
def test_filters(ask, query, codes):
    assert [row["code"] for row in ask(f"?{query}")["results"]] == codes


def test_what_is_not_there_is_not_found(reader_client):
    assert reader_client.get(f"{ITEMS}A.9/").status_code == 404
    assert reader_client.get(f"{ITEMS}?list=C").status_code == 400


def test_number_of_queries_does_not_grow_with_the_items(reader_client, django_assert_max_num_queries):
    reader_client.get(ITEMS)
    with django_assert_max_num_queries(12):
        reader_client.get(ITEMS)
