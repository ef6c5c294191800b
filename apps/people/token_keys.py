"""Keys of the API: 256 bits behind a sign by which scanners of source code know them.

The base holds an HMAC of each, made with a pepper out of SECRET_KEY, which the base does not hold: a dump opens
nothing, and nobody tries keys against it. A pepper from SECRET_KEY_FALLBACKS still reads what it wrote; with
its next use a token is written anew with today's.
"""

import hashlib
import hmac
import re
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

from apps.core.scrubbing import KEY_SIGN

SALT = "program996.api-token"
PATTERN = re.compile(rf"{KEY_SIGN}[A-Za-z0-9_-]{{43}}")  # the README tells it to scanners


def new_key() -> str:
    return KEY_SIGN + secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    return _digest(key, settings.SECRET_KEY)


def digests_of(key: str) -> list[str]:
    """Under every pepper that still counts, today's first. Of what cannot be a key: none, and nobody asks the base."""
    if not PATTERN.fullmatch(key):
        return []
    return [_digest(key, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _digest(key: str, secret: str) -> str:
    pepper = salted_hmac(SALT, "pepper", secret=secret, algorithm="sha256").digest()
    return hmac.new(pepper, key.encode(), hashlib.sha256).hexdigest()
