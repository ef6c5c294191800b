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


def people_at_once(**told: tuple[str, str, str]) -> dict[str, User]:
    """key=("Trần Văn Lợi", "unit_editor", unit): as `person` makes each, in two statements for all of them."""
    users = User.objects.bulk_create([MemberFactory.build(full_name=name) for name, _role, _unit in told.values()])
    roles = {role.name: role for role in Group.objects.filter(name__in={role for _name, role, _unit in told.values()})}
    Membership.objects.bulk_create(
        Membership(user=user, unit_id=unit, role=roles[role], valid_from=today(-100))
        for user, (_name, role, unit) in zip(users, told.values(), strict=True)
    )
    return dict(zip(told, users, strict=True))


def person(name: str, role: str, unit: str, **fields: Any) -> User:
    user = MemberFactory(full_name=name)
    add_role(user, role, unit, **fields)
    return user
