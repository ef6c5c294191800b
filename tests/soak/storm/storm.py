"""The storm itself: a seed, the people, and one step after the other."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from apps.organisations.selectors import heir_of
from tests.soak.storm.actors import Actor, all_people
from tests.soak.storm.clock import Clock
from tests.soak.storm.doors import Doors
from tests.soak.storm.log import Log
from tests.soak.storm.machinery import Machinery

EVERY = 100  # steps from one look at everything to the next
TRIED = 5


@dataclass
class Storm:
    seed: int
    clock: Clock
    machinery: Machinery
    log: Log
    people: list[Actor] = field(default_factory=list)
    memory: dict[str, Any] = field(default_factory=dict)  # what a hold saw the last time
    counted: Counter[str] = field(default_factory=Counter)
    number: int = 0
    among: tuple[str, ...] = ()  # only these steps; none named: all

    def __post_init__(self) -> None:
        self.doors = Doors(self.clock, self.log)
        self.people = all_people(self.clock.today)

    # ── who ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def anybody(self, dice: random.Random, *roles: str) -> Actor:
        """Of one of these roles: a role that is named twice comes twice as often."""
        role = dice.choice(roles) if roles else ""
        return dice.choice([one for one in self.people if role in ("", one.role)])

    def whoever_has(
        self, dice: random.Random, rows_of: Callable[[Actor], list[Any]], *roles: str
    ) -> tuple[Actor, list[Any]]:
        """The first of some who has such rows; the last of them where nobody has."""
        actor, rows = self.anybody(dice, *roles), []
        for _other in range(TRIED):
            if rows := rows_of(actor):
                break
            actor = self.anybody(dice, *roles)
        return actor, rows

    def home(self, actor: Actor) -> str:
        """The unit in which this person works since the last act on it."""
        return heir_of(actor.unit, self.today)

    @property
    def today(self) -> Any:
        return self.clock.today

    # ── the run ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def blow(self, *, steps: int | None = None, minutes: float | None = None, until_fault: bool = True) -> "Storm":
        """`minutes` of this machine, or so many steps; all that must hold is looked at at the end, too."""
        from tests.soak.storm import holds

        ends = time.monotonic() + minutes * 60 if minutes else None
        holds.begin(self)
        while not (until_fault and self.log.faults):
            if (steps is not None and self.number >= steps) or (ends and time.monotonic() > ends):
                break
            self.step()
            if self.number % EVERY == 0:
                holds.look(self)
        if self.number % EVERY:
            holds.look(self)
        return self

    def step(self) -> None:
        """What is chosen hangs on the seed, the number of the step, and how things stand."""
        from tests.soak.storm import holds
        from tests.soak.storm.steps import CHOICES

        self.number += 1
        dice = random.Random(f"{self.seed}/{self.number}")
        names = sorted(self.among or CHOICES)
        [name] = dice.choices(names, [CHOICES[one].weight for one in names])
        self.log.begin(self.number, name, f"{timezone.localtime(self.clock.now()):%Y-%m-%d}")
        self.counted[name] += 1
        try:
            CHOICES[name].act(self, dice)
            self.machinery.settle()
            holds.at_once(self)
        except Exception as error:  # a storm that stumbles says so, and where
            import traceback

            self.log.fault(f"{error!r}\n{''.join(traceback.format_exception(error)[-3:])}")
        self.log.end()


Act = Callable[[Storm, random.Random], None]
