"""Copies of all lists over longer histories than a commit has time for."""

import pytest

from tests.api.test_changes import history, keep_copies, unlimited  # noqa: F401 - fixtures
from tests.exchange.conftest import bac_ninh, upload  # noqa: F401 - fixtures


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(10))
def test_copies_are_the_lists(history, signed_in, officer, keeper, unlimited, seed):  # noqa: F811
    keep_copies(history(seed), signed_in(officer), signed_in(keeper), steps=100)
