"""Limits: counted for each person, told with the time to wait, and in nobody's way while the cache is away."""

import re
import signal
import time
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from structlog.testing import capture_logs

from apps.core import limits
from program996.management.processes import wait_for
from program996.management.servers import valkey_answers, valkey_child

UNITS, LIST, IMPORTS = "/api/v1/units/", "/registers/enterprises/", "/registers/enterprises/imports/"
WINDOW = 1_000_000_000  # seconds
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cache_is_there(monkeypatch):
    monkeypatch.setattr(limits, "_away_until", 0.0)


@pytest.fixture
def most(settings):
    """most(export=2): so many in a window that does not end while a test runs."""

    def set_(**names: int) -> None:
        settings.LIMITS = {**settings.LIMITS, **{name: (count, WINDOW) for name, count in names.items()}}

    return set_


@pytest.fixture
def valkey(tmp_path_factory, settings):
    folder = tmp_path_factory.mktemp("v")
    child = valkey_child(folder / "data", folder, options=("--appendonly", "no"), log=folder / "valkey.log")
    child.start()
    wait_for(lambda: valkey_answers(child), [child], 10)
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": f"unix://{folder}/redis.sock?db=0"}}
    yield child
    child.sweep()
    child.process.wait()


def read(response):
    """To the end: a file on its way is its person's only one."""
    if response.streaming:
        b"".join(response)
    return response


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("export", lambda client: read(client.get(f"{LIST}?export=csv"))),
        ("export", lambda client: client.get("/targets/mt5/?export=xlsx")),
        ("search", lambda client: client.get("/search/?q=bac ninh")),
        ("upload", lambda client: client.post(IMPORTS, {})),
    ],
)
def test_page_says_how_long_to_wait(most, signed_in, keeper, outsider, name, ask):
    most(**{name: 2})
    client = signed_in(keeper)
    assert [ask(client).status_code < 429 for _ in range(2)] == [True, True]
    response = ask(client)
    page = re.sub(r"<[^>]+>", "", response.content.decode())
    assert response.status_code == 429
    assert f"Đợi {int(response['Retry-After']):,} giây rồi thử lại.".replace(",", ".") in page
    assert f"Mã sự cố: {response['X-Request-ID']}" in page
    assert "no-store" in response["Cache-Control"]
    assert ask(signed_in(outsider)).status_code < 429  # the neighbour's count is the neighbour's
    assert client.get(LIST).status_code == 200  # and nothing else is shut


def test_search_within_a_list_is_a_search(most, signed_in, officer):
    most(search=0)
    client = signed_in(officer)
    for path in (LIST, "/units/", "/jobs/", IMPORTS):
        assert client.get(path, {"q": "an", "page": 2}).status_code == 429, path
        assert client.get(path, {"q": " "}).status_code == 200, path


def test_search_that_looks_for_nothing_is_not_counted(most, signed_in, keeper):
    most(search=0)
    assert signed_in(keeper).get("/search/").status_code == 200


def test_calls_of_one_person_by_two_sessions_are_one_persons(most, signed_in, officer):
    most(api=2)
    assert [signed_in(officer).get(UNITS).status_code for _ in range(3)] == [200, 200, 429]


def test_who_is_not_signed_in_counts_by_address(most, client):
    most(api=1)
    assert client.get("/api/schema/").status_code == 200
    assert client.get("/api/schema/").status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").get("/api/schema/").status_code == 200


def test_a_new_window_begins_at_nothing(most, monkeypatch, signed_in, officer):
    most(api=1)
    client = signed_in(officer)
    assert [client.get(UNITS).status_code for _ in range(2)] == [200, 429]
    later = time.time() + WINDOW
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: later, monotonic=time.monotonic))
    assert client.get(UNITS).status_code == 200


@pytest.mark.parametrize("away", [signal.SIGSTOP, signal.SIGKILL])
def test_cache_that_hangs_or_is_gone_keeps_nobody_waiting(
    valkey, most, signed_in, officer, away, monkeypatch, settings
):
    most(api=3)
    client = signed_in(officer)
    assert client.get(UNITS).status_code == 200
    valkey.process.send_signal(away)
    asked = []

    def incr(key: str) -> int:
        asked.append(key)
        return cache.incr(key)

    monkeypatch.setattr(limits, "cache", SimpleNamespace(add=cache.add, incr=incr))
    with capture_logs() as lines:
        statuses = [client.get(UNITS).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]  # counted by the process itself, from nothing
    assert len(asked) == 1  # and not on every call: each would wait for as long as the cache may take
    assert settings.CACHES["default"]["OPTIONS"]["socket_timeout"] <= 0.5
    assert [line["log_level"] for line in lines if "cache away" in line["event"]] == ["warning"]


def test_cache_that_is_back_counts_again(valkey, most, signed_in, officer, monkeypatch):
    most(api=100)
    client = signed_in(officer)
    valkey.process.send_signal(signal.SIGSTOP)
    assert client.get(UNITS).status_code == 200
    valkey.process.send_signal(signal.SIGCONT)
    monkeypatch.setattr(limits, "_away_until", time.monotonic() - 1)  # the pause is over
    assert client.get(UNITS).status_code == 200
    assert limits._away_until == 0.0
    assert [
        cache.get(key.decode().split(":", 2)[2]) for key in cache._cache.get_client().scan_iter("*limit:api:*")
    ] == [1]


def test_ordinary_rates_are_out_of_an_ordinary_days_way(settings):
    """Six hundred calls a minute of one person are a program's; the limits lie above."""
    rate = {name: most / seconds * 60 for name, (most, seconds) in settings.LIMITS.items()}
    assert rate["api"] >= 600
    assert rate["search"] >= 60
    assert min(rate["export"], rate["upload"]) >= 20
