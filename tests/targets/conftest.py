"""The two who close a period, and facts to close."""

import pytest

from apps.accounts.models import User
from tests.progress.conftest import by, enterprise, event

__all__ = ["by", "enterprise", "event"]


@pytest.fixture
def leader(member) -> User:
    return member("Leader TDC", "programme_leader", "UBTDC")
