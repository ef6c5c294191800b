"""Invented money of the invented tasks: by source and year, at the stages that their state has come to."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.framework.models import FrameworkItem
from apps.funding.models import VarianceExplanation
from apps.funding.rows import COUNTED
from apps.funding.selectors.cells import cells, variant
from apps.tasks.models import BudgetLine, PlanTask
from apps.tasks.models.money import Source, Stage
from apps.tasks.moving import State
from program996.demo.bulk import copy_rows
from program996.demo.dice import Dice
from program996.demo.programmes import MARK
from program996.demo.years import LAST_DAY

MILLION = 1_000_000
RUNNING = LAST_DAY.year
SPENT = frozenset({Stage.DISBURSED, Stage.SETTLED})
# Triệu đồng a year, by kind of task.
SIZES = {
    PlanTask.Kind.INVESTMENT: (4_000, 26_000),
    PlanTask.Kind.SCIENCE: (350, 2_400),
    PlanTask.Kind.RECURRENT: (60, 900),
}
REASONS = (
    "Hồ sơ mời thầu phải lập lại sau khi điều chỉnh dự toán.",
    "Thiết bị giao chậm, thanh toán dồn sang quý sau.",
    "Chờ thẩm định giá, dự kiến thanh toán trong tháng 12.",
    "Khối lượng thực hiện tăng so với kế hoạch, đã cân đối trong dự toán được giao.",
)
Line = tuple[int, int, str, str, int]  # task, year, source, stage, đồng


def load_budgets(seed: int, officer: User, leader: User) -> int:
    """Of every invented task that has no money yet; how many amounts. The same for the same seed and tasks."""
    dice, now = Dice(seed + 7), timezone.now()
    takes = {item.code for item in FrameworkItem.objects.all() if item.takes_investment}
    tasks: Any = PlanTask.objects.filter(origin__in=["demo", "yearly"], budget__isnull=True).order_by("code", "pk")
    lines = [line for task in tasks.iterator(chunk_size=2000) for line in _lines(dice, task, takes)]
    columns = ("task_id", "year", "source", "stage", "amount", "kept_at")
    copy_rows(BudgetLine, columns, [(*line, now) for line in lines])
    explain(dice, officer, leader)
    return len(lines)


def _lines(dice: Dice, task: PlanTask, takes: set[str]) -> Iterator[Line]:
    first = (task.starts_on or task.due_on).year if task.term == PlanTask.Term.MEDIUM else task.year
    for year in range(max(2018, min(first, task.due_on.year)), min(task.due_on.year, 2035) + 1):
        for source, share in _sources(dice, task, takes):
            planned = round(dice.number(*SIZES[PlanTask.Kind(task.kind)]) * share)
            for stage, amount in _stages(dice, max(1, planned), year, task.state in COUNTED):
                if stage in SPENT and task.state == State.APPROVED:
                    continue  # nobody has begun
                yield task.pk, year, source, stage, amount * MILLION


def _sources(dice: Dice, task: PlanTask, takes: set[str]) -> Iterator[tuple[str, float]]:
    if task.route == PlanTask.Route.PROVINCE:
        yield Source.LOCAL, 1.0
    elif task.kind == PlanTask.Kind.INVESTMENT and task.framework_item_id in takes:
        yield Source.CENTRAL_INVESTMENT, 1.0
    else:
        yield Source.CENTRAL_RECURRENT, 1.0
    if dice.chance(0.3):
        yield Source.ENTERPRISE, 0.4
    if dice.chance(0.1):
        yield Source.OTHER, 0.2


def _stages(dice: Dice, planned: int, year: int, is_approved: bool) -> Iterator[tuple[str, int]]:
    """Triệu đồng. What nobody has told has no line; of years to come there is the plan alone."""
    yield Stage.PLANNED, planned
    if not is_approved or year > RUNNING:
        return
    allocated = planned if dice.chance(0.85) else round(planned * dice.number(60, 95) / 100)
    if dice.chance(0.97):
        yield Stage.ALLOCATED, allocated
    spent = dice.number(38, 82) if year == RUNNING else dice.number(91, 100)
    if year == RUNNING and dice.chance(0.5):
        spent = dice.number(91, 100)
    elif dice.chance(0.05):
        spent = dice.number(111, 130) if dice.chance(0.3) else dice.number(20, 80)
    disbursed = round(planned * spent / 100)
    if not dice.chance(0.97 if year < RUNNING else 0.93):
        return
    yield Stage.DISBURSED, disbursed
    if year < RUNNING and dice.chance(0.99 if year < RUNNING - 1 else 0.9):
        yield Stage.SETTLED, disbursed


def explain(dice: Dice, officer: User, leader: User) -> None:
    """Most variances are explained. By whom is known of the central route alone, where the office accepts some."""
    found: Any = variant(cells(BudgetLine.objects.filter(task__origin__in=["demo", "yearly"])))
    now, rows = timezone.now(), []
    for cell in found.select_related("task").order_by("task__code", "year", "source").iterator(chunk_size=2000):
        if not dice.chance(0.9 if cell.year < RUNNING else 0.55):
            continue
        row = VarianceExplanation(
            task_id=cell.task_id, year=cell.year, source=cell.source, planned=cell.planned or 0,
            disbursed=cell.disbursed, text=f"{dice.pick(REASONS)} {MARK}.",
        )  # fmt: skip
        if cell.task.route == PlanTask.Route.CENTRAL:
            row.explained_by, row.explained_at = officer, now
            if dice.chance(0.9 if cell.year < RUNNING else 0.4):
                row.accepted_by, row.accepted_at = leader, now
        rows.append(row)
    VarianceExplanation.objects.bulk_create(rows, batch_size=2000)
