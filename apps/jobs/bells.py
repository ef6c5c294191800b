"""Ringing: a message for the workers, at every broker there is.

CELERY_BROKER_URL may name several, between semicolons. A worker listens at the first that answers, and after an outage
it may be another than its neighbour's; so each bell is rung at all of them. One is enough for the work to be done, and
a bell that is heard twice finds nothing to do. No broker knows of another: none has to be promoted, and an empty one
that takes the place of one that is lost is right at once.
"""

from collections.abc import Sequence
from functools import lru_cache
from time import monotonic
from typing import Any

import structlog
from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

BROKER_ERRORS = (BrokerError, RedisError, OSError)
PAUSE = 10  # seconds in which one that did not answer is passed over, as long as another answers
log = structlog.get_logger(__name__)
_away_until: dict[str, float] = {}


def brokers() -> list[str]:
    return [url for url in settings.CELERY_BROKER_URL.split(";") if url]


@lru_cache
def _sender(url: str) -> Celery:
    """An application of its own, which only sends: the worker's has other time-outs, and belongs to a higher floor."""
    sender = Celery("bells", set_as_current=False)
    sender.config_from_object("django.conf:settings", namespace="CELERY")
    sender.conf.broker_write_url = url  # `broker_url` is what the environment says, whatever is set here
    return sender


def ring(task: str, values: Sequence[Any] = (), **options: Any) -> None:
    """Raises where no broker took it."""
    urls = brokers()
    asked = [url for url in urls if monotonic() >= _away_until.get(url, 0)] or urls
    refused: list[Exception] = []
    for url in asked:
        try:
            _sender(url).send_task(task, values, **options)
        except BROKER_ERRORS as error:
            refused.append(error)
            if len(urls) > 1:
                _away_until[url] = monotonic() + PAUSE
                log.warning("one broker does not answer", number=urls.index(url) + 1, error=type(error).__name__)
    if len(refused) == len(asked):
        raise refused[0]
