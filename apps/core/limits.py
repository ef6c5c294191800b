"""How often one person, or one address of the network, may ask for what is dear. Tries at sign-in are counted in the
database by others: a limit that guards a door must not open. These only keep the work of one off the others.

Counted in the cache, from one window of time to the next. Where the cache is away each process counts for itself: no
limit opens, none closes the portal, and nobody waits for a server that hangs.
"""

import math
import time
from collections import Counter

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from apps.core.clients import client_address

PAUSE = 15  # seconds in which a cache that did not answer is not asked again: asking a hung one costs half a second
KEPT_HERE = 10_000
log = structlog.get_logger(__name__)
_here: Counter[str] = Counter()
_away_until = 0.0


class TooMany(Exception):  # noqa: N818  # an answer rather than an error: 429
    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait  # seconds


def check(name: str, request: HttpRequest) -> None:
    """Counts this one; `settings.LIMITS` says how many there may be in how many seconds."""
    most, seconds = settings.LIMITS[name]
    window, passed = divmod(time.time(), seconds)
    if _count(f"limit:{name}:{_who(request)}:{window:.0f}", seconds) > most:
        raise TooMany(math.ceil(seconds - passed))


def _who(request: HttpRequest) -> str:
    return str(request.user.pk) if request.user.is_authenticated else client_address(request)


def _count(key: str, seconds: int) -> int:
    global _away_until
    if time.monotonic() < _away_until:
        return _count_here(key)
    if _away_until:
        _away_until = time.monotonic() + PAUSE  # one tries whether it is back; the others go on meanwhile
    try:
        count = 1 if cache.add(key, 1, seconds) else cache.incr(key)
    except ValueError:  # forgotten in between
        count = 1
    except (RedisError, OSError) as error:
        _away_until = time.monotonic() + PAUSE
        log.warning("cache away, each process counts its own limits", error=type(error).__name__)
        return _count_here(key)
    _away_until = 0.0
    return count


def _count_here(key: str) -> int:
    if len(_here) > KEPT_HERE:
        _here.clear()
    _here[key] += 1
    return _here[key]
