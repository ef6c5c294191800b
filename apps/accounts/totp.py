"""A code of the application counts once. The library remembers used codes in the cache, which may hang or forget.

The half-minute before counts too (RFC 6238, 5.2): whoever reads a code and types it is often overtaken by the next one.
"""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction

LAST = "last_counter"  # in the row: the newest half-minute whose code was used


class CodeOnce(TOTP):
    def validate_code(self, code: str) -> bool:
        secret, now = decrypt(self.instance.data["secret"]), _half_minute()
        for counter in (now, now - 1):
            if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter))):
                return self._use_up(counter)
        return False

    def spend(self) -> None:
        """The code that set the application up opens nothing after that."""
        self._use_up(_half_minute())

    @transaction.atomic
    def _use_up(self, counter: int) -> bool:
        """Whether that half-minute's code, or a later one, was not used before."""
        row = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
        if row.data.get(LAST, 0) >= counter:
            return False
        row.data[LAST] = counter
        row.save(update_fields=["data"])
        return True


def _half_minute() -> int:
    return max(yield_hotp_counters_from_time())
