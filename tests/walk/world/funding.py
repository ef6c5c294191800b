"""Money of one approved task of every unit: too little spent last year, with somebody's explanation."""

from datetime import date

from django.utils import timezone

from apps.funding.models import VarianceExplanation
from apps.tasks.models import BudgetLine, PlanTask
from apps.tasks.routes import route_of
from tests.walk.world.base import World, builder

MILLION = 1_000_000
YEAR = 2025


@builder
def money(world: World, place: str) -> None:
    route, approving = route_of(place)
    task = world.make(
        "moneytask", place, PlanTask, code=f"CANARY-{place}-{world.number()}", framework_item_id="B.6",
        kind="recurrent", term="yearly", year=2026, lead_unit_id=place, due_on=date(2026, 12, 31),
        first_due_on=date(2026, 12, 31), route=route, approving_unit_id=approving, origin="demo", state="in_progress",
        moved_at=timezone.now(), withdrawn_reason="", resume_to="",
    )  # fmt: skip
    amounts = {YEAR: {"planned": 100, "allocated": 80, "disbursed": 12}, 2026: {"planned": 50, "allocated": 40}}
    for year, told in amounts.items():
        for stage, amount in told.items():
            line = BudgetLine(task=task, year=year, source="local", stage=stage, amount=amount * MILLION)
            line.save()
            world.own(line, place)
    world.make(
        "variance", place, VarianceExplanation, task=task, year=YEAR, source="local", planned=100 * MILLION,
        disbursed=12 * MILLION,
    )  # fmt: skip
