"""Real lineages: Bắc Ninh of 2025 is Bắc Giang and Bắc Ninh, Lâm Đồng is Lâm Đồng, Bình Thuận and Đắk Nông."""

from collections.abc import Callable
from datetime import date

import pytest

from apps.accounts.models import User
from apps.plans.models import UnitPlan
from tests.factories.registers import PlanFactory

EARLY = date(2020, 3, 10)


@pytest.fixture
def plan(reference) -> Callable[..., UnitPlan]:
    """plan(BAC_GIANG): of 2020 to 2030, unless said otherwise."""

    def make(unit: str, issued_on: date = EARLY, first: int = 2020, last: int = 2030, **given) -> UnitPlan:
        return PlanFactory(unit_id=unit, issued_on=issued_on, first_year=first, last_year=last, **given)

    return make


@pytest.fixture
def by(member) -> User:
    return member("Central", "register_keeper", "UBTDC")
