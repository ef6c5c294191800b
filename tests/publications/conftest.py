"""A nation of two provinces with a handful of enterprises; 2025 is closed, and a book of it is begun."""

from datetime import date

import pytest

from apps.progress.services import recompute
from apps.publications.services.books import begin_book
from apps.publications.services.texts import write_section
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.closings import close
from tests.progress.conftest import enterprise, event  # noqa: F401 - fixtures


@pytest.fixture
def facts(event):  # noqa: F811
    """Five enterprises by 2025, three of them since 2025: two in Bắc Ninh, one in Lâm Đồng."""
    for day, unit in (
        (date(2024, 5, 1), BAC_NINH), (date(2024, 6, 1), LAM_DONG),
        (date(2025, 7, 2), BAC_NINH), (date(2025, 7, 3), BAC_NINH), (date(2025, 8, 1), LAM_DONG),
    ):  # fmt: skip
        event(day, unit)
    recompute()
    close(2024, 2025)


@pytest.fixture
def book(facts, officer):
    return begin_book("annual", 2025, None, by=officer)


@pytest.fixture
def written(book, officer):
    """Every compulsory section has a text; one binds figures."""
    for section in book.sections.filter(is_self_built=False):
        text = "Đã thực hiện theo kế hoạch."
        if section.code == "results":
            text = "# Doanh nghiệp\nCó {{mt5.2025}} doanh nghiệp, tăng {{mt5.2025.gain}} trong năm."
        write_section(section, text, seen=0, is_done=True, by=officer)
    book.refresh_from_db()
    return book
