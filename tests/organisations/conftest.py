"""The real units of both maps, and a person with a role in one of them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from apps.accounts.models import User
from apps.core.reference import Facts
from apps.organisations.matching import ProvinceMatcher
from apps.organisations.models import OrganisationUnit
from apps.organisations.reference import load_units
from tests.conftest import TDC
from tests.factories.organisations import MembershipFactory
from tests.organisations.people import person, today


@pytest.fixture(scope="session")
def matcher(django_db_setup, django_db_blocker) -> ProvinceMatcher:
    """Built once for all texts, as an import builds it once for all rows; the units themselves are rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_units(Facts(Path(settings.BASE_DIR) / "fixtures"))
        built = ProvinceMatcher.load(today=date(2026, 11, 20))
        transaction.set_rollback(True)
    return built


@pytest.fixture
def role(reference) -> Group:
    return Group.objects.get(name="register_keeper")


@pytest.fixture
def member_of(role) -> Callable[..., User]:
    """member_of("VN-24-2025", valid_to=…): a register keeper of that unit."""

    def make(unit_id: str, **fields) -> User:
        return MembershipFactory(unit=OrganisationUnit.objects.get(pk=unit_id), role=role, **fields).user

    return make


@pytest.fixture
def reader_client(keeper, signed_in) -> Client:
    client = signed_in(keeper)
    client.get("/search/")  # the first request of a session also writes it
    return client


@pytest.fixture
def central(reference) -> User:
    return person("Phan Tuấn Kiệt", "programme_administrator", TDC)


@pytest.fixture
def central_client(central, signed_in) -> Client:
    return signed_in(central)


@pytest.fixture
def tomorrow() -> date:
    return today(1)
