from django.contrib.auth.backends import BaseBackend

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.people.rights import needs_second_factor, rights_of, units_with
from apps.people.roles import GRANTABLE


class MembershipBackend(BaseBackend):
    """Answers `has_perm` from today's memberships. In which unit is asked of querysets (`editable_by`), not here."""

    def get_user(self, user_id: int) -> User | None:
        """A closed account has no session left, whoever forgot to end it."""
        return User.objects.filter(pk=user_id, is_active=True).first()

    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        return rights_of(user_obj).permissions

    def has_perm(self, user_obj, perm: str, obj=None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)

    def units_with(self, user_obj: User, perm: str) -> UnitScope:
        return units_with(user_obj, perm)

    def needs_second_factor(self, user_obj: User) -> bool:
        return needs_second_factor(user_obj)

    def administers(self, user_obj: User) -> bool:
        held = {role for roles in rights_of(user_obj).roles.values() for role in roles}
        return user_obj.is_superuser or not held.isdisjoint(GRANTABLE)
