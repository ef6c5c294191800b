"""People with a role in a unit, without passwords: hashing one for each of them would take minutes."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from apps.accounts.models import User
from apps.people.models import Membership
from tests.factories.people import MemberFactory


def today(plus: int = 0) -> date:
    return timezone.localdate() + timedelta(days=plus)


def add_role(user: User, role: str, unit: str, **fields: Any) -> Membership:
    given = {"valid_from": today(-100), **fields}
    return Membership.objects.create(user=user, unit_id=unit, role=Group.objects.get(name=role), **given)


def person(name: str, role: str, unit: str, **fields: Any) -> User:
    user = MemberFactory(full_name=name)
    add_role(user, role, unit, **fields)
    return user
