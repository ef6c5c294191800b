from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = _("Tài khoản")

    def ready(self) -> None:
        from allauth.mfa.recovery_codes.internal import auth as recovery
        from allauth.mfa.totp.internal import auth as totp

        from apps.accounts.recovery import HashedCodes
        from apps.accounts.totp import CodeOnce

        totp.TOTP = CodeOnce  # the library looks its classes up there each time
        recovery.RecoveryCodes = HashedCodes
