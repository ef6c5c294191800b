import pytest

from apps.publications.services.books import begin_book
from tests.factories.books import begun
from tests.progress.conftest import enterprise, event  # noqa: F401 - fixtures
from tests.publications.facts import facts  # noqa: F401 - a fixture


@pytest.fixture
def book(facts, officer):  # noqa: F811
    return begin_book("annual", 2025, None, by=officer)


@pytest.fixture
def written(facts, officer):  # noqa: F811
    """Every compulsory section has a text; one binds figures."""
    return begun(officer)
