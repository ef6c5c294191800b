"""A bell is rung at every broker: one that is away is no matter as long as another took it."""

import os
from collections.abc import Iterator

import pytest
import redis

from apps.jobs import bells, selectors

AWAY = "redis://127.0.0.1:1/0"
QUEUE = "quick"
pytestmark = pytest.mark.xdist_group("two brokers")  # of one Valkey for all workers: each test empties both


@pytest.fixture
def two(monkeypatch) -> Iterator[list[redis.Redis]]:
    """Two numbers of the run's Valkey, as two brokers."""
    monkeypatch.setattr(bells, "_away_until", {})
    clients = [redis.Redis.from_url(os.environ["REDIS_URL"].replace("db=0", f"db={n}")) for n in (11, 12)]
    for client in clients:
        client.delete(QUEUE)
    yield clients
    for client in clients:
        client.delete(QUEUE)
        client.close()


def addresses(*numbers: int) -> list[str]:
    return [os.environ["CELERY_BROKER_URL"].replace("virtual_host=0", f"virtual_host={n}") for n in numbers]


def heard(clients: list[redis.Redis]) -> list[int]:
    return [client.llen(QUEUE) for client in clients]


def test_each_broker_hears_each_bell(two, settings):
    settings.CELERY_BROKER_URL = ";".join(addresses(11, 12))
    bells.ring("jobs.run", ["1"], queue=QUEUE)
    assert heard(two) == [1, 1]


def test_one_is_enough_and_the_other_is_left_alone_for_a_while(two, settings):
    settings.CELERY_BROKER_URL = ";".join([AWAY, *addresses(12)])
    for number in range(3):
        bells.ring("jobs.run", [str(number)], queue=QUEUE)
    assert heard(two) == [0, 3]
    assert set(bells._away_until) == {AWAY}
    assert selectors._ask_broker() == {"broker": {"ok": True, "silent": [1], "warning": True}}


def test_where_none_answers_the_bell_stays_owed(two, settings):
    settings.CELERY_BROKER_URL = ";".join([AWAY, AWAY.replace(":1/", ":2/")])
    for _time in range(2):
        with pytest.raises(bells.BROKER_ERRORS):
            bells.ring("jobs.run", ["1"], queue=QUEUE)
    assert selectors._ask_broker()["broker"]["ok"] is False
    settings.CELERY_BROKER_URL = ";".join(addresses(11))
    bells.ring("jobs.run", ["1"], queue=QUEUE)
    assert heard(two) == [1, 0]
    assert selectors._ask_broker() == {"broker": {"ok": True}}
