"""What somebody may do next: each a function of the storm and this step's dice, with how often it comes."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.soak.storm.storm import Storm

Act = Callable[["Storm", random.Random], None]


@dataclass(frozen=True)
class Choice:
    act: Act
    weight: float


CHOICES: dict[str, Choice] = {}


def step(weight: float) -> Callable[[Act], Act]:
    def keep(act: Act) -> Act:
        CHOICES[act.__name__] = Choice(act, weight)
        return act

    return keep


for _found in iter_modules(__path__):
    import_module(f"{__name__}.{_found.name}")
