"""The API: what an answer «unchanged» costs beside the answer itself."""

from functools import partial

import pytest

from tests.bench.conftest import SMALLER
from tests.bench.measuring import Figure, in_turns, milliseconds, timed
from tests.bench.test_pages import signed_in

READER, TURNS, GOAL = "lanh-dao@tdc.example", 40, 0.4


@pytest.mark.parametrize(
    ("name", "url", "goal"),
    [
        ("figures of an indicator", "/api/v1/indicators/MT5/values/", GOAL),
        ("a page of 200 rows of a register", "/api/v1/registers/enterprises/?page_size=200", GOAL),
        ("a page of 50 rows", "/api/v1/registers/enterprises/", None),  # most of both is who asks, and what they may
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
