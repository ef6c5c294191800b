"""Statistics of tasks, of domain.md section 4: the class of each task on a day, by its days alone."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from apps.framework.models import FrameworkItem
from apps.organisations.models import OrganisationUnit
from apps.tasks.models import PlanTask
from tests.opinion.units import Link, heirs

LEFT_OUT = ("draft", "rejected", "terminated")  # "drafts, rejected and terminated tasks are left out"
SOON = timedelta(days=3)  # "due soon (3 days)"


@dataclass(frozen=True)
class Task:
    code: str
    state: str
    item: str
    year: int
    route: str
    lead: str
    approving: str
    due: date
    first_due: date
    reported: date | None
    accepted: date | None

    def stands(self, on: date, *, first: bool = False) -> str:
        """domain.md: "By the day of the completion report that was accepted"; "reported in time and waiting is open
        in time".
        """
        if self.state in LEFT_OUT:
            return ""
        due = self.first_due if first else self.due
        reported = self.reported if self.reported and self.reported <= on else None
        if reported and self.accepted and self.accepted <= on:
            return "done_in_time" if reported <= due else "done_late"
        if reported and reported <= due:
            return "open_in_time"
        if on > due:
            return "open_overdue"
        return "due_soon" if reported is None and due - on <= SOON else "open_in_time"


def read_tasks() -> list[Task]:
    rows = PlanTask.objects.values(
        "code", "state", "framework_item_id", "year", "route", "lead_unit_id", "approving_unit_id", "due_on",
        "first_due_on", "reported_on", "accepted_on", "withdrawn_at",
    )  # fmt: skip
    return [
        Task(
            row["code"], row["state"], row["framework_item_id"], row["year"], row["route"], row["lead_unit_id"],
            row["approving_unit_id"], row["due_on"], row["first_due_on"], row["reported_on"], row["accepted_on"],
        )
        for row in rows
        if row["withdrawn_at"] is None
    ]  # fmt: skip


def told(tasks: Iterable[Task], on: date, *, first: bool = False) -> dict:
    """domain.md: "Rates are said of tasks due (done + overdue)"; `due_soon` are among `open_in_time` (README)."""
    classes = Counter(filter(None, (task.stands(on, first=first) for task in tasks)))
    in_time, late, overdue = (classes[name] for name in ("done_in_time", "done_late", "open_overdue"))
    still, done = classes["open_in_time"] + classes["due_soon"], in_time + late
    total, due = done + still + overdue, done + overdue
    return {
        "total": total, "done_in_time": in_time, "done_late": late, "open_in_time": still, "open_overdue": overdue,
        "due_soon": classes["due_soon"],
        "rates": {
            "done_of_due": [done, due], "overdue_of_due": [overdue, due], "done_in_time_of_done": [in_time, done],
            "done_of_total": [done, total],
        },
    }  # fmt: skip


class Grouping:
    """By what tasks are told apart."""

    def __init__(self, links: list[Link], on: date, *, current: bool):
        self.links, self.on, self.current = links, on, current
        self.parents = dict(OrganisationUnit.objects.values_list("id", "parent_id"))
        self.items = {row["code"]: row for row in FrameworkItem.objects.values("code", "list", "group_id")}

    def unit(self, unit: str) -> str:
        """Written: "a unit stands for its past and its sub-units; with `units=as-reported` for its sub-units only"
        (README).
        """
        while self.parents[unit]:
            unit = self.parents[unit]
        if not self.current:
            return unit
        following = heirs(unit, self.links, self.on)
        assert len(following) == 1, "whole tasks are not divided among several heirs"
        return next(iter(following))

    def reached(self, unit: str) -> set[str]:
        """Every unit that a task's lead counts for: itself, those above it, and who carries their past."""
        found = {unit}
        while parent := self.parents[unit]:
            found.add(parent)
            unit = parent
        if self.current:
            found |= {heir for one in list(found) for heir in heirs(one, self.links, self.on)}
        return found

    def key(self, by: str, task: Task) -> str:
        keys: dict[str, Callable[[], str]] = {
            "unit": lambda: self.unit(task.lead), "year": lambda: str(task.year), "route": lambda: task.route,
            "list": lambda: self.items[task.item]["list"], "group": lambda: self.items[task.item]["group_id"] or "",
        }  # fmt: skip
        return keys[by]()
