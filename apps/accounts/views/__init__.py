from apps.accounts.views.entrance import SignInView
from apps.accounts.views.recent import RecentSignInMixin

__all__ = ["RecentSignInMixin", "SignInView"]
