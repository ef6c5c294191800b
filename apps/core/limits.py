"""How often one person, or one address of the network, may ask for what is dear. Tries at sign-in are counted in the
database by others: a limit that guards a door must not open. These only keep the work of one off the others.

Counted in the cache, from one window of time to the next. Where the cache is away each process counts for itself: no
limit opens, none closes the portal, and nobody waits for a server that hangs.
"""

import math
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from apps.core.clients import client_network

PAUSE = 15  # seconds in which a cache that did not answer is not asked again: asking a hung one costs half a second
KEPT_HERE = 10_000
TURNS = 9963  # our number among PostgreSQL's advisory locks
WAIT_FOR_TURN = 10  # seconds
log = structlog.get_logger(__name__)
_here: Counter[str] = Counter()
_away_until = 0.0


class TooMany(Exception):  # noqa: N818  # an answer rather than an error: 429
    reason = _("Có quá nhiều yêu cầu từ tài khoản này trong thời gian ngắn.")

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait  # seconds


class NotInTurn(TooMany):
    """The person's last one is still being worked on."""

    reason = _("Tệp bạn vừa yêu cầu còn đang được lập. Mỗi người chỉ lập được một tệp mỗi lúc.")


def check(name: str, request: HttpRequest) -> None:
    """Counts this one; `settings.LIMITS` says how many there may be in how many seconds."""
    check_of(name, _who(request))


def check_of(name: str, who: str) -> None:
    """The same of somebody who is no person and no address: a key, for instance."""
    most, seconds = settings.LIMITS[name]
    window, passed = divmod(time.time(), seconds)
    if _count(f"limit:{name}:{who}:{window:.0f}", seconds) > most:
        raise TooMany(math.ceil(seconds - passed))


def take_turn(request: HttpRequest) -> Callable[[], None]:
    """One of these for a person at a time, over all processes; returns what ends the turn.

    A lock of this database session: who dies in the middle leaves none behind.
    """
    lock = [TURNS, (request.user.pk or 0) % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", lock)
        if not cursor.fetchone()[0]:
            raise NotInTurn(WAIT_FOR_TURN)

    def end() -> None:
        with suppress(Error), connection.cursor() as cursor:  # a session that is gone has let go
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock)

    return end


def _who(request: HttpRequest) -> str:
    return str(request.user.pk) if request.user.is_authenticated else client_network(request)


def _count(key: str, seconds: int) -> int:
    global _away_until
    if time.monotonic() < _away_until:
        return _count_here(key)
    if _away_until:
        _away_until = time.monotonic() + PAUSE  # one tries whether it is back; the others go on meanwhile
    try:
        count = _count_there(key, seconds)
    except (RedisError, OSError) as error:
        _away_until = time.monotonic() + PAUSE
        log.warning("cache away, each process counts its own limits", error=type(error).__name__)
        return _count_here(key)
    _away_until = 0.0
    return count


def _count_there(key: str, seconds: int) -> int:
    """Hardly any is the first of its window: for the others the cache is asked no more than it must be."""
    for _time in range(2):  # forgotten in between, or begun by another
        with suppress(ValueError):
            return cache.incr(key)
        if cache.add(key, 1, seconds):
            break
    return 1


def _count_here(key: str) -> int:
    if len(_here) > KEPT_HERE:
        _here.clear()
    _here[key] += 1
    return _here[key]
