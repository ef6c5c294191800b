"""Keys of the API: 256 bits behind a sign by which scanners of source code know them.

The base holds an HMAC of each, made with a pepper that the base does not hold: a dump opens nothing, and nobody tries
keys against it. It comes out of TOKEN_PEPPER, or of SECRET_KEY where there is none. Former ones of either still read
what they wrote; with its next use a token is written anew with today's.
"""

import hashlib
import hmac
import re
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

from apps.core.scrubbing import KEY_SIGN
from apps.core.secret_keys import secret_keys

SALT = "program996.api-token"
PATTERN = re.compile(rf"{KEY_SIGN}[A-Za-z0-9_-]{{43}}")  # the README tells it to scanners


def new_key() -> str:
    return KEY_SIGN + secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    return _digest(key, _secrets()[0])


def digests_of(key: str) -> list[str]:
    """Under every pepper that still counts, today's first. Of what cannot be a key: none, and nobody asks the base."""
    if not PATTERN.fullmatch(key):
        return []
    return [_digest(key, secret) for secret in _secrets()]


def _secrets() -> list[str]:
    own = [settings.TOKEN_PEPPER] if settings.TOKEN_PEPPER else []
    every = [*own, *settings.TOKEN_PEPPER_FALLBACKS, *secret_keys()]
    if not own:  # none any more, or none yet: what SECRET_KEY makes is today's
        every.insert(0, settings.SECRET_KEY)
    return list(dict.fromkeys(every))


def _digest(key: str, secret: str) -> str:
    pepper = salted_hmac(SALT, "pepper", secret=secret, algorithm="sha256").digest()
    return hmac.new(pepper, key.encode(), hashlib.sha256).hexdigest()
