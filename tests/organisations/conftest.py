"""The real units of both maps, and a person with a role in one of them."""

from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from apps.core.reference import Facts
from apps.organisations.matching import ProvinceMatcher
from apps.organisations.reference import load_units
from tests.factories.organisations import MembershipFactory

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.fixture
def units(db):
    load_units(Facts(FIXTURES))


@pytest.fixture(scope="session")
def matcher(django_db_setup, django_db_blocker):
    """Built once for all texts, as an import builds it once for all rows; the units themselves are rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_units(Facts(FIXTURES))
        built = ProvinceMatcher.load(today=date(2026, 11, 20))
        transaction.set_rollback(True)
    return built


@pytest.fixture
def role(db) -> Group:
    """A role that may see units and enter enterprises."""
    group = Group.objects.create(name="register_keeper")
    codes = ["view_organisationunit", "view_enterprise", "change_enterprise"]
    group.permissions.set(Permission.objects.filter(codename__in=codes))
    return group


@pytest.fixture
def member_of(units, role):
    def make(unit_id: str, **fields):
        return MembershipFactory(unit_id=unit_id, role=role, **fields).user

    return make
