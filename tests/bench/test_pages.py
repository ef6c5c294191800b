"""List and plan: what a hundred times more enterprises, twenty times more tasks cost them."""

import time
from datetime import date
from functools import partial
from statistics import median

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.enterprises.models import Enterprise
from apps.organisations.models import OrganisationUnit
from apps.people.models import Membership
from tests.bench.conftest import LARGE, SMALLER
from tests.bench.many_tasks import empty, fill
from tests.bench.measuring import WARM_UPS, Figure, in_turns, milliseconds
from tests.bench.tasks import LARGE_PLAN, SMALL_PLAN
from tests.conftest import BAC_NINH

SMALL = SMALLER[0]
LIST = "/registers/enterprises/?per_page=50"
TURNS, VISITS = 5, 8
ALTERNATING = 30
SINCE = date(2019, 1, 1)
MOST_QUERIES = 10
TASKS = (1_000, 22_000)
TASK_QUERIES = {"": "unfiltered", "state=in_progress&year=2026": "state and year", "timeliness=at_risk": "at risk"}
MOST_QUERIES_OF_TASKS = 14
MUCH_LONGER = 1.5  # at a hundred times the rows, or for whoever sees some of them only
PEOPLE = {"TĐC": "so-dang-ky@tdc.example", BAC_NINH: "so-dang-ky@bac-ninh.example"}


def signed_in(email: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=email), backend="apps.people.backends.MembershipBackend")
    return client


def visit(client: Client, url: str) -> float:
    started = time.perf_counter()
    answer = client.get(url)
    taken = time.perf_counter() - started
    assert answer.status_code == 200
    return taken


def visits(base, email: str, url: str) -> tuple[dict[int, float], dict[int, int]]:
    """Median seconds and number of queries of the page, by size of the base. The bases take turns."""
    seconds: dict[int, list[float]] = {SMALL: [], LARGE: []}
    queries = {}
    for _turn in range(TURNS):
        for size in seconds:
            with base(size):
                client = signed_in(email)
                for _ in range(WARM_UPS):
                    visit(client, url)
                with CaptureQueriesContext(connection) as captured:
                    visit(client, url)
                queries[size] = len(captured)
                seconds[size] += [visit(client, url) for _ in range(VISITS)]
    return {size: median(taken) for size, taken in seconds.items()}, queries


@pytest.mark.parametrize("person", PEOPLE)
def test_list_page_costs_the_same_at_a_hundred_times_the_rows(base, take, person):
    seconds, queries = visits(base, PEOPLE[person], LIST)
    assert len(signed_in_rows(base, PEOPLE[person])) > 1  # the page shows rows, not a refusal
    constant = queries[SMALL] == queries[LARGE] <= MOST_QUERIES
    take(
        Figure(
            f"list page of 50 rows, {person}, {LARGE:,} enterprises",
            milliseconds(seconds[LARGE]),
            f"at {SMALL:,}: {milliseconds(seconds[SMALL])}",
            seconds[LARGE] / seconds[SMALL],
            MUCH_LONGER,
        ),
        Figure(
            f"queries of that page, {person}",
            str(queries[LARGE]),
            f"at {SMALL:,}: {queries[SMALL]}",
            goal_text=f"equal, ≤ {MOST_QUERIES}",
            met=constant,
        ),
    )


@pytest.mark.parametrize("person", PEOPLE)
def test_plan_costs_the_same_at_twenty_times_the_tasks(base, take, person):
    seconds, queries = visits(base, PEOPLE[person], "/plan/?list=A")
    take(
        Figure(
            f"page of the plan, {person}, {LARGE_PLAN:,} tasks",
            milliseconds(seconds[LARGE]),
            f"at {SMALL_PLAN:,}: {milliseconds(seconds[SMALL])}",
            seconds[LARGE] / seconds[SMALL],
            MUCH_LONGER,
        ),
        Figure(
            f"queries of that page, {person}",
            str(queries[LARGE]),
            f"at {SMALL_PLAN:,}: {queries[SMALL]}",
            goal_text="equal",
            met=queries[LARGE] == queries[SMALL],
        ),
    )


def one_unit_users() -> dict[str, Client]:
    """A register keeper in the smallest, the middle and the largest province of today, by rows in sight."""
    provinces = OrganisationUnit.objects.filter(kind=OrganisationUnit.Kind.PROVINCE, valid_to=None)
    role = Group.objects.get(name="register_keeper")
    clients = {}
    for unit in provinces:
        user, created = User.objects.get_or_create(email=f"{unit.slug}@bench.example", full_name=unit.slug)
        if created:
            Membership.objects.create(user=user, unit=unit, role=role, valid_from=SINCE)
        clients[unit.pk] = (Enterprise.objects.visible_to(user).count(), user.email)
    ranked = sorted(clients.values())
    chosen = {"smallest": ranked[0], "middle": ranked[len(ranked) // 2], "largest": ranked[-1]}
    return {f"{size} province, {count:,} rows": signed_in(email) for size, (count, email) in chosen.items()}


def test_a_user_of_one_unit_waits_no_longer_than_the_centre(base, take):
    """At the same rows, in turns: what the question «whose rows» costs."""
    with base(LARGE):
        central, lines = signed_in(PEOPLE["TĐC"]), []
        for name, own in one_unit_users().items():
            queries = [queries_of(client, LIST) for client in (own, central)]
            mine, theirs = in_turns(*(partial(visit, client, LIST) for client in (own, central)), times=ALTERNATING)
            lines += [
                Figure(
                    f"list page of one unit ({name}) of {LARGE:,}",
                    milliseconds(mine),
                    f"central {milliseconds(theirs)}",
                    mine / theirs,
                    MUCH_LONGER,
                ),
                Figure(
                    f"queries of that page ({name})",
                    str(queries[0]),
                    f"central {queries[1]}",
                    goal_text="equal",
                    met=queries[0] == queries[1],
                ),
            ]
    take(*lines)


def queries_of(client: Client, url: str) -> int:
    visit(client, url)  # the first request of a session also writes it
    with CaptureQueriesContext(connection) as captured:
        visit(client, url)
    return len(captured)


def signed_in_rows(base, email: str) -> list:
    with base(LARGE):
        return list(signed_in(email).get(LIST).context["table"].page.object_list)


@pytest.mark.parametrize("query", TASK_QUERIES, ids=list(TASK_QUERIES.values()))
def test_list_of_tasks_costs_the_same_at_22_times_the_tasks(base, take, query):
    """All sizes of the base that is small in enterprises; the tasks are made here."""
    url, email = f"/tasks/?per_page=50&{query}", "chuyen-vien@tdc.example"
    seconds, queries = {}, {}
    for count in TASKS:
        with base(SMALL):
            fill(count)
            client = signed_in(email)
            queries[count] = queries_of(client, url)
            [seconds[count]] = in_turns(partial(visit, client, url), times=ALTERNATING)
            empty()
    few, many = TASKS
    name = f"list of tasks, 50 rows of {many:,}, {TASK_QUERIES[query]}"
    told = f"at {few:,}: {milliseconds(seconds[few])}, {queries[few]} queries"
    constant = queries[few] == queries[many] <= MOST_QUERIES_OF_TASKS
    take(
        Figure(name, milliseconds(seconds[many]), told, seconds[many] / seconds[few], MUCH_LONGER),
        Figure(
            f"queries of that page, {TASK_QUERIES[query]}", str(queries[many]), told, goal_text="equal", met=constant
        ),
    )


@pytest.mark.parametrize("query", ["q=thuong mai", "page=1000"], ids=["search without accents", "page 1,000"])
def test_other_ways_through_the_list(base, take, query, request):
    url = f"{LIST}&{query}"
    seconds, _queries = visits(base, PEOPLE["TĐC"], url)
    take(
        Figure(
            f"list page, {request.node.callspec.id}, {LARGE:,} enterprises",
            milliseconds(seconds[LARGE]),
            f"at {SMALL:,}: {milliseconds(seconds[SMALL])}",
            seconds[LARGE] / seconds[SMALL],
        )
    )
