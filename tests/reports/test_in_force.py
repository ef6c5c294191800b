"""Which papers count: nothing twice where a successor reports for all, and what was sent stays sent."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.organisations.models import Succession
from apps.publications.facts.taken import asked_of, take_facts
from apps.reports.selectors.series import years_before
from apps.reports.services import moves, reviewing, rounds
from tests.conftest import BAC_GIANG, BAC_NINH
from tests.factories.reports import open_round, report_of, unit_of
from tests.factories.sendings import accepted, returned, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def double_year(officer, editor, approver):
    """2025: Bắc Giang reports its half year, Bắc Ninh for the whole of both."""
    made = open_round(officer, 2025)
    rounds.add_unit(made, unit_of(BAC_GIANG), "Báo cáo phần của mình", by=officer)
    return [
        accepted(sent(report_of(made, unit), editor, approver, D1=visits), officer)
        for unit, visits in ((BAC_GIANG, "7"), (BAC_NINH, "20"))
    ]


def visits_in_the_book() -> str | None:
    found = take_facts(asked_of("annual", 2025, None, timezone.now())).figures.get("inspection.visits")
    return found and found.value


def visits_a_year_before(officer) -> object:
    report = report_of(open_round(officer, 2026), BAC_NINH)
    return years_before(report)[2025]["inspection.visits"].total


def test_what_a_successor_reports_for_all_is_counted_once(double_year, officer):
    assert visits_in_the_book() == "20"
    assert visits_a_year_before(officer) == 20
    Succession.objects.filter(predecessor=BAC_GIANG).update(share=0, takes_members=False)
    assert visits_in_the_book() == "27"  # who took over no past does not report it


def test_a_correction_leaves_what_was_accepted_until_the_next_is(double_year, officer, editor):
    moves.correct(double_year[1], "Tính thiếu", by=editor)
    assert visits_in_the_book() == "20"
    assert visits_a_year_before(officer) == 20


def test_what_was_reopened_counts_nowhere(double_year, officer, leader):
    reviewing.reopen(double_year[1], "Sai số", by=leader)
    assert visits_in_the_book() == "7"
    assert visits_a_year_before(officer) == 7


def test_what_was_returned_was_sent_on_every_page(report, officer, editor, approver, signed_in):
    returned(sent(report, editor, approver), officer, "5.1")
    client = signed_in(officer)
    year = {"year": "2026", "scope": ""}
    assert client.get("/submissions/", year).context["board"].now.sent == 1
    assert [one.sent for one in client.get(reverse("reports:reportinground_list")).context["rounds"]] == [1]
    assert client.get("/dashboard/", year).context["report_card"].sent == 1
