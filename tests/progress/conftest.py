"""Facts made by hand, so that every figure can be counted on the fingers."""

from collections.abc import Callable
from datetime import date
from itertools import count

import pytest

from apps.accounts.models import User
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.organisations.models import OrganisationUnit
from tests.conftest import BAC_NINH

_numbers = count(1)


@pytest.fixture
def enterprise(reference) -> Callable[..., Enterprise]:
    def make(unit: str = BAC_NINH, **fields) -> Enterprise:
        number = next(_numbers)
        values = {
            "tax_code": f"01{number:07d}0",
            "name": f"Công ty số {number}",
            "ownership": Enterprise.Ownership.PRIVATE,
            "located_on": date(2026, 1, 1),
        }
        return Enterprise.objects.create(unit_id=unit, **values | fields)

    return make


@pytest.fixture
def event(enterprise) -> Callable[..., ProgrammeEvent]:
    """event(date, unit): a new enterprise in force since that day in that unit; or one more event of `of`."""

    def make(on: date, unit: str = BAC_NINH, *, of: Enterprise | None = None, form="served", stage="applied", **fields):
        programme, _created = AssuranceProgramme.objects.get_or_create(enterprise=of or enterprise(unit), form=form)
        return ProgrammeEvent.objects.create(
            programme=programme,
            stage=stage,
            occurred_on=on,
            unit=OrganisationUnit.objects.get(pk=unit),
            reported_by_id=unit,
            **fields,
        )

    return make


@pytest.fixture
def by(member) -> User:
    return member("Central", "register_keeper", "UBTDC")
