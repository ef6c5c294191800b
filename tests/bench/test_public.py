"""The public's pages of the largest portal: what is kept costs next to nothing, what is written anew little."""

from functools import partial

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from apps.core import open_pages
from apps.progress import published_kept
from tests.bench.conftest import LARGE
from tests.bench.measuring import Figure, in_turns, milliseconds, timed

TURNS = 15
KEPT, NEXT, FIRST = 0.005, 0.1, 0.3  # seconds, as the portal's users were promised


def one_statement() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def anew(client: Client, url: str) -> None:
    open_pages.forget()
    published_kept.forget()
    assert client.get(url).status_code == 200


def the_next(client: Client, url: str) -> None:
    """After another page of the same publications was read."""
    open_pages.forget()
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("url", ["/", "/provinces/bac-ninh/", "/provinces/"])
def test_a_public_page_is_quick(base, take, settings, url):
    settings.LIMITS = settings.LIMITS | {"public": (10**9, 60)}
    with base(LARGE):
        client = Client()
        cache.get("x")
        first, floor = in_turns(timed(partial(anew, client, url)), timed(one_statement), times=TURNS)
        after, _floor = in_turns(timed(partial(the_next, client, url)), timed(one_statement), times=TURNS)
        kept, _floor = in_turns(timed(lambda: client.get(url)), timed(one_statement), times=TURNS)
    beside = f"a statement {milliseconds(floor)}"
    take(
        Figure(f"{url} kept", milliseconds(kept), beside, kept / floor, goal_text="≤ 5 ms", met=kept <= KEPT),
        Figure(
            f"{url} after another", milliseconds(after), beside, after / floor, goal_text="≤ 100 ms", met=after <= NEXT
        ),
        Figure(f"{url} first", milliseconds(first), beside, first / floor, goal_text="≤ 300 ms", met=first <= FIRST),
    )
