"""Two published years, small enough to be counted on the fingers."""

from datetime import date

import pytest

from apps.progress.services import recompute
from apps.targets.models import Publication, UnitStatistic
from tests.conftest import BAC_GIANG, LAM_DONG
from tests.factories.closings import close, publish
from tests.progress.conftest import enterprise, event  # noqa: F401

DAY, HA_NOI = date(2025, 9, 1), "VN-01-2025"


@pytest.fixture
def closed(event) -> None:  # noqa: F811
    """2024 closed with 6 of Bắc Giang (today Bắc Ninh); 2025 with 16, as Hà Nội has 8 and Lâm Đồng 2."""
    for unit, day, number in ((BAC_GIANG, date(2024, 3, 1), 6), (HA_NOI, date(2025, 8, 1), 8), (LAM_DONG, DAY, 2)):
        for _ in range(number):
            event(day, unit)
        UnitStatistic.objects.create(code="active_enterprises", unit_id=unit, year=2025, value=400, source="thử")
    recompute()
    close(2024, 2025)


@pytest.fixture
def published(closed) -> Publication:
    return publish(2025)
