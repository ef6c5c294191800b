"""Who else has a report open, and in which section. It is a convenience, kept in the cache for a minute: without the
cache nobody is seen, and nothing else changes.
"""

import time
from dataclasses import dataclass

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from apps.accounts.models import User
from apps.reports.models import AnnualReport

SEEN_FOR = 75  # seconds: two and a half times as long as a page waits before it tells again
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Here:
    name: str
    section: str


def look_around(report: AnnualReport, user: User, section: str) -> list[Here]:
    """Says that this person is in the section; the others that are on the report now."""
    key, now = f"reports:here:{report.pk}", time.time()
    try:
        known: dict[str, tuple[str, str, float]] = cache.get(key) or {}
        fresh = {pk: one for pk, one in known.items() if now - one[2] < SEEN_FOR}
        fresh[str(user.pk)] = (str(user), section, now)
        cache.set(key, fresh, SEEN_FOR)
    except (RedisError, OSError) as error:
        log.warning("cache away, nobody is seen on reports", error=type(error).__name__)
        return []
    return [Here(name, place) for pk, (name, place, _at) in sorted(fresh.items()) if pk != str(user.pk)]
