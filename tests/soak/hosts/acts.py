"""What happens to hosts, by a seed: one after the other is killed or cut off, and comes back. Where the database is
concerned its operator does what the manual says, after as long as it takes to be called.
"""

import random
import time
from dataclasses import dataclass

from tests.soak.hosts.lan import Host
from tests.soak.hosts.people import Gaps
from tests.soak.hosts.portal import NUMBERS, Portals

NOTICED = 5.0  # seconds until the operator types
AWAY = (8.0, 15.0)
CALM = (2.0, 4.0)
KILLED, CUT = "killed", "cut off"
OF_THE_BASE = ("primary", "standby")
MUST = [("primary", KILLED), ("primary", CUT), ("standby", KILLED)]


@dataclass(frozen=True)
class Done:
    what: str
    how: str
    host: str
    promoted_in: float = 0.0

    def __str__(self) -> str:
        return f"{self.what} {self.host} {self.how}" if self.what != self.host else f"{self.host} {self.how}"


def drawn(dice: random.Random, count: int) -> list[tuple[str, str]]:
    """Each host both ways before any comes again; what matters most is among any number of them."""
    deck: list[tuple[str, str]] = []
    while len(deck) < count:
        whole = [(what, how) for what in (*NUMBERS, *OF_THE_BASE) for how in (KILLED, CUT)]
        deck += dice.sample(whole, len(whole))
    lacking = [one for one in MUST if one not in deck[:count]][:count]
    others = [at for at, one in enumerate(deck[:count]) if one not in MUST]
    for at, one in zip(dice.sample(others, len(lacking)), lacking, strict=True):
        deck[at] = one
    return deck[:count]


class Fate:
    def __init__(self, portals: Portals, gaps: Gaps, dice: random.Random) -> None:
        self.portals, self.gaps, self.dice = portals, gaps, dice
        self.done: list[Done] = []

    def act(self, what: str, how: str) -> Done:
        base = self.portals.databases
        host = {"primary": base.primary, "standby": base.standby}.get(what) or self.portals.lan.hosts[what]
        self.gaps.act = f"{len(self.done) + 1}: {what} {host.name} {how}"
        host.kill() if how == KILLED else host.cut()
        away_until = time.monotonic() + self.dice.uniform(*AWAY)
        took = 0.0
        if what in OF_THE_BASE:
            self.portals.rest(NOTICED)
            if what == "primary":
                took = base.fail_over()
            else:
                base.order(base.primary, "alone")
        self.portals.rest(max(0.0, away_until - time.monotonic()))
        self._bring_back(host, what, how)
        self.portals.wait(self.portals.is_ready, 120, f"the portal after {self.gaps.act}")
        self.portals.rest(self.dice.uniform(*CALM))
        self.done.append(Done(what, how, host.name, took))
        return self.done[-1]

    def _bring_back(self, host: Host, what: str, how: str) -> None:
        if how == CUT:
            host.plug()
        if what == "primary":
            self.portals.databases.make_standby()
            return
        if how == KILLED:
            host.start()
        if what == "standby":
            self.portals.databases.together()
