"""Secrets of second factors lie encrypted in the database: its copy alone makes no codes.

The key comes from SECRET_KEY; those in SECRET_KEY_FALLBACKS still read what they wrote.
"""

import base64

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "program996.second-factor"
SIGN = "gAAAAA"  # every Fernet token begins so; no base32 secret does, as it knows no small letters


def encrypt(text: str) -> str:
    return _keys().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """What was stored before secrets were encrypted is readable as it stands."""
    return _keys().decrypt(text.encode()).decode() if text.startswith(SIGN) else text


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(salted_hmac(SALT, "key", secret=secret, algorithm="sha256").digest()))
