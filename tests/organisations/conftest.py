"""The real units of both maps."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from apps.core.reference import Facts
from apps.organisations.matching import ProvinceMatcher
from apps.organisations.reference import load_units


@pytest.fixture(scope="session")
def matcher(django_db_setup, django_db_blocker) -> ProvinceMatcher:
    """Built once for all texts, as an import builds it once for all rows; the units themselves are rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_units(Facts(Path(settings.BASE_DIR) / "fixtures"))
        built = ProvinceMatcher.load(today=date(2026, 11, 20))
        transaction.set_rollback(True)
    return built
