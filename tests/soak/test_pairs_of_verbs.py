"""Two people, two verbs of one row, the same moment: for every model with a state, every pair from every state.

Whoever comes second waits for the first, and then acts on the row as it is by then: makes a move that the table has
from there, or is told that it is not the moment. What was read before the wait counts for nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from apps.core.moves import moves_from
from apps.exchange.models import ImportBatch
from tests.at_once import at_once
from tests.lives import LIVES, Life
from tests.progress.conftest import enterprise, event  # noqa: F401 - for the life of closings
from tests.publications.facts import facts  # noqa: F401 - for the life of books

pytestmark = pytest.mark.django_db(transaction=True)
LOCKED = "55P03"
# It locks the job, which a worker locks before the batch; what the job then finds of the batch is asked under lock.
WAITS_FOR_NONE = {(ImportBatch, "retry")}


@pytest.mark.parametrize("model", LIVES, ids=lambda model: model._meta.label)
def test_of_two_verbs_at_once_the_second_sees_what_the_first_did(model, request, say):
    life = LIVES[model](request.getfixturevalue)
    tried, wrong = 0, []
    for row in rows_of(life):
        for first, second in pairs(life, row):
            tried += 1
            wrong += of_pair(life, row, first, second)
    say(f"{model._meta.label}: {tried} pairs of verbs, {len(wrong)} of them wrong")
    assert not wrong, "\n".join(wrong)


def rows_of(life: Life) -> Iterator[Any]:
    """Each of its states committed, so that others see it."""
    rows = iter(life.rows)
    while True:
        with transaction.atomic():
            row = next(rows, None)
        if row is None:
            return
        yield anew(row)


def pairs(life: Life, row: Any) -> Iterator[tuple[str, str]]:
    verbs = sorted({move.verb for move in moves_from(row, row.state) if move.leaves(row) and move.permission})
    yield from ((one, other) for one in verbs for other in verbs)


def of_pair(life: Life, row: Any, first: str, second: str) -> Iterator[str]:
    name = f"{row.state}: {first}, then {second}"
    one, other = door_of(life, first), door_of(life, second)
    if not WAITS_FOR_NONE & {(type(row), first), (type(row), second)}:
        with taken_back():
            one(anew(row))
            [gift] = at_once([lambda: impatient(lambda: other(anew(row)))])
            if not (isinstance(gift, DatabaseError) and code_of(gift) == LOCKED):
                yield f"{name}: does not wait, {gift!r}"
    with taken_back():
        seen = anew(row)
        one(anew(row))
        between = anew(row)
        fits = {
            move.target or between.state for move in type(row).MOVES if move.verb == second and move.leaves(between)
        }
        try:
            with transaction.atomic():
                other(seen)
        except (ValidationError, PermissionDenied):
            after = anew(row)
            if after.state != between.state:
                yield f"{name}: refused, and yet {after.state}"
        else:
            after = anew(row)
            if after.state not in fits:
                yield f"{name}: made from {between.state}, now {after.state}"


def door_of(life: Life, verb: str) -> Callable[[Any], Any]:
    doors = life.doors[verb]
    return doors[0] if isinstance(doors, list) else doors


def impatient(act: Callable[[], Any]) -> Any:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '150ms'")
        act()
        transaction.set_rollback(True)


def code_of(error: DatabaseError) -> str:
    return getattr(error.__cause__, "pgcode", "") or ""


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def anew(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)
