"""The money of one task as its page shows it: a row for each year and source, a column for each stage."""

from collections import defaultdict
from dataclasses import dataclass

from apps.tasks.models import BudgetLine, PlanTask
from apps.tasks.models.money import Source, Stage


@dataclass(frozen=True)
class Row:
    year: int
    label: str
    amounts: list[int | None]  # in the order of the stages; None: no figure


@dataclass(frozen=True)
class Budget:
    """`years`: each with its rows and their sums by stage; `total`: of all years."""

    stages: list[str]
    years: list[tuple[int, list[Row], list[int | None]]]
    total: list[int | None]

    @property
    def after_planned(self) -> list[tuple[str, int]]:
        """What there is of the later stages: given, paid out, settled; of all years."""
        later = zip(self.stages[1:], self.total[1:], strict=True)
        return [(label, amount) for label, amount in later if amount is not None]

    @property
    def planned(self) -> int | None:
        return self.total[0] if self.total else None


def budget_of(task: PlanTask) -> Budget:
    lines = list(task.budget.all())
    years: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for line in lines:
        years[line.year][line.source][line.stage] = line.amount
    told = [
        (year, [Row(year, str(Source(source).label), _in_order(by_stage)) for source, by_stage in _sorted(sources)],
         _sum([line for line in lines if line.year == year]))
        for year, sources in sorted(years.items())
    ]  # fmt: skip
    return Budget([str(stage.label) for stage in Stage], told, _sum(lines))


def _sorted(sources: dict[str, dict[str, int]]) -> list[tuple[str, dict[str, int]]]:
    order = list(Source.values)
    return sorted(sources.items(), key=lambda one: order.index(one[0]))


def _in_order(amounts: dict[str, int]) -> list[int | None]:
    return [amounts.get(stage) for stage in Stage.values]


def _sum(lines: list[BudgetLine]) -> list[int | None]:
    """No figure at all is no figure; 0 is zero."""
    found: dict[str, int] = {}
    for line in lines:
        found[line.stage] = found.get(line.stage, 0) + line.amount
    return _in_order(found)
