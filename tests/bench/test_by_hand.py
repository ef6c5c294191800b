"""Pages against the same pages written by hand, which send the same statements: see byhand/."""

from functools import partial

import pytest

from tests.bench.byhand import figures, inbox, lists, plan, tasks
from tests.bench.byhand.view import ADDRESS, normal, page_by_hand, served
from tests.bench.conftest import LARGE
from tests.bench.many_tasks import fill
from tests.bench.measuring import Figure, in_turns, milliseconds
from tests.bench.test_pages import LIST, PEOPLE, signed_in

TURNS = 40
PAGES = {
    "dashboard": ("/dashboard/?scope=", figures.DASHBOARD),
    "MT5": ("/targets/mt5/", figures.MT5),
    "enterprises": (LIST, lists.REGISTER),
    "units": ("/units/", lists.UNITS),
    "plan": ("/plan/?list=A", plan.PLAN),
    "inbox": ("/inbox/", inbox.INBOX),
    "tasks": ("/tasks/?per_page=50&state=in_progress&year=2026", tasks.TASKS),
}
OFFICER = "chuyen-vien@tdc.example"  # for whom hundreds of tasks wait
PERSON = {"inbox": OFFICER}  # whose page it is, where it is not that of the keeper of TĐC's register
TASKS = 22_000


@pytest.mark.parametrize("which", PAGES)
def test_a_page_costs_at_most_twice_what_it_costs_by_hand(base, take, which):
    url, parts = PAGES[which]
    with base(LARGE):
        if which in ("inbox", "tasks"):
            fill(TASKS)
        client = signed_in(PERSON.get(which, PEOPLE["TĐC"]))
        with page_by_hand(client, url, parts) as by_hand:
            assert normal(client.get(ADDRESS).content.decode()) == normal(client.get(url).content.decode())
            visit = served(client)
            mine, floor = in_turns(partial(visit, url), partial(visit, ADDRESS), times=TURNS)
    name = f"page {which}, {len(by_hand.statements)} statements of its own, {LARGE:,} enterprises"
    take(Figure(name, milliseconds(mine), f"by hand {milliseconds(floor)}", mine / floor, 2))
