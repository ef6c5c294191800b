"""What everybody asked of the portal, and how long each waited: in turns of the day, by the name of the page."""

import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from django.db import connection

from tests.bench.measuring import Figure, milliseconds
from tests.soak.visitor import Answer, Visitor

LONGER = 4  # times its median alone may one page in twenty take
FEW = 20  # answers of which no twentieth part can be told


@dataclass(frozen=True)
class Asked:
    turn: str
    page: str
    seconds: float
    status: int
    address: str


@dataclass
class Log:
    """`turn`: of the day, as the test names it; `troubles`: whatever should not have happened, in words."""

    turn: str = ""
    asked: list[Asked] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def took(self, turn: str, page: str) -> list[float]:
        return [one.seconds for one in self.asked if (one.turn, one.page) == (turn, page)]

    def pages(self, turn: str) -> list[str]:
        return sorted({one.page for one in self.asked if one.turn == turn})

    def refused(self) -> list[str]:
        """No person of the day asks for what they may not have."""
        return [f"{one.page} {one.address}: {one.status}" for one in self.asked if one.status >= 400]

    def figures(self, turn: str, alone: str) -> list[Figure]:
        """Of each page: one in twenty of that turn took longer than this, beside its median alone."""
        pages = [page for page in self.pages(turn) if self.took(alone, page)]
        return [self._figure(page, self.took(turn, page), median(self.took(alone, page))) for page in pages]

    def _figure(self, page: str, took: Sequence[float], alone: float) -> Figure:
        slow = quantiles(took, n=20)[-1] if len(took) >= FEW else max(took)
        name = f"{page} ({len(took)} times)"
        return Figure(name, milliseconds(slow), f"alone {milliseconds(alone)}", slow / alone, LONGER)


@dataclass
class Person:
    """Somebody with a browser. `hurry`: so much shorter are the pauses."""

    name: str
    visitor: Visitor
    log: Log
    dice: random.Random
    hurry: float = 1

    def get(self, page: str, path: str) -> Answer:
        return self._noted(page, path, self.visitor.get(path))

    def post(self, page: str, path: str, **values: Any) -> Answer:
        return self._noted(page, path, self.visitor.post(path, **values))

    def _noted(self, page: str, path: str, answer: Answer) -> Answer:
        self.log.asked.append(Asked(self.log.turn, page, answer.seconds, answer.status, path))
        return answer

    def rest(self, shortest: float = 1, longest: float = 3) -> None:
        if self.hurry:
            time.sleep(self.dice.uniform(shortest, longest) / self.hurry)


def all_of_them(log: Log, ways: Iterable[tuple[str, Callable[[], object]]]) -> list[threading.Thread]:
    """Each in a thread of its own, begun now; what stops one of them is a trouble of the day, and stops nobody else."""

    def go(name: str, way: Callable[[], object]) -> None:
        try:
            way()
        except Exception as error:
            log.troubles.append(f"{name}: {error!r:.600}")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=one) for one in ways]
    for thread in threads:
        thread.start()
    return threads


def together(log: Log, ways: Iterable[tuple[str, Callable[[], object]]]) -> None:
    for thread in all_of_them(log, ways):
        thread.join()
