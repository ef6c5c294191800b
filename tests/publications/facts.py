"""A nation of two provinces with a handful of enterprises, of which 2025 is closed."""

from datetime import date

import pytest

from apps.progress.services import recompute
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.closings import close


@pytest.fixture
def facts(event):
    """Five enterprises by 2025, three of them since 2025: two in Bắc Ninh, one in Lâm Đồng."""
    for day, unit in (
        (date(2024, 5, 1), BAC_NINH), (date(2024, 6, 1), LAM_DONG),
        (date(2025, 7, 2), BAC_NINH), (date(2025, 7, 3), BAC_NINH), (date(2025, 8, 1), LAM_DONG),
    ):  # fmt: skip
        event(day, unit)
    recompute()
    close(2024, 2025)
