from datetime import date

import pytest

from tests.people.people import today


@pytest.fixture
def tomorrow() -> date:
    return today(1)
