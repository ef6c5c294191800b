"""Only sign-in, second factor and password of allauth are routed; signing up is closed."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from apps.accounts.views import SignInView

urlpatterns = [
    path("accounts/login/", login_not_required(SignInView.as_view()), name="account_login"),
    path("accounts/logout/", login_not_required(account.logout), name="account_logout"),
    path("accounts/inactive/", login_not_required(account.account_inactive), name="account_inactive"),
    path("accounts/verify/", login_not_required(mfa.authenticate), name="mfa_authenticate"),
    path("accounts/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/reset/", login_not_required(account.password_reset), name="account_reset_password"),
    path(
        "accounts/password/reset/sent/",
        login_not_required(account.password_reset_done),
        name="account_reset_password_done",
    ),
    path(
        "accounts/password/reset/<str:uidb36>-<path:key>/",
        login_not_required(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/done/",
        login_not_required(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
