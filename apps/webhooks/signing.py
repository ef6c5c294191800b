"""Signatures by which a receiver knows the portal, and the secrets that make them.

A secret must be at hand to sign, so it cannot be kept as a hash: it lies encrypted, by a key that comes from
SECRET_KEY, as the secrets of second factors do. A copy of the database alone signs nothing.
"""

import hashlib
import hmac
import secrets

from cryptography.fernet import InvalidToken

from apps.accounts.secrets import decrypt, encrypt

PREFIX = "p996wh_"  # by which scanners of source code know one that was left lying about
SALT = "program996.webhook"


class UnreadableError(Exception):
    """The key by which it was sealed is gone from SECRET_KEY and its fallbacks."""


def new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def sealed(secret: str) -> str:
    return encrypt(secret, SALT)


def signature(sealed_secret: str, moment: int, body: str) -> str:
    try:
        key = decrypt(sealed_secret, SALT)
    except InvalidToken as error:
        raise UnreadableError from error
    return signature_by(key, moment, body)


def signature_by(key: str, moment: int, body: str) -> str:
    """`t=…,v1=…`: the second is HMAC-SHA256 of "t.body". The moment is signed too: nothing old can be played back."""
    return f"t={moment},v1={hmac.new(key.encode(), f'{moment}.{body}'.encode(), hashlib.sha256).hexdigest()}"
