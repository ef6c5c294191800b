"""The list page: what a hundred times more enterprises cost it."""

import time
from statistics import median

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from tests.bench.conftest import LARGE, SMALLER
from tests.bench.measuring import WARM_UPS, Figure, milliseconds
from tests.conftest import BAC_NINH

SMALL = SMALLER[0]
LIST = "/registers/enterprises/?per_page=50"
TURNS, VISITS = 5, 8
MOST_QUERIES = 10
PEOPLE = {"TĐC": "so-dang-ky@tdc.example", BAC_NINH: "so-dang-ky@bac-ninh.example"}


def signed_in(email: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=email), backend="apps.organisations.backends.MembershipBackend")
    return client


def visit(client: Client, url: str) -> float:
    started = time.perf_counter()
    answer = client.get(url)
    taken = time.perf_counter() - started
    assert answer.status_code == 200
    return taken


def visits(base, email: str, url: str) -> tuple[dict[int, float], dict[int, int]]:
    """Median seconds and number of queries of the page, by size of the base. The bases take turns."""
    seconds: dict[int, list[float]] = {SMALL: [], LARGE: []}
    queries = {}
    for _turn in range(TURNS):
        for size in seconds:
            with base(size):
                client = signed_in(email)
                for _ in range(WARM_UPS):
                    visit(client, url)
                with CaptureQueriesContext(connection) as captured:
                    visit(client, url)
                queries[size] = len(captured)
                seconds[size] += [visit(client, url) for _ in range(VISITS)]
    return {size: median(taken) for size, taken in seconds.items()}, queries


@pytest.mark.parametrize("person", PEOPLE)
def test_list_page_costs_the_same_at_a_hundred_times_the_rows(base, take, person):
    seconds, queries = visits(base, PEOPLE[person], LIST)
    assert len(signed_in_rows(base, PEOPLE[person])) > 1  # the page shows rows, not a refusal
    constant = queries[SMALL] == queries[LARGE] <= MOST_QUERIES
    take(
        Figure(
            f"list page of 50 rows, {person}, {LARGE:,} enterprises",
            milliseconds(seconds[LARGE]),
            f"at {SMALL:,}: {milliseconds(seconds[SMALL])}",
            seconds[LARGE] / seconds[SMALL],
            1.5,
        ),
        Figure(
            f"queries of that page, {person}",
            str(queries[LARGE]),
            f"at {SMALL:,}: {queries[SMALL]}",
            goal_text=f"equal, ≤ {MOST_QUERIES}",
            met=constant,
        ),
    )


def signed_in_rows(base, email: str) -> list:
    with base(LARGE):
        return list(signed_in(email).get(LIST).context["table"].page.object_list)


@pytest.mark.parametrize("query", ["q=thuong mai", "page=1000"], ids=["search without accents", "page 1,000"])
def test_other_ways_through_the_list(base, take, query, request):
    url = f"{LIST}&{query}"
    seconds, _queries = visits(base, PEOPLE["TĐC"], url)
    take(
        Figure(
            f"list page, {request.node.callspec.id}, {LARGE:,} enterprises",
            milliseconds(seconds[LARGE]),
            f"at {SMALL:,}: {milliseconds(seconds[SMALL])}",
            seconds[LARGE] / seconds[SMALL],
        )
    )
