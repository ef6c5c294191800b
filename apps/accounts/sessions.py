"""How long a session lives, and who ends it. A session ends half an hour after the last use, at the latest twelve hours
after sign-in; the person may end it from elsewhere. At security level 3 it ends sooner (program996/security_level.py).

What the portal keeps of a session beside Django's own row (address, browser, last use) is allauth's UserSession.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY, clear_login, unstash_login
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from apps.accounts.models import User
from apps.core.request import SignedInRequest

SEEN, SINCE = "seen", "since"  # in the session: last use, to the minute; sign-in
HALF = "half_signed_in"  # in the session after the password: what `get_session_auth_hash` said then


@dataclass(frozen=True)
class TimeLeft:
    """Seconds until the session ends unused, and until it ends whatever happens."""

    idle: int
    absolute: int

    @property
    def is_over(self) -> bool:
        return min(self.idle, self.absolute) <= 0


def time_left(request: HttpRequest) -> TimeLeft:
    now = time.time()
    seen, since = request.session.get(SEEN, now), request.session.get(SINCE, now)
    return TimeLeft(
        idle=int(seen + _idle_of(request) - now),
        absolute=int(since + settings.SESSION_ABSOLUTE_SECONDS - now),
    )


def _idle_of(request: HttpRequest) -> int:
    """Who administers is asked after only where that makes a difference."""
    everybodys, administrators = settings.SESSION_COOKIE_AGE, settings.SESSION_ADMINISTRATORS_AGE
    if administrators < everybodys and isinstance(request.user, User) and request.user.is_administrator:
        return administrators
    return everybodys


def write_every() -> int:
    """Reading a page should not write each time: a used session is written once a minute."""
    return min(60, settings.SESSION_ADMINISTRATORS_AGE // 10)


def note_use(request: HttpRequest, *, at_once: bool = False) -> None:
    """Keep a used session alive, and remember from where it was used."""
    now, session = int(time.time()), request.session
    if SINCE not in session:
        session[SINCE] = now
    if not at_once and now - session.get(SEEN, 0) <= write_every():
        return
    session[SEEN] = now
    known = UserSession.objects.filter(session_key=session.session_key, user=request.user)
    if not session.session_key or not known.update(last_seen_at=timezone.now()):
        UserSession.objects.create_from_request(request)


def sessions_of(user: User) -> list[UserSession]:
    """The live ones, last used first. Rows of those that ended by themselves are left out."""
    listed = list(UserSession.objects.filter(user=user).order_by("-last_seen_at", "-id"))
    stored = _store().get_model_class().objects
    live = set(
        stored.filter(session_key__in=[one.session_key for one in listed], expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    return [one for one in listed if one.session_key in live]


def end_session(session: UserSession) -> None:
    session.end()


def end_other_sessions(request: SignedInRequest) -> int:
    """All of this person's but the one that asks, those that are only half signed in too."""
    user = request.user
    _begin_epoch(user)
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    return _end(UserSession.objects.filter(user=user.pk).exclude(session_key=request.session.session_key))


def end_all_sessions(user: User) -> int:
    _begin_epoch(user)
    return _end(UserSession.objects.filter(user=user.pk))


def _begin_epoch(user: User) -> None:
    """From here on no session is good that began before, whether a list knows it or not."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


# --- half signed in: the password was right, the second factor is still asked for ------------------------------------


def begin_half(request: HttpRequest, user: User) -> None:
    """Bind what goes on to the account as it is now."""
    request.session[HALF] = user.get_session_auth_hash()


def half_still_stands(request: HttpRequest, user: User) -> bool:
    """Neither the password nor the sessions' epoch changed since, and the account is open. `user` as read just now."""
    bound = request.session.get(HALF, "")
    return user.is_active and constant_time_compare(bound, user.get_session_auth_hash())


def drop_stale_half(request: HttpRequest) -> None:
    """A half-signed-in session whose ground is gone begins anew at the sign-in page."""
    login = unstash_login(request, peek=True) if LOGIN_SESSION_KEY in request.session else None
    if login is not None and login.user is not None and not half_still_stands(request, login.user):
        clear_login(request)


def forget_ended_sessions() -> None:
    """What ended by itself goes: no address, browser or half-typed form is kept of a session that nobody has."""
    _store().get_model_class().objects.filter(expire_date__lt=timezone.now()).delete()
    live = _store().get_model_class().objects.filter(session_key=OuterRef("session_key"))
    long_ago = timezone.now() - timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
    UserSession.objects.filter(~Exists(live), last_seen_at__lt=long_ago).delete()


def _end(sessions: Any) -> int:
    ending = list(sessions)
    for session in ending:
        session.end()
    return len(ending)


def _store() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore
