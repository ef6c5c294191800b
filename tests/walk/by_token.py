"""The API once more by token: what it answers to a session it answers to a token of the same person, and no more."""

from collections.abc import Iterator
from dataclasses import replace

from tests.walk.actors import STRANGER, Actor
from tests.walk.cells import Cell, Expected, Planner

UNSEEN = Expected(frozenset({404}), allowed=False)
CLOSED = Expected(frozenset({401}), allowed=False)
WITHOUT_SCOPE = Expected(frozenset({403}), allowed=False)


def cells_of(planner: Planner, actor: Actor) -> Iterator[Cell]:
    for cell in planner.cells(actor):
        yield cell
        if _is_worth(planner, cell):
            yield from _by_token(cell, UNSEEN if not planner.rule.others_by_token else cell.expected)


def _is_worth(planner: Planner, cell: Cell) -> bool:
    """All of it in `make soak`. On every commit of each route and method whoever asks most there, and of those who may
    not every second, on the next route the others.
    """
    if not planner.route.has_scopes or not cell.actor.key or cell.variant:
        return False
    if planner.thorough:
        return True
    if cell.state or cell.method not in planner.rule.methods or cell.method == "HEAD":
        return False
    if cell.expected.allowed:
        return planner.is_witness(cell.actor, cell.method)
    return cell.actor.is_outside or bool(planner.turn_of(2)) == (cell.relation == "other")


def _by_token(cell: Cell, expected: Expected) -> Iterator[Cell]:
    """No token of a form is asked for. Whose account is closed, or who works nowhere, has none that opens anything;
    without the scope even who may is refused, before anything of theirs is looked at.
    """
    no_more = cell.actor.is_outside or cell.actor.name == STRANGER
    expected = CLOSED if no_more else expected
    yield replace(cell, variant="token", key=cell.actor.key, csrf=True, expected=expected)
    if cell.expected.allowed and not no_more and not cell.state:
        yield replace(cell, variant="token without scope", key=cell.actor.scopeless, csrf=True, expected=WITHOUT_SCOPE)
