"""What everybody may read: published figures and nothing else, the same for whoever asks, kept for an hour."""

import csv
import io
import json
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonstat_validator import validate_jsonstat

from apps.core.numbers import plain_decimal
from apps.progress.services import recompute
from apps.targets.models import UnitStatistic
from apps.targets.publishing import withdraw_publication
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close, publish

DAY = date(2025, 9, 1)
ROOT, HA_NOI = "/api/v1/public/", "VN-01-2025"
PUBLICATIONS, INDICATORS = f"{ROOT}publications/", f"{ROOT}indicators/"
FEW = ("value", None), ("rate", None), ("reason", "few")


def values_of(publication) -> str:
    return f"{PUBLICATIONS}{publication.pk}/values/"


@pytest.fixture
def closed(event):
    """2024 closed with 6 of Bắc Giang (today Bắc Ninh); 2025 with 16, as Hà Nội has 8 and Lâm Đồng 2."""
    for unit, day, number in ((BAC_GIANG, date(2024, 3, 1), 6), (HA_NOI, date(2025, 8, 1), 8), (LAM_DONG, DAY, 2)):
        for _ in range(number):
            event(day, unit)
        UnitStatistic.objects.create(code="active_enterprises", unit_id=unit, year=2025, value=400, source="thử")
    recompute()
    close(2024, 2025)


@pytest.fixture
def published(closed):
    return publish(2025)


def told(client, url: str, **asked: str) -> dict:
    """By unit."""
    answer = client.get(url, asked | {"page_size": "200"})
    assert answer.status_code == 200, answer.content
    return {one["unit"] or "VN": one for one in answer.json()["results"]}


def test_nothing_is_there_before_it_is_published(closed, client):
    for address in (PUBLICATIONS, INDICATORS):
        assert client.get(address).json()["results"] == []
    assert client.get(f"{INDICATORS}MT5/").status_code == 404
    for path in ("", "values/", "values/export/", "json-stat/"):
        assert client.get(f"{PUBLICATIONS}1/{path}").status_code == 404


def test_a_publication_opens_its_own_closing_alone(published, client):
    [one] = client.get(PUBLICATIONS).json()["results"]
    assert (one["id"], one["period"], one["version"], one["state"]) == (published.pk, "2025", 1, "published")
    assert one["document"] == published.document.number
    assert {one["period"] for one in client.get(values_of(published)).json()["results"]} == {"2025"}
    mt5 = client.get(f"{INDICATORS}MT5/").json()
    assert {(one["year"], one["value"]) for one in mt5["targets"]} >= {(2030, "100000")}
    assert mt5["definition"]


@pytest.mark.parametrize("units", ["current", "as-reported"])
def test_units_of_few_facts_are_not_told_nor_to_be_worked_out(published, client, units):
    found = told(client, values_of(published), indicator="MT5", units=units)
    few = {BAC_NINH if units == "current" else BAC_GIANG, LAM_DONG}
    assert found.keys() == {"VN", HA_NOI} | few
    assert (found["VN"]["value"], found["VN"]["rate"], found[HA_NOI]["value"]) == ("16", None, "8")
    assert (found[HA_NOI]["rate"], found[HA_NOI]["rate_denominator"]) == ("20", "400")
    for unit in few:
        assert set(FEW) <= found[unit].items()
    assert told(client, values_of(published), indicator="MT5a", units=units).keys() == {"VN"}, "a part beside the whole"


def test_it_says_what_the_page_of_the_closing_and_the_figures_say(published, event, client, signed_in, officer):
    event(DAY, HA_NOI)
    recompute()
    page = signed_in(officer).get("/targets/closings/2025/").context
    before = {(one.indicator.code, one.unit.id if one.unit else "VN"): one.before for one in page["changes"]}
    public = {(one["indicator"], one["unit"] or "VN"): one for one in _all(client, values_of(published))}
    for key in (("MT5", "VN"), ("MT5", HA_NOI), ("MT5a", "VN")):
        assert public[key]["value"] == plain_decimal(before[key].value)
    for code in {code for code, _unit in public}:
        for one in _all(signed_in(officer), f"/api/v1/indicators/{code}/values/", period="2025"):
            there = public.get((code, one["unit"] or "VN"))
            if there and not there["reason"]:
                assert [there[name] for name in ("value", "numerator", "denominator")] == [
                    one["exact"][name] for name in ("value", "numerator", "denominator")
                ]


def _all(client, url: str, **asked: str) -> list[dict]:
    found, page = [], client.get(url, asked | {"page_size": "200"}).json()
    while True:
        found += page["results"]
        if not page["next"]:
            return found
        page = client.get(page["next"]).json()


def test_an_old_publication_stays_at_its_address(published, event, client):
    old = client.get(values_of(published)).content
    event(DAY, LAM_DONG)
    UnitStatistic.objects.update(value=500)
    recompute()
    close(2025)
    later = publish(2025)
    assert client.get(values_of(published)).content == old
    assert told(client, values_of(later), indicator="MT5")["VN"]["value"] == "17"
    assert [one["superseded_by"] for one in client.get(PUBLICATIONS).json()["results"]] == [None, later.pk]


@pytest.mark.parametrize("units", ["current", "as-reported"])
def test_who_was_hidden_in_a_publication_is_hidden_in_the_next(published, event, client, leader, units):
    """Else Hà Nội, told at first, would be hidden instead, and both publications together tell of the two."""
    withdraw_publication(published, "Sai số liệu", by=leader)
    for _ in range(4):
        event(date(2024, 3, 1), BAC_GIANG)
    recompute()
    close(2025)
    found = told(client, values_of(publish(2025)), indicator="MT5", units=units)
    assert (found["VN"]["value"], found[HA_NOI]["value"]) == ("20", "8")
    for unit in (BAC_NINH if units == "current" else BAC_GIANG, LAM_DONG):
        assert set(FEW) <= found[unit].items()


def test_what_was_taken_back_says_so_without_its_figures(published, client, leader):
    withdraw_publication(published, "Sai số liệu", by=leader)
    one = client.get(f"{PUBLICATIONS}{published.pk}/").json()
    assert (one["state"], one["withdrawn_reason"]) == ("withdrawn", "Sai số liệu")
    for path in ("values/", "values/export/", "json-stat/"):
        answer = client.get(f"{PUBLICATIONS}{published.pk}/{path}")
        assert (answer.status_code, answer.json()["code"], answer["Cache-Control"]) == (410, "withdrawn", "no-store")
    assert client.get(INDICATORS).json()["results"] == []


def test_files_say_the_same(published, client):
    asked = {"units": "as-reported", "indicator": "MT5"}
    rows = client.get(values_of(published), asked).json()["results"]
    lines = client.get(f"{values_of(published)}export/", asked | {"output": "ndjson"}).content.decode().splitlines()
    assert [json.loads(line) for line in lines] == rows
    answer = client.get(f"{values_of(published)}export/", asked)
    assert answer["Content-Disposition"].startswith('attachment; filename="de-an-996-2025-')
    read = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(one["unit"], one["value"]) for one in read] == [(one["unit"] or "", one["value"] or "") for one in rows]
    dataset = client.get(f"{PUBLICATIONS}{published.pk}/json-stat/", asked).json()
    assert validate_jsonstat(dataset)
    units = dataset["dimension"]["unit"]["category"]["index"]
    assert dict(zip(units, dataset["value"], strict=True)) == {
        one["unit"] or "VN": int(one["value"]) if one["value"] else None for one in rows
    }
    assert dataset["status"][str(units.index(LAM_DONG))] == "few"


def test_it_hangs_on_nobody_and_is_kept(published, signed_in, officer):
    client = signed_in(officer)
    client.get("/targets/")
    for url in (PUBLICATIONS, values_of(published), f"{values_of(published)}export/", INDICATORS):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(url, headers={"Authorization": "Bearer p996_khong-co", "Origin": "https://bao.example"})
        assert answer.status_code == 200
        assert [one["sql"] for one in asked if "session" in one["sql"] or "accounts_user" in one["sql"]] == []
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Cache-Control"] == "public, max-age=3600"
        assert "Cookie" not in answer["Vary"]
        assert not answer.cookies
        anybody = Client().get(url)
        assert (anybody.content, anybody["ETag"]) == (answer.content, answer["ETag"])
        again = Client().get(url, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", answer["Cache-Control"])
        assert again["Access-Control-Allow-Origin"] == "*"


def test_browsers_of_other_sites_may_ask_whether_it_has_changed(published, client):
    asked = {"Origin": "https://bao.example", "Access-Control-Request-Headers": "if-none-match"}
    answer = client.options(PUBLICATIONS, headers=asked | {"Access-Control-Request-Method": "GET"})
    assert answer.status_code == 200
    assert "If-None-Match" in answer["Access-Control-Allow-Headers"]
    assert "POST" not in answer["Access-Control-Allow-Methods"]
    assert client.post(PUBLICATIONS, {}, "application/json").status_code == 405


def test_one_address_has_its_share_whatever_it_claims(published, settings, own_counts):
    settings.LIMITS = settings.LIMITS | {"public": (2, 1000)}
    for number, status in enumerate((200, 200, 429)):
        claimed = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        answer = Client().get(PUBLICATIONS, headers=claimed)
        assert answer.status_code == status
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert int(answer["Retry-After"]) > 0
    assert Client(REMOTE_ADDR="198.51.100.7").get(PUBLICATIONS).status_code == 200
    house = [Client(REMOTE_ADDR=f"2001:db8:1:2::{at}").get(PUBLICATIONS).status_code for at in range(3)]
    assert house == [200, 200, 429], "of IPv6 a household is one"


def test_what_is_asked_wrongly_is_refused(published, client):
    for query in ("khong_co=1", "units=x", "output=csv", "on=2025-01-01"):
        answer = client.get(f"{values_of(published)}?{query}")
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (400, "*")
