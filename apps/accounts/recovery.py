"""Recovery codes can be read back only until their owner has kept them; from then on their hashes lie in the row."""

import time

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

HASHES = "hashes"  # in the row, in place of the seed: one for each code that was not used yet


class HashedCodes(RecoveryCodes):
    instance: Authenticator

    @property
    def left(self) -> int:
        hashes = self.instance.data.get(HASHES)
        return len(self.get_unused_codes() if hashes is None else hashes)

    def get_unused_codes(self) -> list[str]:
        return [] if HASHES in self.instance.data else super().get_unused_codes()

    @transaction.atomic
    def mark_as_viewed(self) -> None:
        self._lock()
        if HASHES not in self.instance.data:
            hashes = [make_password(code) for code in self.get_unused_codes()]
            self.instance.data = {HASHES: hashes, "viewed_at": time.time()}
            self.instance.save(update_fields=["data"])

    @transaction.atomic
    def validate_code(self, code: str) -> bool:
        self._lock()
        hashes = self.instance.data.get(HASHES)
        if hashes is None:
            return super().validate_code(code)
        typed = normalize_user_code(code)
        if len(typed) != app_settings.RECOVERY_CODE_DIGITS:  # a code of the application: no hash need be made
            return False
        for known in hashes:
            if check_password(typed, known):
                hashes.remove(known)
                self.instance.save(update_fields=["data"])
                return True
        return False

    def _lock(self) -> None:
        self.instance = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
