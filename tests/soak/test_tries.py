"""What tests/accounts tries two dozen times, a thousand times, with the limits of a portal."""

import pytest

from tests.accounts.conftest import checked
from tests.accounts.test_limits import (
    person,
    plain_answer,
    test_many_tries_at_many_accounts,
    test_many_tries_at_one_account,
    test_many_tries_with_rotating_forwarded_addresses,
)

__all__ = [
    "checked",
    "person",
    "plain_answer",
    "test_many_tries_at_many_accounts",
    "test_many_tries_at_one_account",
    "test_many_tries_with_rotating_forwarded_addresses",
]
pytestmark = pytest.mark.django_db


@pytest.fixture
def allowed(settings) -> int:
    assert settings.SIGN_IN_FAILURES_PER_ADDRESS == 100
    return 100


@pytest.fixture
def tries() -> int:
    return 1_000
