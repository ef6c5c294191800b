"""Processes killed at random, as memory shortage, crashes and people with `kill -9` do it."""

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.soak.portal import Portal

PAUSE = (1.0, 3.0)  # seconds between two kills
CHILD = " child"  # "worker child": not the process of the pid file but one that it started


def kill_with_children(portal: Portal, name: str) -> bool:
    """Whatever of it was at work is cut off at this moment; False where it is away just now."""
    children = portal.children(name)
    was_there = portal.send(name, signal.SIGKILL)
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    return was_there


class Killer:
    """`with Killer(portal, names, seed): …` kills one of them every one to three seconds."""

    def __init__(self, portal: Portal, names: Sequence[str], seed: int) -> None:
        self.portal, self.names, self.dice = portal, names, random.Random(seed)
        self.killed: Counter[str] = Counter()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.ended.set()
        self.thread.join()

    def __str__(self) -> str:
        return ", ".join(f"{name} {count}" for name, count in sorted(self.killed.items()))

    def _run(self) -> None:
        while not self.ended.wait(self.dice.uniform(*PAUSE)):
            name = self.dice.choice(self.names)
            self.killed[name] += self._kill(name)

    def _kill(self, name: str) -> bool:
        if not name.endswith(CHILD):
            return self.portal.send(name, signal.SIGKILL)
        children = self.portal.children(name.removesuffix(CHILD))
        with suppress(ProcessLookupError):
            if children:
                os.kill(self.dice.choice(children), signal.SIGKILL)
                return True
        return False
