"""What everybody may read names acts and publications, and nothing else of the world: no person, unit's row, closing's
reason or enterprise, in either language, also not those that people everywhere may see.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from apps.targets.models import Publication
from tests.walk.cells import Cell, Expected, Planner
from tests.walk.judging import canaries, texts
from tests.walk.places import PUBLIC
from tests.walk.routes import Route, all_routes

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("walk-2")]
TOLD = {"legaldocument", "publication"}
ROUTES = {
    key: route
    for key, route in all_routes().items()
    if key.startswith(("public:", "public-")) or key in ("dashboard:home", "documents:legaldocument_list")
}
FORMS = ("csv", "xlsx", "json", "json-stat")


def asked(walk, route: Route) -> Iterator[Cell]:
    """As nobody, in Vietnamese and in English; of files each form."""
    planner = Planner(walk.world, route, walk.matrix.routes[route.key])
    anonymous = walk.actors["anonymous"]
    [cell, *_more] = [one for one in planner.cells(anonymous) if one.method == "GET" and not one.variant]
    cell = replace(cell, expected=Expected(frozenset({200}), allowed=True))
    paths = [cell.path.replace(".json", f".{form}") for form in FORMS] if "form" in route.args else [cell.path]
    for path in paths:
        yield replace(cell, path=path)
        if not route.is_api:
            yield replace(cell, path=f"/en{path}")


@pytest.mark.parametrize("key", sorted(ROUTES))
def test_it_names_nothing_but_acts_and_publications(walk, key):
    for cell in asked(walk, ROUTES[key]):
        answer, faults = walk.run(cell)
        assert not faults, faults
        found = {match.group(2) for _place, text in texts(answer) for match in canaries(text)}
        assert found <= TOLD, (cell.path, found)


def test_both_are_met_somewhere(walk):
    """Else nothing was proved."""
    met = set()
    for route in ROUTES.values():
        for cell in asked(walk, route):
            met |= {match.group(2) for _place, text in texts(walk.answered(cell)) for match in canaries(text)}
    assert met == TOLD


def test_every_published_address_is_among_them(walk):
    made_of_files = ("help:", "feedback_open:")  # which have nothing of the world
    published = {
        key for key, rule in walk.matrix.routes.items() if rule.published and not key.startswith(made_of_files)
    }
    assert published <= ROUTES.keys()
    assert Publication.objects.get(pk=walk.world.get("publication", PUBLIC, "published").pk).withdrawn_at is None
