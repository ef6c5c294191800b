import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.progress.services import recompute
from apps.targets.models import UnitStatistic
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG

VALUES = "/api/v1/indicators/MT5/values/"


@pytest.fixture
def counted(event):
    event(date(2024, 3, 1), BAC_GIANG)
    event(date(2026, 4, 1), LAM_DONG)
    recompute()


def results(client, **query) -> list[tuple]:
    answer = client.get(VALUES, query)
    assert answer.status_code == 200, answer.content
    return [(row["period"], row["unit"], row["value"]) for row in answer.json()["results"]]


def test_figures_in_both_views(counted, signed_in, officer):
    client = signed_in(officer)
    assert results(client, period=2026) == [("2026", None, 2), ("2026", BAC_NINH, 1), ("2026", LAM_DONG, 1)]
    old = results(client, period=2026, units="as-reported")
    assert old == [("2026", None, 2), ("2026", BAC_GIANG, 1), ("2026", LAM_DONG, 1)]


def test_narrowing_by_unit_breakdown_and_day_of_knowing(counted, signed_in, officer):
    client = signed_in(officer)
    assert results(client, period=2026, unit="VN") == [("2026", None, 2)]
    assert results(client, period=2026, unit=LAM_DONG) == [("2026", LAM_DONG, 1)]
    assert results(client, period=2026, unit="VN", breakdown="ownership=private") == [("2026", None, 2)]
    assert results(client, known_on=(timezone.now() - timedelta(days=1)).isoformat()) == []
    today = timezone.localdate()
    assert results(client, known_on=(today - timedelta(days=1)).isoformat()) == []
    assert results(client, known_on=today.isoformat()) == results(client)  # a day is known when it is over


def test_a_rate_stands_beside_its_denominator_and_year(counted, signed_in, officer):
    UnitStatistic.objects.create(code="active_enterprises", unit_id=BAC_GIANG, year=2024, value=400, source="thử")
    rows = signed_in(officer).get(VALUES, {"period": 2025, "units": "as-reported"}).json()["results"]
    told = {row["unit"]: [row["rate"], row["rate_denominator"], row["rate_denominator_year"]] for row in rows}
    assert told == {None: [None, None, None], BAC_GIANG: ["2.5", 400, 2024]}
    assert [(row["counted"], row["note"], row["denominator"]) for row in rows] == [(1, "", None)] * 2


@pytest.mark.parametrize(
    "query",
    [
        {"period": "x"},
        {"units": "other"},
        {"breakdown": "ownership=state' OR 1=1"},
        {"known_on": "hôm qua"},
        {"unknown": "1"},
        {"indicator__code": "MT1"},
        {"ordering": "indicator__id"},
    ],
)
def test_parameters_nobody_declared_or_of_the_wrong_type_are_refused(counted, signed_in, officer, query):
    answer = signed_in(officer).get(VALUES, query)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == list(query)


def test_catalogue_with_targets_and_their_basis(signed_in, officer):
    rows = signed_in(officer).get("/api/v1/indicators/").json()["results"]
    codes = [row["code"] for row in rows]
    assert codes == ["MT1", "MT2", "MT3", "MT4", "MT4a", "MT5", "MT5a", "MT5b", "MT5c", "MT6", "MT6a", "MT7"]
    five = signed_in(officer).get("/api/v1/indicators/mt5/").json()
    assert {target["year"]: target["value"] for target in five["targets"]} == {2025: 50_000, 2030: 100_000}
    assert {target["legal_basis"] for target in five["targets"]} == {"996/QĐ-TTg"}


@pytest.mark.parametrize("url", ["/api/v1/indicators/", "/api/v1/indicators/MT5/", VALUES, "/api/v1/units/"])
def test_closed_to_strangers_and_the_public(counted, signed_in, stranger, client, url):
    assert client.get(url).status_code == 401
    if "units" not in url:
        assert signed_in(stranger).get(url).status_code in (403, 404)
    assert signed_in(stranger).post(url, {}).status_code in (403, 405)


def test_unknown_indicator_is_404(signed_in, officer):
    assert signed_in(officer).get("/api/v1/indicators/MT99/values/").status_code == 404


def test_query_count(counted, event, signed_in, officer):
    client = signed_in(officer)
    results(client)  # the first request of a session also writes it
    with CaptureQueriesContext(connection) as few:
        results(client)
    for unit in (BAC_GIANG, "VN-27-2008", "VN-60-2008"):
        event(date(2024, 5, 5), unit)
    recompute()
    with CaptureQueriesContext(connection) as many:
        results(client)
    assert len(many) == len(few)


def test_what_the_schema_describes_it_describes_in_vietnamese(signed_in, officer):
    def described(part: Any) -> Iterator[str]:
        if isinstance(part, list):
            for one in part:
                yield from described(one)
        elif isinstance(part, dict):
            for name, one in part.items():
                if name == "description" and isinstance(one, str) and one:
                    yield one
                yield from described(one)

    found = list(described(signed_in(officer).get("/api/schema/?format=json").json()))
    assert len(found) > 20
    assert [words for words in found if not re.search(r"[À-ỹ]", words)] == []
