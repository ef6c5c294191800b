"""Sign-in, second factor, password, own sessions and address. Of allauth only what is named here; no signing up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path

from apps.accounts import oidc
from apps.accounts.views.address import AddressChangeView, AddressConfirmView
from apps.accounts.views.entrance import (
    ForgottenPasswordView,
    OwnPasswordView,
    SecondFactorView,
    SignInView,
    SignOutView,
)
from apps.accounts.views.factors import (
    AppAddView,
    ConfirmByKeyView,
    FactorRemoveView,
    KeyAddView,
    KeyRemoveView,
    RecoveryCodesNewView,
    RecoveryCodesView,
)
from apps.accounts.views.language import LanguageView
from apps.accounts.views.sessions import OtherSessionsEndView, SessionEndView, SessionStateView, SignedInAgainView

urlpatterns = [
    path("accounts/login/", login_not_required(SignInView.as_view()), name="account_login"),
    path("accounts/logout/", login_not_required(SignOutView.as_view()), name="account_logout"),
    path("accounts/inactive/", login_not_required(account.account_inactive), name="account_inactive"),
    path("accounts/verify/", login_not_required(SecondFactorView.as_view()), name="mfa_authenticate"),
    path("accounts/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/confirm/key/", ConfirmByKeyView.as_view(), name="mfa_reauthenticate_webauthn"),
    path("accounts/password/change/", OwnPasswordView.as_view(), name="account_change_password"),
    path("accounts/password/reset/", login_not_required(account.password_reset), name="account_reset_password"),
    path(
        "accounts/password/reset/sent/",
        login_not_required(account.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^accounts/password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",  # the key has hyphens too
        login_not_required(ForgottenPasswordView.as_view()),
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/done/",
        login_not_required(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("account/email/", AddressChangeView.as_view(), name="account_email"),
    path("account/email/<str:key>/", AddressConfirmView.as_view(), name="account_confirm_email"),
    path("account/factors/app/", AppAddView.as_view(), name="mfa_activate_totp"),
    path("account/factors/app/remove/", FactorRemoveView.as_view(), name="mfa_deactivate_totp"),
    path("account/factors/keys/add/", KeyAddView.as_view(), name="mfa_add_webauthn"),
    path("account/factors/keys/<int:pk>/remove/", KeyRemoveView.as_view(), name="mfa_remove_webauthn"),
    path("account/factors/recovery-codes/", RecoveryCodesView.as_view(), name="mfa_view_recovery_codes"),
    path("account/factors/recovery-codes/new/", RecoveryCodesNewView.as_view(), name="mfa_generate_recovery_codes"),
    path("account/language/", login_not_required(LanguageView.as_view()), name="account_language"),
    path("account/session/", login_not_required(SessionStateView.as_view()), name="account_session"),
    path("account/session/again/", SignedInAgainView.as_view(), name="account_signed_in_again"),
    path("account/sessions/<int:pk>/end/", SessionEndView.as_view(), name="account_session_end"),
    path("account/sessions/end/", OtherSessionsEndView.as_view(), name="account_sessions_end"),
]

if settings.OIDC_SERVER_URL:
    urlpatterns += oidc.routes()
