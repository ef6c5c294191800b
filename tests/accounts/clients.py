"""What a test does to a session that a person does by signing in and by waiting."""

import time
from importlib import import_module

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from apps.accounts.models import User
from apps.accounts.sessions import SEEN, SINCE

BACKEND = "apps.people.backends.MembershipBackend"


def prove(client: Client, user: User, seconds_ago: float = 0) -> None:
    """As if the person had given the password so long ago."""
    session = client.session
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() - seconds_ago}]
    session.save()


def let_proof_grow_old(client: Client) -> None:
    """Eleven minutes after signing in."""
    session = client.session
    for proof in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        proof["at"] -= 660
    session.save()


def let_pass(client: Client, *, since_use: int = 0, since_sign_in: int = 0) -> None:
    """The session's own clocks, set back."""
    session, now = client.session, int(time.time())
    session[SEEN], session[SINCE] = now - since_use, now - since_sign_in
    session.save()


def session_of(user: User, ahead: int = 0) -> str:
    """The key of a session as the sign-in leaves it, factors shown, without the price of a password."""
    now = time.time() + ahead
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: BACKEND,
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            SEEN: int(now),
            SINCE: int(now),
            _AUTHENTICATION_METHODS_USER_SESSION_KEY: str(user.pk),
            AUTHENTICATION_METHODS_SESSION_KEY: [
                {"method": "password", "at": now, "email": user.email},
                {"method": "mfa", "at": now, "type": "totp"},
            ],
        }
    )
    store.create()
    return store.session_key
