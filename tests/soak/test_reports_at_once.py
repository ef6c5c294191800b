"""Many people at the reports of a portal whose worker counts: accepted in pairs, and written by twenty at once."""

import time

import pytest

from apps.accounts.models import User
from apps.jobs.models import Job
from apps.reports.models import AnnualReport
from apps.reports.services import moves
from tests.conftest import TDC
from tests.people.people import person
from tests.reports.at_one_moment import Acceptances, offices_of
from tests.reports.written_at_once import Door, by_page, by_service, edited_at_once, editors_of
from tests.soak.waiting import eventually, failed_jobs, nothing_to_do

PAIRS, EDITORS, TIMES = 50, 20, 10
LONGEST = 180  # seconds until the worker has nothing left to do


def not_begun(count: int) -> list[AnnualReport]:
    """Of provinces, the running year's."""
    rows = AnnualReport.objects.filter(round__state="open", state="not_started", form__audience="province")
    found = list(rows.select_related("round__period", "unit", "form").order_by("pk")[:count])
    assert len(found) == count
    return found


def rested() -> None:
    assert eventually(nothing_to_do, LONGEST), Job.objects.exclude(state="done").values("kind", "state", "attempts")


def test_50_pairs_of_acceptances_at_the_same_moment(portal, say):
    first, second = (person(f"Chuyên viên {n}", "programme_officer", TDC) for n in (1, 2))
    one, two, three = offices_of(not_begun(3))
    acceptances, started = Acceptances(first, second, rested), time.monotonic()
    acceptances.of_two_reports(one, two, PAIRS)
    acceptances.of_one_report(three, PAIRS)
    assert portal.manage("check_figures").stdout == "0 số lệch\n"
    assert failed_jobs() == []
    say(
        f"{PAIRS} pairs of reports accepted at the same moment: 0 wrong totals; {PAIRS} reports accepted by two people "
        f"at the same moment: accepted once, {PAIRS} told how it stands ({time.monotonic() - started:.0f} s)"
    )


@pytest.mark.parametrize("door", ["service", "page"])
def test_20_people_write_into_one_report(portal, say, signed_in, door):
    [report] = not_begun(1)
    editors, started = editors_of(report, EDITORS), time.monotonic()
    moves.start(report, by=editors[0])
    logs = edited_at_once(report, editors, door_of(door, report, editors, signed_in), TIMES)
    written, conflicts = (sum(len(getattr(log, what)) for log in logs) for what in ("written", "conflicts"))
    assert conflicts >= EDITORS - 1
    say(
        f"{EDITORS} people wrote into one report at once, by the {door}: {written} writes acknowledged, all of them "
        f"there; {conflicts} told of a conflict with both values ({time.monotonic() - started:.0f} s)"
    )


def door_of(name: str, report: AnnualReport, editors: list[User], signed_in) -> Door:
    return by_service(report) if name == "service" else by_page(report, {one: signed_in(one) for one in editors})
