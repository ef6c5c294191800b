"""Chance that falls the same way every time."""

from bisect import bisect
from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Dice:
    """Everything stands on `random()`: the only sequence Python promises to keep between versions for one seed."""

    def __init__(self, seed: int):
        self.roll = Random(seed).random  # noqa: S311 - invented data, no secret

    def chance(self, share: float) -> bool:
        return self.roll() < share

    def number(self, low: int, high: int) -> int:
        return low + int(self.roll() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self.roll() * len(choices))]

    def day(self, first: date, last: date) -> date:
        return date.fromordinal(self.number(first.toordinal(), last.toordinal()))


class Weighted(Generic[T]):
    """Choices with weights, drawn by any dice."""

    def __init__(self, weights: dict[T, float]):
        self.choices = list(weights)
        self.edges = list(accumulate(weights.values()))

    def draw(self, dice: Dice) -> T:
        return self.choices[bisect(self.edges, dice.roll() * self.edges[-1])]
