from allauth.account.auth_backends import AuthenticationBackend


class SignInBackend(AuthenticationBackend):
    """Says who somebody is. What they may do, only memberships say (apps.people.backends)."""

    def has_perm(self, user_obj, perm: str, obj=None) -> bool:
        return False

    def has_module_perms(self, user_obj, app_label: str) -> bool:
        return False

    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        return set()
