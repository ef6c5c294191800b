"""Secrets that must be at hand lie encrypted in the database: its copy alone makes no codes, and signs nothing.

The key comes from SECRET_KEY; those in SECRET_KEY_FALLBACKS still read what they wrote, until it is written anew
(`manage.py reencrypt_secrets`).
"""

import base64
from contextlib import suppress

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.utils.crypto import salted_hmac

from apps.core.secret_keys import secret_keys

SALT = "program996.second-factor"
SIGN = "gAAAAA"  # every Fernet token begins so; no base32 secret does, as it knows no small letters


def encrypt(text: str, salt: str = SALT) -> str:
    """Each purpose has a salt of its own: what was written for one is not readable as another's."""
    return _keys(salt).encrypt(text.encode()).decode()


def decrypt(text: str, salt: str = SALT) -> str:
    """What was stored before secrets were encrypted is readable as it stands."""
    return _keys(salt).decrypt(text.encode()).decode() if text.startswith(SIGN) else text


def renewed(text: str, salt: str = SALT) -> str:
    """The same by today's key; as it stands where that made it. InvalidToken where no key reads it."""
    keys = secret_keys()
    if text.startswith(SIGN):
        with suppress(InvalidToken):
            _key(keys[0], salt).decrypt(text.encode())
            return text
    return encrypt(decrypt(text, salt), salt)


def _keys(salt: str) -> MultiFernet:
    return MultiFernet([_key(secret, salt) for secret in secret_keys()])


def _key(secret: str, salt: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(salted_hmac(salt, "key", secret=secret, algorithm="sha256").digest()))
