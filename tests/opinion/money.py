"""Sums of money, of domain.md section 4: "five sources × four stages × budget year × task", in đồng."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from apps.tasks.models import BudgetLine, PlanTask
from tests.opinion.units import Link, heirs

STAGES = ("planned", "allocated", "disbursed", "settled")
NOT_APPROVED = ("draft", "proposed", "under_appraisal", "appraised", "returned", "rejected")


@dataclass(frozen=True)
class Line:
    home: str
    year: int
    source: str
    stage: str
    amount: int


def read_lines() -> list[Line]:
    """Of tasks that have been approved, in the unit whose money it is: of the central route the one that leads, else
    the province or ministry that approved (domain.md names no unit; README and pages say so).
    """
    tasks = {
        row["id"]: row
        for row in PlanTask.objects.values("id", "state", "route", "lead_unit_id", "approving_unit_id", "withdrawn_at")
        if row["withdrawn_at"] is None and row["state"] not in NOT_APPROVED
    }
    found = []
    for row in BudgetLine.objects.values("task_id", "year", "source", "stage", "amount"):
        if task := tasks.get(row["task_id"]):
            home = task["lead_unit_id"] if task["route"] == "central" else task["approving_unit_id"]
            found.append(Line(home, row["year"], row["source"], row["stage"], row["amount"]))
    return found


def sums(lines: Iterable[Line]) -> dict[tuple[int, str, str], int]:
    """By year, source ("": all) and stage; what nobody told is no key: "None = not reported, 0 = reported zero"."""
    found: dict[tuple[int, str, str], int] = {}
    for line in lines:
        for source in (line.source, ""):
            key = (line.year, source, line.stage)
            found[key] = found.get(key, 0) + line.amount
    return found


def sums_of_units(lines: Iterable[Line], links: list[Link], on: date | None) -> dict[tuple[int, str, str], Fraction]:
    """By year, unit and stage, in either view; `on` None: as reported."""
    found: dict[tuple[int, str, str], Fraction] = defaultdict(Fraction)
    for line in lines:
        for unit, share in (heirs(line.home, links, on) if on else {line.home: Fraction(1)}).items():
            found[line.year, unit, line.stage] += line.amount * share
    return dict(found)
