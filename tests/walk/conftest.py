import pytest
from django.db import transaction

from tests.walk.walker import Walk


@pytest.fixture(scope="package")
def walk(django_db_setup, django_db_blocker):
    """One world for all that this process asks, never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Walk()
        transaction.set_rollback(True)
