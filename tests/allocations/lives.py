"""The life of an allocation; the doors are those of `tests/lives.py`."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.allocations import services
from apps.allocations.models import Allocation, AllocationLine, Portion
from apps.allocations.services import Entry
from apps.targets.models import Indicator, Target
from tests.conftest import BAC_NINH
from tests.factories.closings import document


def of_allocations(fixture: Callable[[str], Any]) -> Any:
    from tests.lives import Life

    officer, leader = fixture("officer"), fixture("leader")
    act, day = document(), timezone.localdate() + timedelta(days=3)
    doors: dict[str, Any] = {
        "fill": lambda one: services.write_amounts(one, [Entry(BAC_NINH, None, _another(one))], by=officer),
        "circulate": lambda one: services.circulate(one, day, by=officer),
        "propose": lambda one: services.propose(one, by=officer),
        "return_for_revision": lambda one: services.return_for_revision(one, "Chưa cân đối", by=leader),
        "approve": lambda one: services.approve(one, act, by=leader),
        "supersede": lambda one: services.supersede(one, by=officer),
    }
    by = {"": officer, "return_for_revision": leader, "approve": leader}
    return Life(
        Allocation, _allocations(officer, leader, doors), doors, by, (Allocation, Portion, AllocationLine, Target)
    )


def _another(allocation: Allocation) -> Decimal:
    lines = AllocationLine.objects.filter(portion__allocation=allocation, portion__unit=BAC_NINH)
    return Decimal(1 + sum(one.amount or 0 for one in lines))


def _allocations(officer: Any, leader: Any, doors: dict[str, Any]) -> Iterator[Allocation]:
    five = Indicator.objects.get(code="MT5")
    allocation = services.draft_allocation(five, 2026, 2030, by=officer)
    services.write_amounts(allocation, [Entry(BAC_NINH, None, Decimal(100))], by=officer)
    yield allocation
    for verb in ("circulate", "propose", "return_for_revision", "propose", "approve", "supersede"):
        doors[verb](Allocation.objects.get(pk=allocation.pk))
        yield allocation
