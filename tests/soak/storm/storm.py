"""The storm itself: a seed, the people, and one step after the other."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from tests.soak.storm.actors import Actor, all_people
from tests.soak.storm.clock import Clock
from tests.soak.storm.doors import Doors
from tests.soak.storm.log import Log
from tests.soak.storm.machinery import Machinery

EVERY = 100  # steps from one look at everything to the next


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

    def __post_init__(self) -> None:
        self.doors = Doors(self.clock, self.log)
        self.people = all_people(self.clock.today)

    # ── who ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def anybody(self, dice: random.Random, *roles: str) -> Actor:
        return dice.choice([one for one in self.people if not roles or one.role in roles])

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
        """What is chosen hangs on the seed, the number of the step, and how things stand; not on the steps' own dice."""
        from tests.soak.storm import holds
        from tests.soak.storm.steps import CHOICES

        self.number += 1
        dice = random.Random(f"{self.seed}/{self.number}")
        names = sorted(CHOICES)
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
