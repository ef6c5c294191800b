from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = _("Tài khoản")

    def ready(self) -> None:
        from allauth.mfa.totp.internal import auth

        from apps.accounts.totp import CodeOnce

        auth.TOTP = CodeOnce  # the library looks its class up there each time
