"""A person with a role in one of the real units."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit
from tests.factories.people import MembershipFactory


@pytest.fixture
def role(reference) -> Group:
    return Group.objects.get(name="register_keeper")


@pytest.fixture
def member_of(role) -> Callable[..., User]:
    """member_of("VN-24-2025", valid_to=…): a register keeper of that unit."""

    def make(unit_id: str, **fields) -> User:
        return MembershipFactory(unit=OrganisationUnit.objects.get(pk=unit_id), role=role, **fields).user

    return make
