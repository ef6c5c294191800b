"""The walk over every route, in two groups, so that both workers of the suite carry half of it."""

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator

from apps.jobs.registry import _handlers
from tests.walk.actors import ACTORS, OUTSIDE
from tests.walk.matrix import read
from tests.walk.routes import all_routes

pytestmark = pytest.mark.django_db
ROUTES = all_routes()
HALVES = [pytest.mark.xdist_group("walk-1"), pytest.mark.xdist_group("walk-2")]


def in_halves() -> list:
    """A route's own half never changes: routes beside it come and go."""
    return [pytest.param(key, marks=HALVES[sum(key.encode()) % 2]) for key in sorted(ROUTES)]


@pytest.mark.parametrize("key", in_halves())
def test_route(walk, key):
    faults = walk.of_route(key)
    assert not faults, f"{len(faults)} violations:\n" + "\n".join(faults[:40])


# ── the matrix itself ───────────────────────────────────────────────────────────────────────────────────────────────


@HALVES[0]
def test_the_matrix_names_no_route_that_is_gone():
    gone = sorted(set(read().routes) - set(ROUTES))
    assert not gone, f"in tests/permissions.yaml, but no address of the portal: {', '.join(gone)}"


def _named(path: str) -> str:
    """With a key where the description has its name."""
    for name, key in {"rounds/code": "rounds/2026", "code": "B6", "id": "1", "webhook": "1", "round": "2026"}.items():
        path = path.replace(f"/{name}/", f"/{key}/")
    return path


@HALVES[0]
def test_every_api_path_is_described_and_walked():
    """What the description of the API promises, the resolver has and the matrix knows; and the other way round."""
    described = {path.replace("{", "").replace("}", "") for path in SchemaGenerator().get_schema(public=True)["paths"]}
    walked = {key for key, route in ROUTES.items() if route.is_api and not key.startswith("api-")}
    matches = [resolve(_named(path)) for path in described]
    alike = {name: walked_one for walked_one, names in read().alike.items() for name in names}
    assert {match.view_name for match in matches} == walked | alike.keys()
    kinds = {match.view_name: match.func.cls.__bases__ for match in matches}
    assert all(kinds[name] == kinds[walked_one] for name, walked_one in alike.items())


@HALVES[0]
def test_every_person_may_do_something_and_not_everything():
    """A role that may do nothing, or everything, would prove nothing."""
    rules = [rule for route in read().routes.values() if not route.public for rule in route.methods.values()]
    for name in ACTORS:
        may = [any(mark.allowed for mark in rule.marks.get(name, {}).values()) for rule in rules]
        assert not all(may), name
        assert any(may) or name in OUTSIDE, name


@HALVES[0]
def test_every_kind_of_object_is_seen_somewhere(walk):
    """A canary that no page shows to anybody could not be missed where it leaks."""
    rules = read().routes.values()
    shown = {kind for rule in rules for kind in rule.shows}
    routed = {told.partition(":")[0].partition(".")[0] for rule in rules for told in _texts(rule.args)}
    hidden = {kind for kind in walk.world.canaried & routed if not walk.world.is_public(kind)}
    assert hidden - shown == set(read().unseen), "name these kinds under shows: of the page that shows them"


def _texts(args: dict) -> list[str]:
    return [value for value in args.values() if isinstance(value, str)]


@HALVES[0]
def test_there_are_cells_enough(walk):
    planned = walk.planned()
    assert planned >= read().least_cells, f"{planned} cells: a walk that shrinks proves less"


# ── pseudo-routes ───────────────────────────────────────────────────────────────────────────────────────────────────


@HALVES[0]
def test_every_kind_of_job_is_known():
    ours = {kind for kind, handler in _handlers.items() if handler.function.__module__.startswith("apps.")}
    assert ours == set(read().jobs), "say in tests/permissions.yaml for whom these jobs act"


@HALVES[0]
def test_every_command_is_known():
    ours = {config.name for config in apps.get_app_configs() if config.name.startswith(("apps.", "program996"))}
    assert {name for name, app in get_commands().items() if app in ours} == set(read().commands)
