"""Figures of timeliness: every class at its boundary days, the official example, and the same by every door."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from apps.tasks.models import PlanTask
from apps.tasks.statistics import Asked, By, compare, statistics
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.tasks import PlanTaskFactory

pytestmark = pytest.mark.django_db
DUE, DAY = date(2026, 6, 30), timedelta(days=1)
API, PAGE = "/api/v1/tasks/statistics/", "/tasks/statistics/"


def by_command(**options):
    told = StringIO()
    call_command("task_statistics", json=True, stdout=told, **options)
    return json.loads(told.getvalue())


def class_on(task, on, **options):
    return PlanTask.objects.with_timeliness(on, **options).get(pk=task.pk).timeliness


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # due in four days, in three, today, yesterday
        ({"state": "in_progress"}, {-4: "open_in_time", -3: "due_soon", 0: "due_soon", 1: "open_overdue"}),
        # reported in time, waiting for acceptance: in time however long it takes
        ({"state": "completion_reported", "reported_on": DUE}, {-1: "due_soon", 0: "open_in_time", 99: "open_in_time"}),
        # reported late, waiting
        ({"state": "completion_reported", "reported_on": DUE + DAY}, {0: "due_soon", 1: "open_overdue"}),
        # accepted: by the day of the report, from the day of acceptance on
        (
            {"state": "accepted", "reported_on": DUE, "accepted_on": DUE + 9 * DAY},
            {-1: "due_soon", 0: "open_in_time", 8: "open_in_time", 9: "done_in_time", 99: "done_in_time"},
        ),
        (
            {"state": "closed", "reported_on": DUE + DAY, "accepted_on": DUE + 9 * DAY},
            {0: "due_soon", 8: "open_overdue", 9: "done_late"},
        ),
        # what is left out
        ({"state": "draft"}, {0: ""}),
        ({"state": "rejected"}, {0: ""}),
        ({"state": "terminated"}, {99: ""}),
        ({"state": "suspended"}, {1: "open_overdue"}),
    ],
)
def test_each_class_at_its_boundary_days(reference, given, expected):
    task = PlanTaskFactory(due_on=DUE, **given)
    assert {days: class_on(task, DUE + days * DAY) for days in expected} == expected


def test_an_extension_moves_the_class_and_the_first_due_date_keeps_it(reference):
    task = PlanTaskFactory(state="accepted", due_on=DUE + 30 * DAY, first_due_on=DUE, reported_on=DUE + 10 * DAY,
                           accepted_on=DUE + 20 * DAY)  # fmt: skip
    last = DUE + 40 * DAY
    assert (class_on(task, last), class_on(task, last, first=True)) == ("done_in_time", "done_late")
    assert (statistics(Asked(last), None).whole.done_in_time, by_command(on=str(last), due="first")["done_late"]) == (
        1,
        1,
    )


# The Government Office's figures of 2017: domain.md, section 4.
EXAMPLE = {"done_in_time": 14_068, "done_late": 1_983, "open_in_time": 5_640, "open_overdue": 223}
RATES = {
    "done_of_due": [16_051, 16_274], "overdue_of_due": [223, 16_274], "done_in_time_of_done": [14_068, 16_051],
    "done_of_total": [16_051, 21_914],
}  # fmt: skip


def test_the_official_example_by_every_door(officer, signed_in):
    make_example()
    on = date(2026, 11, 20)
    told = {"total": 21_914, **EXAMPLE, "due_soon": 40, "rates": RATES}
    assert statistics(Asked(on), None).whole.as_told() == told
    client = signed_in(officer)
    assert client.get(f"{API}?on=2026-11-20").json() == told == by_command(on="2026-11-20")
    page = client.get(f"{PAGE}?on=20/11/2026").content.decode()
    for words in ("21.914", "14.068", "1.983", "5.640", "223", "16.051/16.274", "98,63%", "223/16.274", "1,37%"):
        assert words in page


def make_example():
    """Every task under one number, in sets; 40 of those open in time are due within three days."""
    one = PlanTaskFactory.build(state="in_progress", lead_unit_id=LAM_DONG)
    due = date(2026, 6, 30)
    kinds = [
        (14_068, "accepted", due, due), (1_983, "closed", due, due + DAY),
        (5_600, "in_progress", date(2026, 12, 31), None),
        (40, "in_progress", date(2026, 11, 22), None), (223, "in_progress", due, None),
    ]  # fmt: skip
    rows = []
    for count, state, due_on, reported in kinds:
        for _ in range(count):
            rows.append(
                PlanTask(
                    code=f"VD-{len(rows)}", framework_item_id="B.6", title="Nhiệm vụ minh họa", kind=one.kind,
                    term=one.term, year=2026, lead_unit_id=LAM_DONG, approving_unit_id=LAM_DONG, route="province",
                    due_on=due_on, first_due_on=due_on, origin="demo", state=state, moved_at=one.moved_at,
                    reported_on=reported, accepted_on=reported and reported + DAY,
                )
            )  # fmt: skip
    PlanTask.objects.bulk_create(rows, batch_size=2_000)


@pytest.fixture
def some(so):
    """In Bắc Ninh, its Sở, the province before it, Lâm Đồng and the centre."""
    for lead, state, year, item in [
        (BAC_NINH, "in_progress", 2026, "B.6"), (so.pk, "accepted", 2026, "B.5"), (BAC_GIANG, "accepted", 2024, "B.6"),
        (LAM_DONG, "in_progress", 2026, "B.6"), ("VMI", "in_progress", 2026, "A.2.2.1.a"),
        ("BKHCN", "terminated", 2026, "A.3.1"), ("VMI", "approved", 2025, "A.3.1"),
    ]:  # fmt: skip
        PlanTaskFactory(lead_unit_id=lead, state=state, year=year, framework_item_id=item, due_on=DUE)


def test_groups_add_up_to_the_whole(some):
    found = statistics(Asked(DUE + 15 * DAY), None, list(By))
    assert (found.whole.total, found.whole.done_in_time, found.whole.open_overdue) == (6, 2, 4)
    totals = {by.value: {key: one.total for key, one in groups.items()} for by, groups in found.groups.items()}
    assert totals == {
        "unit": {BAC_NINH: 3, LAM_DONG: 1, "BKHCN": 2},
        "group": {"4": 3, "3": 1, "2": 1, "": 1},
        "list": {"A": 2, "B": 4},
        "year": {"2024": 1, "2025": 1, "2026": 4},
        "route": {"province": 4, "central": 2},
    }
    told = by_command(on="01/07/2026", by="unit")
    assert [(one["key"], one["total"]) for one in told["groups"]] == [(BAC_NINH, 3), ("BKHCN", 2), (LAM_DONG, 1)]


def test_units_as_they_led_the_work_stand_beside_those_of_today(some, people, signed_in):
    """The merger of 2025 moves no task: the province before it keeps its own in the other view."""
    by_today = {BAC_NINH: 3, LAM_DONG: 1, "BKHCN": 2}
    as_reported = {BAC_NINH: 2, BAC_GIANG: 1, LAM_DONG: 1, "BKHCN": 2}
    for units, expected in (("current", by_today), ("as-reported", as_reported)):
        told = signed_in(people.officer).get(f"{API}?by=unit&units={units}").json()
        assert {one["key"]: one["total"] for one in told["groups"]} == expected
        told = by_command(on=str(DUE), by="unit", units=units)
        assert {one["key"]: one["total"] for one in told["groups"]} == expected
    assert signed_in(people.officer).get(f"{API}?unit={BAC_NINH}&units=as-reported").json()["total"] == 2
    assert signed_in(people.officer).get(f"{API}?units=both").status_code == 400


@pytest.mark.parametrize(
    ("asked", "total"),
    [
        ({}, 6), ({"year": 2026}, 4), ({"unit": BAC_NINH}, 3), ({"unit": BAC_GIANG}, 1), ({"unit": "SO-BAC-NINH"}, 1),
        ({"unit": "BKHCN"}, 2), ({"unit": LAM_DONG, "year": 2024}, 0),
    ],
)  # fmt: skip
def test_by_year_and_by_unit_with_its_past_and_its_sub_units(some, asked, total):
    assert statistics(Asked(DUE, **asked), None).whole.total == total == by_command(on=str(DUE), **asked)["total"]


def test_a_person_counts_what_they_see(some, people, signed_in):
    assert signed_in(people.reader_of_province).get(API).json()["total"] == 3
    assert signed_in(people.neighbour).get(f"{API}?by=unit").json()["groups"][0]["key"] == LAM_DONG
    assert signed_in(people.officer).get(f"{API}?unit={LAM_DONG}").json()["total"] == 1
    for query in ("unit=nowhere", "on=20/11/2026", "on=0001-01-01", "year=x", "due=second", "by=person", "state=draft"):
        answer = signed_in(people.officer).get(f"{API}?{query}")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [query.partition("=")[0]]), query


def test_two_days_are_compared_over_the_same_tasks(some):
    found = compare(Asked(DUE + 15 * DAY), DUE - 10 * DAY, None)
    assert (found.then.total, found.now.total) == (6, 6)
    assert found.moved == {("open_in_time", "open_overdue"): 4, ("open_in_time", "done_in_time"): 2}
    assert (found.then.open_in_time, found.now.open_overdue, found.now.done_in_time) == (6, 4, 2)
