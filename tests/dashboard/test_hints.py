"""One short hint on a page, until the person closes it: for good, for themselves alone, and without a script."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from lxml import html

from apps.dashboard.hints import CODES, HINTS
from apps.people.models import ClosedHint
from tests.walk.routes import all_routes

pytestmark = pytest.mark.django_db
TASKS = "/tasks/"
CLOSE = "/account/hints/tasks/close/"


def hint_on(client, path: str) -> str | None:
    found = html.fromstring(client.get(path).content).xpath("//aside[@id='hint']")
    assert len(found) < 2
    return found[0].text_content() if found else None


@pytest.fixture
def office(officer, signed_in):
    client = signed_in(officer)
    client.get("/search/")
    return client


@pytest.mark.parametrize("route", HINTS)
def test_each_hint_stands_on_a_page_that_there_is(route):
    assert route in all_routes()


def test_each_hint_is_short_and_has_a_code_of_its_own():
    assert len(CODES) == len(HINTS)
    assert [hint.code for hint in HINTS.values() if len(str(hint.text)) > 130] == []


@pytest.mark.parametrize("route", [route for route in HINTS if route != "reports:annualreport_edit"])
def test_a_first_visitor_finds_it(route, central_client):
    try:
        path = reverse(route)
    except NoReverseMatch:
        path = reverse(route, args=["enterprises"])
    assert str(HINTS[route].text) in hint_on(central_client, path)


def test_it_is_closed_for_good_and_for_this_page_alone(office):
    answer = office.post(CLOSE, headers={"Referer": f"http://testserver{TASKS}?state=draft"})
    assert (answer.status_code, answer["Location"]) == (302, f"{TASKS}?state=draft")
    assert hint_on(office, TASKS) is None
    assert hint_on(office, "/inbox/")


def test_another_person_still_has_it(office, central_client):
    office.post(CLOSE)
    assert hint_on(central_client, TASKS)


def test_closed_twice_is_closed_once(office):
    assert [office.post(CLOSE).status_code for _time in range(2)] == [302, 302]
    assert ClosedHint.objects.count() == 1


def test_with_script_nothing_but_the_card_goes(office):
    answer = office.post(CLOSE, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    [left] = html.fragments_fromstring(answer.text.strip())
    assert left.get("class") == "vh"
    assert "Đã đóng gợi ý" in left.text


def test_no_other_site_is_returned_to(office):
    assert office.post(CLOSE, headers={"Referer": "https://elsewhere.example/"})["Location"] == "/"


def test_a_hint_that_there_is_not_cannot_be_closed(office):
    assert office.post("/account/hints/khong-co/close/").status_code == 404
    assert not ClosedHint.objects.exists()


def test_the_account_brings_them_back(office, central, signed_in):
    other = signed_in(central)
    office.post(CLOSE), other.post(CLOSE)
    [form] = html.fromstring(office.get("/account/").content).xpath("//form[contains(., 'Hiện lại gợi ý')]")
    assert office.post(form.get("action")).status_code == 302
    assert hint_on(office, TASKS)
    assert hint_on(other, TASKS) is None


def test_it_is_not_on_paper_and_not_on_a_refusal(office, stranger, signed_in):
    [card] = html.fromstring(office.get(TASKS).content).xpath("//aside[@id='hint']")
    assert "no-print" in card.get("class")
    refused = signed_in(stranger).get(TASKS)
    assert refused.status_code == 403
    assert b'id="hint"' not in refused.content


def test_it_costs_one_statement_and_other_pages_none(office):
    def asked(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            office.get(path)
        return sum("people_closedhint" in one["sql"] for one in found)

    assert asked(TASKS) == 1
    assert asked("/search/") == asked("/account/") == asked("/plan/?list=A") == 0
    with CaptureQueriesContext(connection) as found:
        office.get(TASKS, headers={"HX-Request": "true"})
    assert not any("people_closedhint" in one["sql"] for one in found)
