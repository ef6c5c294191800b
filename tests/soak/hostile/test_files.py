"""Hundreds of hostile and odd files over all doors: taken with what their cells show, or refused in clear words.

A file is a good one of its door with one or two damages. The same seed makes the same files; HOSTILE_EACH how many of
each door, HOSTILE_SEED others.
"""

import os
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from django.db import transaction

from tests.allocations.conftest import draft, figures, five, given  # noqa: F401 - fixtures
from tests.reports.conftest import editor, report, round_2026  # noqa: F401 - fixtures
from tests.soak.hostile import books, values, xmls, zips  # noqa: F401 - each tells its damages
from tests.soak.hostile.doors import DOORS, REGISTERS, Door, Outcome, door_of
from tests.soak.hostile.judging import faults
from tests.soak.hostile.material import DAMAGES, Damaged, joined
from tests.soak.hostile.other_doors import other_door
from tests.tasks.conftest import cuc, people, so  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]
SEED = os.environ.get("HOSTILE_SEED", "996")
EACH = int(os.environ.get("HOSTILE_EACH", "12"))  # files of a door
ALL = [(kind, name) for kind, named in DAMAGES.items() for name in named]
# A second damage may follow one of these kinds: openpyxl reads and writes the file again. Not one of these: the sheet
# stands elsewhere then, or is too much for it.
FIRST = ("book", "format", "text")
ALONE = {"a_hidden_sheet_in_front", "a_cover_in_front", "an_empty_sheet_in_front", "a_million_styles"}


def plan() -> dict[str, list[list[tuple[str, str]]]]:
    """Which damages each door gets: dealt out in turn, so that each is done somewhere and no door has what another has.

    Every third file has two.
    """
    dealt: dict[str, list[list[tuple[str, str]]]] = {door: [] for door in DOORS}
    rng, deck = Random(SEED), list[tuple[str, str]]()
    for number, door in enumerate(list(DOORS) * EACH):
        deck = deck or rng.sample(ALL, len(ALL))
        one = deck.pop()
        second = rng.choice([other for other in ALL if other[0] in (*FIRST, "raw")])
        dealt[door].append([one, second] if number % 3 == 0 and one[0] in FIRST and one[1] not in ALONE else [one])
    return dealt


PLAN = plan()


def damaged(door: Door, acts: list[tuple[str, str]], rng: Random) -> Damaged:
    material, claims, found = door.material, [], None
    for kind, name in acts:
        found = DAMAGES[kind][name](material, rng)
        claims.append(found.claim)
        if found.claim.taken is False:
            break
        material = replace(material, good=found.content)
    assert found is not None
    return replace(found, claim=joined(*claims))


def sent(door: Door, one: Damaged) -> Outcome:
    """What comes of it; nothing of it stays."""
    with transaction.atomic():
        found = door.send(one.content, one.ending)
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("name", DOORS)
def test_files(name: str, request: pytest.FixtureRequest, say: Callable[[str], None]) -> None:
    door = (door_of if name in REGISTERS else other_door)(name, request.getfixturevalue)
    base = door.send(door.material.good, "xlsx")
    assert base.taken, base.words
    assert not base.told, base.told
    wrong, counted = [], Counter[str]()
    for at, acts in enumerate(PLAN[name]):
        try:
            one = damaged(door, acts, Random(f"{SEED} {name} {at}"))
            found = sent(door, one)
            told = faults(door, base, found, one.claim)
        except Exception:  # what nobody foresaw is what is looked for
            told, found = [traceback.format_exc()[-900:]], Outcome(False)
        counted["wrong" if told else "taken" if found.taken else "refused"] += 1
        wrong += [f"{acts}: {one}" for one in told]
    say(f"{name}: {counted.total()} files, {dict(counted)}")
    assert not wrong, "\n" + "\n".join(wrong)
