"""What tasks are expected to add to a target until its year: plans, and part of no figure."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from apps.accounts.models import User
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.progress.selectors import GOAL
from apps.targets.models import Indicator
from apps.tasks.models import Contribution
from apps.tasks.moving import State

GIVEN_UP = (State.REJECTED, State.TERMINATED)
MOST_UNITS = 10


@dataclass(frozen=True)
class Expected:
    """Of the tasks of one state, or one unit that leads: how many, and what they are expected to add."""

    label: str
    tasks: int
    amount: Decimal


@dataclass(frozen=True)
class Contributions:
    by_state: list[Expected]  # in the order of a task's way
    by_unit: list[Expected]  # the most first

    @property
    def amount(self) -> Decimal:
        return sum((one.amount for one in self.by_state), Decimal(0))

    @property
    def named(self) -> list[Expected]:
        return self.by_unit[:MOST_UNITS]

    @property
    def more(self) -> int:
        return max(0, len(self.by_unit) - MOST_UNITS)


def contributions_of(indicator: Indicator, user: User, after: int) -> Contributions | None:
    """Of the years after `after` until the target's, of tasks in sight; None where nothing is expected."""
    rows = Contribution.objects.visible_to(user).filter(indicator=indicator, year__gt=after, year__lte=GOAL)
    live = rows.exclude(task__state__in=GIVEN_UP).order_by().values_list("task__state", "task__lead_unit")
    found = list(live.annotate(Count("task", distinct=True), Sum("amount")))
    if not found:
        return None
    labels, order = unit_labels(), {str(state): place for place, state in enumerate(State)}
    states: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    units: dict[UnitLabel, list[tuple[int, Decimal]]] = defaultdict(list)
    for state, unit, tasks, amount in found:
        states[state].append((tasks, amount))
        units[labels[unit]].append((tasks, amount))
    by_state = [_sum(str(State(state).label), states[state]) for state in sorted(states, key=order.__getitem__)]
    by_unit = [_sum(label.distinct_name, units[label]) for label in sorted(units, key=lambda label: label.sort)]
    return Contributions(by_state, sorted(by_unit, key=lambda one: -one.amount))


def _sum(label: str, parts: list[tuple[int, Decimal]]) -> Expected:
    counts, amounts = zip(*parts, strict=True)
    return Expected(label, sum(counts), sum(amounts, Decimal(0)))
