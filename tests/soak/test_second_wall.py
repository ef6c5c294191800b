"""The walk behind the second wall: it is in nobody's way, and holds by itself where the first is away."""

import os
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import transaction

from program996.walled import HELD_ROLE, WalledConnection
from tests import bases
from tests.soak.portal import joined
from tests.walk.scopes_off import scopes_off
from tests.walk.walker import Walk


@pytest.fixture(scope="module")
def walk(django_db_blocker) -> Iterator[Walk]:
    with joined(SimpleNamespace(env=os.environ)), django_db_blocker.unblock():
        bases.begin()
        with transaction.atomic():
            yield Walk()
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def behind_the_wall(monkeypatch) -> None:
    monkeypatch.setattr(WalledConnection, "held_role", HELD_ROLE)


def test_it_is_in_nobodys_way(walk, say):
    found = walk.violations()
    say(f"behind the second wall: {walk.sent} cells, {len(found)} violations")
    assert found == []


def test_it_holds_by_itself(walk, say, monkeypatch):
    """Only of a record that both units see do answers differ: who of them writes it is for the first wall to say. (One
    who is half signed in is too late after minutes, behind any wall.)
    """
    scopes_off(monkeypatch)
    before = walk.sent
    found = walk.violations()
    apart = [line for line in found if " shared" in line or " half " in line]
    say(f"behind it alone: {walk.sent - before} cells, of shared records {len(apart)} lines otherwise")
    assert len(apart) > 0  # else nothing was off
    assert [line for line in found if line not in apart] == []
