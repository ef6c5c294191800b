"""A code of the application counts once. The library remembers used codes in the cache, which may hang or forget."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, yield_hotp_counters_from_time
from django.db import transaction

LAST = "last_counter"  # in the row: the newest half-minute whose code was used


class CodeOnce(TOTP):
    def spend(self) -> None:
        """The code that set the application up opens nothing after that."""
        self._mark_code_used("")

    @transaction.atomic
    def _mark_code_used(self, code: str) -> bool:
        row = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
        newest = max(yield_hotp_counters_from_time())
        if row.data.get(LAST, 0) >= newest:
            return False
        row.data[LAST] = newest
        row.save(update_fields=["data"])
        return True
