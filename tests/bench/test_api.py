"""The API: what an answer costs beside the same written by hand, and what «unchanged» costs beside the answer."""

import json
from functools import partial

import pytest

from tests.bench.byhand import api
from tests.bench.byhand.view import ADDRESS, page_by_hand, served
from tests.bench.conftest import LARGE, SMALLER
from tests.bench.measuring import Figure, in_turns, milliseconds, timed
from tests.bench.test_pages import PEOPLE, queries_of, signed_in

READER, TURNS, GOAL = "lanh-dao@tdc.example", 40, 0.4
ANSWERS = {
    "figures of an indicator": ("/api/v1/indicators/MT6/values/", api.figures),
    "50 rows of a register": ("/api/v1/registers/enterprises/", api.enterprises),
}


@pytest.fixture(autouse=True)
def unlimited(settings) -> None:
    settings.LIMITS = dict.fromkeys(settings.LIMITS, (1_000_000, 60))


@pytest.mark.parametrize("which", ANSWERS)
def test_an_answer_costs_at_most_twice_what_it_costs_by_hand(base, take, which):
    url, write = ANSWERS[which]
    with base(SMALLER[1]):
        client = signed_in(PEOPLE["TĐC"])
        with page_by_hand(client, url, write, api.JsonAnswer) as by_hand:
            assert json.loads(client.get(ADDRESS).content) == client.get(url).json()
            visit = served(client)
            mine, floor = in_turns(partial(visit, url), partial(visit, ADDRESS), times=TURNS)
    name = f"API: {which}, {len(by_hand.statements)} statements of its own"
    take(Figure(name, milliseconds(mine), f"by hand {milliseconds(floor)}", mine / floor, 2))


@pytest.mark.parametrize("which", ANSWERS)
def test_an_answer_asks_the_base_as_often_whatever_there_is(base, take, which):
    url, counts = ANSWERS[which][0], {}
    for size in (SMALLER[0], LARGE):
        with base(size):
            client = signed_in(READER)
            client.get(url)
            counts[size] = queries_of(client, url)
    few, many = counts.values()
    told = f"of {SMALLER[0]:,}: {few}"
    take(Figure(f"API: queries, {which}, {LARGE:,} enterprises", str(many), told, goal_text="equal", met=few == many))


@pytest.mark.parametrize(
    ("name", "url", "goal"),
    [
        ("figures of an indicator", "/api/v1/indicators/MT5/values/", GOAL),
        # Of rows that one query tells, most of both is who asks, what they may, and how many there are.
        ("a page of 200 rows of a register", "/api/v1/registers/enterprises/?page_size=200", None),
        ("a page of 50 rows", "/api/v1/registers/enterprises/", None),
        ("units", "/api/v1/units/", GOAL),
    ],
)
def test_unchanged_costs_a_part_of_the_answer(base, take, name, url, goal):
    with base(SMALLER[1]):
        client = signed_in(READER)
        known = {"If-None-Match": client.get(url)["ETag"]}
        assert client.get(url, headers=known).status_code == 304
        ours, floor = in_turns(
            timed(partial(client.get, url, headers=known)), timed(partial(client.get, url)), times=TURNS
        )
    take(Figure(f"304: {name}", milliseconds(ours), f"200 {milliseconds(floor)}", ours / floor, goal))
