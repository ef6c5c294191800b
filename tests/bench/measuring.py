"""How a figure is taken: beside its floor, in turns, so that whatever else the machine does falls on both."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

WARM_UPS = 2
Run = Callable[[], float]  # does the work and returns the seconds it took


@dataclass(frozen=True)
class Figure:
    """One line of `make bench`. Without a goal it is said for information."""

    name: str
    ours: str
    base: str
    ratio: float | None = None
    goal: float | None = None
    goal_text: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        goal = self.goal_text or (f"≤ {self.goal:g}" if self.goal is not None else "")
        verdict = "" if self.is_met is None else "ok" if self.is_met else "MISSED"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return self.name, self.ours, self.base, ratio, goal, verdict

    @property
    def is_met(self) -> bool | None:
        if self.goal is not None and self.ratio is not None:
            return self.ratio <= self.goal
        return self.met


def timed(work: Callable[[], object]) -> Run:
    def run() -> float:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    return run


def in_turns(*runs: Run, times: int) -> list[float]:
    """The median of each, after two warm-ups."""
    for _ in range(WARM_UPS):
        for run in runs:
            run()
    taken = [[run() for run in runs] for _ in range(times)]
    return [median(column) for column in zip(*taken, strict=True)]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


def table(figures: list[Figure]) -> list[str]:
    rows = [("figure", "ours", "floor or peer", "ratio", "goal", ""), *(figure.cells for figure in figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
