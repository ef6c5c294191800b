from collections.abc import Callable
from datetime import date

import pytest

from apps.enterprises.models import Enterprise, ProgrammeEvent
from tests.conftest import BAC_NINH
from tests.factories.enterprises import AssuranceProgrammeFactory, EnterpriseFactory, ProgrammeEventFactory


@pytest.fixture
def enterprise(reference) -> Enterprise:
    return EnterpriseFactory(name="Công ty CP Thực phẩm Sông Cầu")


@pytest.fixture
def event_of(reference) -> Callable[..., ProgrammeEvent]:
    """event_of(enterprise, "applied", date(2026, 3, 12), unit=…): one more dated stage of it."""

    def make(
        enterprise: Enterprise,
        stage: str = "applied",
        on: date = date(2026, 3, 12),
        *,
        unit: str = BAC_NINH,
        form: str = "served",
        **fields,
    ) -> ProgrammeEvent:
        programme = AssuranceProgrammeFactory(enterprise=enterprise, form=form)
        return ProgrammeEventFactory(programme=programme, stage=stage, occurred_on=on, unit_id=unit, **fields)

    return make
