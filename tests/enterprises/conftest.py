import re
from collections.abc import Callable
from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.enterprises.models import Enterprise, ProgrammeEvent
from tests.conftest import BAC_NINH
from tests.exchange.conftest import bac_ninh, undo, upload, write  # noqa: F401 - the way of a file is the same here
from tests.factories.enterprises import AssuranceProgrammeFactory, EnterpriseFactory, ProgrammeEventFactory

LIST = "/registers/enterprises/"


def text_of(response: HttpResponse) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def client(signed_in, keeper) -> Client:
    """Signed in as the keeper of Bắc Ninh."""
    return signed_in(keeper)


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
