"""Tasks behind the plan, as many as a base lacks: of all items and years, in the states of a programme under way."""

import random
from datetime import date, timedelta

from django.utils import timezone

from apps.framework.models import FrameworkItem
from apps.organisations.models import OrganisationUnit
from apps.tasks.models import PlanTask, TaskProgress
from apps.tasks.moving import DONE, REPORTED
from apps.tasks.routes import route_of

PAST, NOW = ["closed"] * 14 + ["accepted"] * 4 + ["in_progress", "terminated"], ["in_progress"] * 3 + ["approved"] * 2
SMALL_PLAN, LARGE_PLAN = 1_000, 22_000


def fill_tasks(count: int) -> None:
    dice = random.Random(996)
    provinces = OrganisationUnit.objects.filter(kind="province", valid_to=None).values_list("pk", flat=True)
    routes = {unit: route_of(unit) for unit in [*provinces, "BCT", "BYT", "UBTDC", "VMI"]}
    units = {"A": ["UBTDC", "VMI"], "B": [unit for unit in routes if unit not in ("UBTDC", "VMI")]}
    items = list(FrameworkItem.objects.items())
    there = PlanTask.objects.count()
    rows = [_task(at, dice.choice(items), units, routes, dice) for at in range(there, count)]
    made = PlanTask.objects.bulk_create(rows, batch_size=2000)
    TaskProgress.objects.bulk_create(
        [
            TaskProgress(task=task, percent=dice.randrange(0, 100, 10), told_on=date(task.year, month, 20))
            for task in made
            if task.state == "in_progress"
            for month in (3, 6, 9)
        ],
        batch_size=5000,
    )


def _task(at: int, item: FrameworkItem, units: dict, routes: dict, dice: random.Random) -> PlanTask:
    today = timezone.localdate()
    year = dice.randint(item.first_year or 2019, min(item.last_year or 2030, today.year))
    unit, due = dice.choice(units[item.list]), date(year, dice.randint(1, 12), 28)
    state = dice.choice(PAST if year < today.year else NOW)
    reported = min(due - timedelta(days=dice.randint(-30, 60)), today) if state in REPORTED else None
    return PlanTask(
        code=f"BENCH-{at}", framework_item=item, title=f"Nhiệm vụ {at}", kind="recurrent", term="yearly", year=year,
        lead_unit_id=unit, product="Báo cáo", due_on=due, first_due_on=due, origin="demo", state=state,
        moved_at=timezone.now(), route=routes[unit][0], approving_unit_id=routes[unit][1], reported_on=reported,
        accepted_on=reported if state in DONE else None,
    )  # fmt: skip
