"""The walk over every route. Two groups, so that both workers of the suite carry half of it."""

import pytest

from tests.walk.matrix import read
from tests.walk.routes import all_routes

pytestmark = pytest.mark.django_db
ROUTES = all_routes()
HALVES = [pytest.mark.xdist_group("walk-1"), pytest.mark.xdist_group("walk-2")]


def in_halves() -> list:
    return [pytest.param(key, marks=HALVES[place % 2]) for place, key in enumerate(sorted(ROUTES))]


@pytest.mark.parametrize("key", in_halves())
def test_route(walk, key):
    faults = walk.of_route(key)
    assert not faults, f"{len(faults)} violations:\n" + "\n".join(faults[:40])


def test_the_matrix_names_no_route_that_is_gone():
    assert sorted(set(read().routes) - set(ROUTES)) == []
