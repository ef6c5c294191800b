import factory

from apps.tasks.models import BudgetLine
from tests.factories.tasks import PlanTaskFactory

MILLION = 1_000_000


class BudgetLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BudgetLine

    task = factory.SubFactory(PlanTaskFactory, state="in_progress")
    year = 2026
    source = "local"
    stage = "planned"
    amount = 100 * MILLION


def give(task, year=2026, source="local", **millions):
    """give(task, planned=100, allocated=90): the amounts of one cell, in triệu đồng."""
    for stage, amount in millions.items():
        BudgetLineFactory(task=task, year=year, source=source, stage=stage, amount=int(amount * MILLION))
    return task
