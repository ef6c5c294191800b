import pytest
from django.db import transaction

from tests.walk.walker import Walk


@pytest.fixture(scope="module")
def walk(django_db_setup, django_db_blocker):
    """One world for all cells of this process, never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Walk()
        transaction.set_rollback(True)
