"""Two provinces and the nation with four accepted years of MT5, and an allocation of what is missing until 2030."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.allocations import services
from apps.allocations.models import Allocation
from apps.allocations.services import Entry
from apps.targets.models import Indicator
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.closings import close, document
from tests.factories.targets import IndicatorValueFactory

FIGURES = {None: (1000, 2000, 4000, 7000), BAC_NINH: (100, 200, 300, 400), LAM_DONG: (10, 20, 40, 100)}
YEARS = (2022, 2023, 2024, 2025)


@pytest.fixture
def five(reference) -> Indicator:
    return Indicator.objects.get(code="MT5")


@pytest.fixture
def figures(five) -> None:
    for unit, values in FIGURES.items():
        for year, value in zip(YEARS, values, strict=True):
            IndicatorValueFactory(indicator=five, year=year, unit_id=unit, value=Decimal(value))
    close(*YEARS)


@pytest.fixture
def draft(figures, five, officer) -> Allocation:
    return services.draft_allocation(five, 2026, 2030, by=officer)


@pytest.fixture
def given(draft, officer) -> Allocation:
    """Two provinces and a ministry have their numbers."""
    entries = [
        Entry(BAC_NINH, None, Decimal(1000)),
        Entry(LAM_DONG, None, Decimal(501)),
        Entry("BCT", None, Decimal(50)),
    ]
    services.write_amounts(draft, entries, by=officer)
    return draft


@pytest.fixture
def approved(officer, leader) -> Callable[[Allocation], Allocation]:
    def act(allocation: Allocation, by: User | None = None) -> Allocation:
        return services.approve(services.propose(allocation, by=officer), document("55/QĐ-THU"), by=by or leader)

    return act
